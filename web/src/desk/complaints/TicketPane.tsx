import { Button } from "antd";
import { useCallback } from "react";
import { readTicket, type TicketDetail } from "../../api/complaints";
import type { Me } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";
import { Failed, Loading } from "../Plain";
import { SlaClock } from "../queue/SlaClock";
import { useWords } from "../words";
import { CHANNELS } from "../words/names";
import { CATEGORIES } from "../words/office.names";
import { Agreed } from "./Agreed";
import { Remedies } from "./Remedies";
import { SeverityTag } from "./SeverityTag";
import { Work } from "./Work";

interface TicketPaneProps {
  id: number;
  me: Me;
  onOpen: (conversationId: string) => void;
  /** Something of the ticket changed. */
  onDone: () => void;
}

/** One ticket: what the customer says, what is being done, what is given, what else is agreed. */
export function TicketPane({ id, me, onOpen, onDone }: TicketPaneProps) {
  const { data, error, reload } = useLoaded(useCallback(() => readTicket(id), [id]));
  useLiveEvents(reload);
  const changed = useCallback(() => {
    reload();
    onDone();
  }, [reload, onDone]);
  if (data === null) return error === null ? <Loading /> : <Failed onAgain={reload} />;
  return (
    <article className="ticket" data-ticket-pane={id}>
      <Head ticket={data} onOpen={onOpen} />
      <div className="ticket-parts">
        <Work ticket={data} me={me} onDone={changed} />
        <div>
          <Remedies ticket={data} onDone={changed} />
          <Agreed ticket={data} me={me} onDone={changed} />
        </div>
      </div>
    </article>
  );
}

function Head({ ticket, onOpen }: { ticket: TicketDetail; onOpen: (conversationId: string) => void }) {
  const words = useWords();
  const { id, severity, category, buyer_name, buyer_id, order_no, opened_at, due_at, state } = ticket;
  const facts = [
    words.nameOf(CHANNELS, ticket.channel),
    words.complaints.opened(formatMoment(opened_at)),
    words.complaints.due(formatMoment(due_at)),
    ...(order_no === null ? [] : [`${words.order} ${order_no}`]),
  ];
  return (
    <header>
      <div className="order-head">
        <SeverityTag severity={severity} />
        <h3>
          {words.complaints.number(id)} {buyer_name ?? buyer_id} · {words.nameOf(CATEGORIES, category)}
        </h3>
        <span className="grow" />
        {state !== "closed" && <SlaClock clocks={[{ kind: "resolution", started_at: opened_at, due_at }]} />}
        <Button size="small" onClick={() => onOpen(ticket.conversation_id)}>
          {words.complaints.toConversation}
        </Button>
      </div>
      <p className="soft small">{facts.join(" · ")}</p>
      <blockquote className="said" tabIndex={0}>
        {ticket.words}
      </blockquote>
      {ticket.demand !== "" && (
        <p>
          <span className="soft">{words.complaints.demand}</span> {ticket.demand}
        </p>
      )}
    </header>
  );
}
