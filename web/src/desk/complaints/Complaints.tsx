import { Segmented } from "antd";
import { useCallback, useState } from "react";
import { listTickets, type Ticket, type TicketFilter } from "../../api/complaints";
import type { Me } from "../../api/desk";
import { useLoaded } from "../../shared/useLoaded";
import { useKeys } from "../keys";
import { useLiveEvents } from "../live/events";
import { Failed, Loading, Nothing } from "../Plain";
import { SlaClock } from "../queue/SlaClock";
import { hrefOf } from "../route";
import { useWords } from "../words";
import { CATEGORIES } from "../words/office.names";
import { Callbacks } from "./Callbacks";
import { Promises } from "./Promises";
import { SeverityTag } from "./SeverityTag";
import { TicketPane } from "./TicketPane";

type Part = TicketFilter | "callbacks" | "promises";
const PARTS: Part[] = ["open", "late", "closed", "callbacks", "promises"];

interface ComplaintsProps {
  me: Me;
  /** The ticket that is open. */
  about: string | null;
  onOpen: (conversationId: string) => void;
  onPick: (ticket: string) => void;
}

/** What is owed to customers: complaint tickets and the work on them, call-backs, promises. */
export function Complaints({ me, about, onOpen, onPick }: ComplaintsProps) {
  const words = useWords();
  const [part, setPart] = useState<Part>("open");
  const filter: TicketFilter = part === "callbacks" || part === "promises" ? "open" : part;
  const { data, error, reload } = useLoaded(useCallback(() => listTickets(filter), [filter]));
  useLiveEvents(reload);
  const isTickets = part === filter;
  const step = (by: number) => {
    const rows = data ?? [];
    const next = rows[rows.findIndex(({ id }) => String(id) === about) + by] ?? rows[0];
    if (isTickets && next) onPick(String(next.id));
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  return (
    <main className="page complaints">
      <div className="page-tools">
        <h2>{words.pages.complaints}</h2>
        <Segmented<Part>
          value={part}
          onChange={setPart}
          options={PARTS.map((name) => ({ value: name, label: words.complaints.parts[name] }))}
        />
      </div>
      {part === "callbacks" && <Callbacks me={me} onOpen={onOpen} />}
      {part === "promises" && <Promises onOpen={onOpen} />}
      {isTickets && (
        <div className="ticket-columns" data-chosen={about !== null}>
          <div>
            {data === null && (error === null ? <Loading /> : <Failed onAgain={reload} />)}
            {data?.length === 0 && <Nothing text={words.complaints.nothing[filter]} />}
            <ul className="tickets" aria-label={words.pages.complaints}>
              {data?.map((ticket) => (
                <li key={ticket.id}>
                  <TicketRow ticket={ticket} chosen={String(ticket.id) === about} />
                </li>
              ))}
            </ul>
          </div>
          {about === null ? (
            data !== null && data.length > 0 && <Nothing text={words.complaints.pickOne} />
          ) : (
            <TicketPane key={about} id={Number(about)} me={me} onOpen={onOpen} onDone={reload} />
          )}
        </div>
      )}
    </main>
  );
}

/** How grave, about what, in whose words, until when, whose. */
function TicketRow({ ticket, chosen }: { ticket: Ticket; chosen: boolean }) {
  const words = useWords();
  const { id, severity, category, buyer_name, buyer_id, state, handler, opened_at, due_at } = ticket;
  return (
    <a
      className="ticket-row"
      href={hrefOf("complaints", String(id))}
      aria-current={chosen}
      data-ticket={id}
      data-severity={severity}
    >
      <span className="order-head">
        <SeverityTag severity={severity} />
        <strong>{buyer_name ?? buyer_id}</strong>
        <span className="soft">{words.nameOf(CATEGORIES, category)}</span>
        <span className="grow" />
        {state !== "closed" && <SlaClock clocks={[{ kind: "resolution", started_at: opened_at, due_at }]} />}
      </span>
      <span className="ticket-words">{ticket.words}</span>
      <span className="order-head soft small">
        <span>{words.complaints.states[state]}</span>
        <span>{handler === null ? words.complaints.nobody : words.complaints.by(handler)}</span>
        <span className="grow" />
        {ticket.order_no !== null && <span>…{ticket.order_no.slice(-6)}</span>}
      </span>
    </a>
  );
}
