import { Alert, Button, Input, Rate, Select } from "antd";
import { useState } from "react";
import { assignTicket, closeTicket, recordMeasure, type TicketDetail } from "../../api/complaints";
import type { Me } from "../../api/desk";
import { listColleagues } from "../../api/handover";
import { formatMoment } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { useAct } from "../useAct";
import { useWords } from "../words";

const LONGEST = 500;

interface WorkProps {
  ticket: TicketDetail;
  me: Me;
  onDone: () => void;
}

/** The three steps of a ticket: who, what is done, what came of it. */
export function Work({ ticket, me, onDone }: WorkProps) {
  const words = useWords();
  const { state, may_work } = ticket;
  const works = may_work && state !== "closed";
  return (
    <section className="ticket-work">
      {!may_work && <Alert type="info" showIcon title={words.complaints.supervisorsOnly} />}
      <h4>1 · {words.complaints.handler}</h4>
      <Handler ticket={ticket} me={me} works={works} onDone={onDone} />
      <h4>2 · {words.complaints.measure}</h4>
      <Measure key={ticket.measure} ticket={ticket} works={works} onDone={onDone} />
      <h4>3 · {words.complaints.outcome}</h4>
      {state === "closed" && <Outcome ticket={ticket} />}
      {state !== "closed" && <Close ticket={ticket} works={works} onDone={onDone} />}
    </section>
  );
}

interface StepProps {
  ticket: TicketDetail;
  works: boolean;
  onDone: () => void;
}

function Handler({ ticket, me, works, onDone }: StepProps & { me: Me }) {
  const words = useWords();
  const { act, busy } = useAct(onDone);
  const { data } = useLoaded(listColleagues);
  const { handler } = ticket;
  if (!works) return <p>{handler ?? words.complaints.nobody}</p>;
  const others = (data ?? []).map(({ name }) => name);
  const names = new Set([me.name, ...others, ...(handler === null ? [] : [handler])]);
  const shown = new Map((data ?? []).map(({ name, display_name }) => [name, display_name]));
  const give = (name: string) => void act(() => assignTicket(ticket.id, name));
  return (
    <div className="step beside">
      <Select
        value={handler ?? ""}
        aria-label={words.complaints.handler}
        options={[
          ...(handler === null ? [{ value: "", label: words.complaints.nobody, disabled: true }] : []),
          ...[...names].map((name) => ({ value: name, label: shown.get(name) ?? name })),
        ]}
        style={{ minWidth: 160 }}
        onChange={give}
      />
      {handler !== me.name && (
        <Button disabled={busy} onClick={() => give(me.name)}>
          {words.acknowledge}
        </Button>
      )}
    </div>
  );
}

function Measure({ ticket, works, onDone }: StepProps) {
  const words = useWords();
  const { act, busy } = useAct(onDone);
  const [text, setText] = useState(ticket.measure ?? "");
  if (!works) return <p>{ticket.measure ?? words.none}</p>;
  const changed = text.trim() !== "" && text.trim() !== ticket.measure;
  return (
    <div className="step">
      <Input.TextArea
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={LONGEST}
        value={text}
        aria-label={words.complaints.measure}
        placeholder={words.complaints.measureHint}
        onChange={(event) => setText(event.target.value)}
      />
      <Button
        type={ticket.measure === null ? "primary" : "default"}
        disabled={busy || !changed}
        onClick={() => void act(() => recordMeasure(ticket.id, text.trim()))}
      >
        {words.save}
      </Button>
    </div>
  );
}

function Close({ ticket, works, onDone }: StepProps) {
  const words = useWords();
  const { act, busy } = useAct(onDone);
  const [outcome, setOutcome] = useState("");
  const [satisfaction, setSatisfaction] = useState(0);
  if (!works) return <p className="soft">{words.complaints.notYet}</p>;
  const ready = ticket.measure !== null;
  const judged = satisfaction === 0 ? null : satisfaction;
  return (
    <div className="step">
      {!ready && <p className="soft small">{words.complaints.measureFirst}</p>}
      <Input.TextArea
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={LONGEST}
        value={outcome}
        disabled={!ready}
        aria-label={words.complaints.outcome}
        placeholder={words.complaints.outcomeHint}
        onChange={(event) => setOutcome(event.target.value)}
      />
      <span className="judgement">
        <span>{words.complaints.satisfaction}</span>
        <Rate value={satisfaction} disabled={!ready} onChange={setSatisfaction} />
      </span>
      <Button
        type="primary"
        disabled={busy || !ready || outcome.trim() === ""}
        onClick={() => void act(() => closeTicket(ticket.id, outcome.trim(), judged))}
      >
        {words.complaints.close}
      </Button>
    </div>
  );
}

function Outcome({ ticket }: { ticket: TicketDetail }) {
  const words = useWords();
  const judged = ticket.satisfaction === null ? "—" : `${ticket.satisfaction} / 5`;
  return (
    <>
      <p>{ticket.outcome}</p>
      <p className="soft small">
        {words.complaints.satisfaction} {judged} ·{" "}
        {ticket.closed_by} {ticket.closed_at !== null && formatMoment(ticket.closed_at)}
      </p>
    </>
  );
}
