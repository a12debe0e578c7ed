import { Button, Segmented } from "antd";
import { useCallback, useEffect, useState } from "react";
import { listTasks, type TaskState } from "../../api/tasks";
import { useLoaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";
import { Failed, Loading, Nothing } from "../Plain";
import { useWords } from "../words";
import { TaskCard } from "./TaskCard";

const STATES: TaskState[] = ["open", "done", "impossible"];
const LOOK_EVERY_MS = 15_000;

/** The warehouse's list: what is due first stands first; it prints as one task below the other. */
export function Warehouse() {
  const words = useWords();
  const [state, setState] = useState<TaskState>("open");
  const { data, error, reload } = useLoaded(useCallback(() => listTasks(state), [state]));
  useLiveEvents(reload);
  useEffect(() => {
    const timer = window.setInterval(reload, LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [reload]);
  return (
    <main className="page warehouse">
      <div className="page-tools">
        <h2>{words.pages.warehouse}</h2>
        <Segmented<TaskState>
          value={state}
          onChange={setState}
          options={STATES.map((name) => ({ value: name, label: words.tasks[name] }))}
        />
        <span className="grow" />
        <Button onClick={() => window.print()}>{words.tasks.print}</Button>
      </div>
      {data === null && (error === null ? <Loading /> : <Failed onAgain={reload} />)}
      {data?.length === 0 && <Nothing text={words.tasks.nothing} />}
      <ol className="tasks">
        {data?.map((task) => (
          <li key={task.id}>
            <TaskCard task={task} onDone={reload} />
          </li>
        ))}
      </ol>
    </main>
  );
}
