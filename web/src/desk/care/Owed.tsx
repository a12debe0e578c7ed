import { Button } from "antd";
import type { BuyerPanel, TicketBrief } from "../../api/customers";
import type { Me } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { CallbackItem } from "../complaints/CallbackItem";
import { SeverityTag } from "../complaints/SeverityTag";
import { hrefOf } from "../route";
import { useWords } from "../words";
import { CATEGORIES } from "../words/office.names";
import type { Matter } from "./Care";

interface OwedProps {
  panel: BuyerPanel;
  me: Me;
  onOpen: (matter: Matter) => void;
  onDone: () => void;
}

/** The customer's complaints and call-backs, and the ways to take on another. */
export function Owed({ panel: { tickets, callbacks }, me, onOpen, onDone }: OwedProps) {
  const words = useWords();
  const answers = me.permissions.includes("answer");
  if (!answers && tickets.length === 0 && callbacks.length === 0) return null;
  return (
    <section>
      <h3>{words.care.title}</h3>
      <ul className="plain-list owed" aria-label={words.care.title}>
        {tickets.map((ticket) => (
          <li key={`ticket ${ticket.id}`}>
            <TicketLine ticket={ticket} />
          </li>
        ))}
        {callbacks.map((one) => (
          <li key={`call ${one.id}`}>
            <CallbackItem callback={one} me={me} onDone={onDone} />
          </li>
        ))}
      </ul>
      {answers && (
        <div className="owed-tools">
          <Button size="small" onClick={() => onOpen("ticket")}>
            {words.care.ticketTitle} <kbd>C</kbd>
          </Button>
          <Button size="small" onClick={() => onOpen("call")}>
            {words.complaints.book} <kbd>B</kbd>
          </Button>
        </div>
      )}
    </section>
  );
}

function TicketLine({ ticket }: { ticket: TicketBrief }) {
  const words = useWords();
  const { id, severity, category, state, handler, due_at } = ticket;
  return (
    <div data-ticket-line={id}>
      <div className="order-head">
        <SeverityTag severity={severity} />
        <a href={hrefOf("complaints", String(id))}>
          {words.complaints.number(id)} {words.nameOf(CATEGORIES, category)}
        </a>
        <span className="grow" />
        <span className="soft">{words.complaints.states[state]}</span>
      </div>
      <div className="soft small">
        {handler === null ? words.complaints.nobody : words.complaints.by(handler)}
        {state !== "closed" && ` · ${words.complaints.due(formatMoment(due_at))}`}
      </div>
      {ticket.measure !== null && <div className="small">{ticket.measure}</div>}
    </div>
  );
}
