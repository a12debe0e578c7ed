import { Button, Input, Tag } from "antd";
import { useState } from "react";
import { decideApproval, listApprovals, type Approval } from "../../api/supervisor";
import { formatMoment } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";
import { Failed, Loading, Nothing } from "../Plain";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { MATTERS } from "../words/names";

/** What the desk may not decide by itself: what, for whom, beyond which limit, until when. */
export function Approvals({ onOpen }: { onOpen: (id: string) => void }) {
  const words = useWords();
  const { data, error, reload } = useLoaded(listApprovals);
  useLiveEvents(reload);
  if (data === null) return error === null ? <Loading /> : <Failed onAgain={reload} />;
  return (
    <main className="page">
      <h2>{words.pages.approvals}</h2>
      {data.length === 0 && <Nothing text={words.approvals.nothing} />}
      <ol className="tasks">
        {data.map((approval) => (
          <li key={approval.id}>
            <Card approval={approval} onDone={reload} onOpen={onOpen} />
          </li>
        ))}
      </ol>
    </main>
  );
}

interface CardProps {
  approval: Approval;
  onDone: () => void;
  onOpen: (id: string) => void;
}

function Card({ approval, onDone, onOpen }: CardProps) {
  const words = useWords();
  const { act, busy } = useAct(onDone);
  const [answer, setAnswer] = useState("");
  const { id, matter, what, amount, limit, order_no, asked_by, asked_at, expires_at } = approval;
  const decide = (state: "granted" | "declined", plain: string) =>
    void act(() => decideApproval(id, state, answer.trim() || plain));
  return (
    <article className="task" data-approval={id}>
      <header className="order-head">
        <Tag>{words.nameOf(MATTERS, matter)}</Tag>
        {amount !== null && <strong>¥{amount}</strong>}
        {limit !== null && <span className="soft">{words.approvals.limit(limit)}</span>}
        <span className="grow" />
        <span className="soft">{words.approvals.expires(formatMoment(expires_at))}</span>
      </header>
      <p className="task-todo">{what}</p>
      <p className="soft small">
        {words.tasks.asked(asked_by, formatMoment(asked_at))} {order_no}
      </p>
      <div className="task-answer">
        <Input
          value={answer}
          maxLength={500}
          placeholder={words.approvals.answer}
          aria-label={words.approvals.answer}
          onChange={(event) => setAnswer(event.target.value)}
        />
        <Button type="primary" disabled={busy} onClick={() => decide("granted", words.approvals.grant)}>
          {words.approvals.grant}
        </Button>
        <Button danger disabled={busy} onClick={() => decide("declined", words.approvals.decline)}>
          {words.approvals.decline}
        </Button>
        <Button disabled={busy} onClick={() => onOpen(approval.conversation_id)}>
          {words.look}
        </Button>
      </div>
    </article>
  );
}
