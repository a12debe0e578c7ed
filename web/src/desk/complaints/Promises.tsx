import { Button, Segmented } from "antd";
import { useCallback, useState } from "react";
import { listPromises, type PromiseEntry } from "../../api/complaints";
import { formatMoment } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { useNow } from "../../shared/useNow";
import { useLiveEvents } from "../live/events";
import { Failed, Loading, Nothing } from "../Plain";
import { useWords } from "../words";
import { PROMISES } from "../words/office.names";

type State = PromiseEntry["state"];
const STATES: State[] = ["open", "broken", "kept"];
const LOOK_MS = 10_000;

/** The ledger of promises; what proves one kept settles it, nobody's word. */
export function Promises({ onOpen }: { onOpen: (conversationId: string) => void }) {
  const words = useWords();
  const now = useNow(LOOK_MS);
  const [state, setState] = useState<State>("open");
  const { data, error, reload } = useLoaded(useCallback(() => listPromises(state), [state]));
  useLiveEvents(reload);
  return (
    <>
      <Segmented<State>
        size="small"
        value={state}
        onChange={setState}
        options={STATES.map((name) => ({ value: name, label: words.complaints.promiseStates[name] }))}
      />
      {data === null && (error === null ? <Loading /> : <Failed onAgain={reload} />)}
      {data?.length === 0 && <Nothing text={words.complaints.noPromise} hint={words.complaints.proof} />}
      {data !== null && data.length > 0 && (
        <table className="table listed">
          <thead>
            <tr>
              <th>{words.complaints.dueBy}</th>
              <th>{words.complaints.what}</th>
              <th>{words.complaints.promised}</th>
              <th>{words.order}</th>
              <th>{words.audit.who}</th>
              <th aria-label={words.more} />
            </tr>
          </thead>
          <tbody>
            {data.map((one) => {
              const late = one.state === "open" && Date.parse(one.due_at) < now;
              return (
                <tr key={one.id}>
                  <td className={late || one.alerted_at !== null ? "warn" : ""}>
                    {(late || one.alerted_at !== null) && "⚠ "}
                    {formatMoment(one.due_at)}
                  </td>
                  <td>{words.nameOf(PROMISES, one.kind)}</td>
                  <td>{one.words}</td>
                  <td>{one.order_no}</td>
                  <td>{one.owner}</td>
                  <td className="row-tools">
                    <Button size="small" onClick={() => onOpen(one.conversation_id)}>
                      {words.look}
                    </Button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </>
  );
}
