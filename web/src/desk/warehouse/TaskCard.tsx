import { Button, Input, Tag } from "antd";
import { useState } from "react";
import { answerTask, type Task } from "../../api/tasks";
import { formatMoment } from "../../shared/time";
import { useNow } from "../../shared/useNow";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { FLAGS, TASKS } from "../words/names";

const LOOK_MS = 10_000;

/** One task: which order, what to do, from whom and until when; done, or impossible and why. */
export function TaskCard({ task, onDone }: { task: Task; onDone: () => void }) {
  const words = useWords();
  const now = useNow(LOOK_MS);
  const late = task.state === "open" && Date.parse(task.due_at) < now;
  return (
    <article className="task" data-late={late} data-flag={task.flag} data-task={task.id}>
      <header className="order-head">
        <strong>{task.order_no}</strong>
        <Tag>{words.nameOf(TASKS, task.kind)}</Tag>
        {task.flag !== null && <Tag color={task.flag}>⚑ {words.nameOf(FLAGS, task.flag)}</Tag>}
        <span className="grow" />
        <span className={late ? "warn" : "soft"}>
          {late && "⚠ "}
          {words.tasks.due(formatMoment(task.due_at))}
        </span>
      </header>
      <p className="task-todo">{task.todo}</p>
      <p className="soft small">
        {task.recipient} · {task.address}
      </p>
      <p className="soft small">{words.tasks.asked(task.asked_by, formatMoment(task.asked_at))}</p>
      {task.state === "open" ? (
        <Answer task={task} onDone={onDone} />
      ) : (
        <p>
          {words.tasks[task.state]}: {task.answer}{" "}
          <span className="soft small">
            {task.answered_by} {task.answered_at !== null && formatMoment(task.answered_at)}
          </span>
        </p>
      )}
    </article>
  );
}

function Answer({ task, onDone }: { task: Task; onDone: () => void }) {
  const words = useWords();
  const { act, busy } = useAct(onDone);
  const [why, setWhy] = useState<string | null>(null);
  if (why === null) {
    return (
      <div className="task-answer">
        <Button
          type="primary"
          disabled={busy}
          onClick={() => void act(() => answerTask(task.id, "done", words.tasks.done))}
        >
          {words.tasks.done}
        </Button>
        <Button disabled={busy} onClick={() => setWhy("")}>
          {words.tasks.impossible}…
        </Button>
      </div>
    );
  }
  return (
    <div className="task-answer">
      {words.tasks.whys.map((reason) => (
        <Button key={reason} size="small" onClick={() => setWhy(reason)}>
          {reason}
        </Button>
      ))}
      <Input
        autoFocus
        value={why}
        maxLength={500}
        aria-label={words.tasks.why}
        placeholder={words.tasks.why}
        onChange={(event) => setWhy(event.target.value)}
      />
      <Button
        danger
        disabled={busy || why.trim() === ""}
        onClick={() => void act(() => answerTask(task.id, "impossible", why.trim()))}
      >
        {words.tasks.impossible}
      </Button>
      <Button onClick={() => setWhy(null)}>{words.cancel}</Button>
    </div>
  );
}
