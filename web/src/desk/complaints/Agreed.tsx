import { Button, Input, Tag } from "antd";
import { useState } from "react";
import { bookCallback, type TicketDetail } from "../../api/complaints";
import type { Me } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { MATTERS } from "../words/names";
import { PROMISES } from "../words/office.names";
import { CallbackItem } from "./CallbackItem";

interface AgreedProps {
  ticket: TicketDetail;
  me: Me;
  onDone: () => void;
}

/** What else is agreed in the conversation: calls, promises, requests to a supervisor. */
export function Agreed({ ticket, me, onDone }: AgreedProps) {
  const words = useWords();
  const { callbacks, promises, approvals } = ticket;
  const states: Record<string, string> = words.complaints.approvalStates;
  return (
    <>
      <section>
        <h4>{words.complaints.parts.callbacks}</h4>
        <ul className="plain-list">
          {callbacks.map((one) => (
            <li key={one.id}>
              <CallbackItem callback={one} me={me} onDone={onDone} />
            </li>
          ))}
        </ul>
        {me.permissions.includes("answer") && <Book ticket={ticket} onDone={onDone} />}
      </section>
      {promises.length > 0 && (
        <section>
          <h4>{words.complaints.parts.promises}</h4>
          <ul className="plain-list">
            {promises.map((one) => (
              <li key={one.id}>
                <Tag>{words.complaints.promiseStates[one.state]}</Tag>
                {words.nameOf(PROMISES, one.kind)} “{one.words}”{" "}
                <span className="soft small">
                  {one.owner} · {words.tasks.due(formatMoment(one.due_at))}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {approvals.length > 0 && (
        <section>
          <h4>{words.pages.approvals}</h4>
          <ul className="plain-list">
            {approvals.map((one) => (
              <li key={one.id}>
                <Tag>{states[one.state] ?? one.state}</Tag>
                {words.nameOf(MATTERS, one.matter)} {one.what} {one.amount !== null && `¥${one.amount}`}{" "}
                <span className="soft small">
                  {one.asked_by} → {one.decided_by ?? "…"} {one.answer}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

const PHONE = /^1\d{10}$/;

/** Books a call at the next time somebody can make it. */
function Book({ ticket, onDone }: { ticket: TicketDetail; onDone: () => void }) {
  const words = useWords();
  const { act, busy } = useAct(onDone);
  const [phone, setPhone] = useState("");
  const [about, setAbout] = useState("");
  const good = PHONE.test(phone) && about.trim() !== "";
  const book = async () => {
    if (!(await act(() => bookCallback(ticket.conversation_id, { phone, about: about.trim() })))) return;
    setPhone("");
    setAbout("");
  };
  return (
    <div className="row-of-fields">
      <Input
        value={phone}
        inputMode="tel"
        maxLength={11}
        aria-label={words.phone}
        placeholder={words.phone}
        style={{ width: 130 }}
        onChange={(event) => setPhone(event.target.value.trim())}
      />
      <Input
        value={about}
        maxLength={500}
        aria-label={words.complaints.aboutWhat}
        placeholder={words.complaints.aboutWhat}
        onChange={(event) => setAbout(event.target.value)}
      />
      <Button disabled={busy || !good} onClick={() => void book()}>
        {words.complaints.book}
      </Button>
    </div>
  );
}
