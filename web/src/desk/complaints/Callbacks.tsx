import { Button, Segmented } from "antd";
import { useCallback, useState } from "react";
import { listCallbacks, type Callback } from "../../api/complaints";
import type { Me } from "../../api/desk";
import { useLoaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";
import { Failed, Loading, Nothing } from "../Plain";
import { useWords } from "../words";
import { CallbackItem } from "./CallbackItem";

type State = Callback["state"];
const STATES: State[] = ["booked", "unreached", "done"];

/** All calls that are due, and those that were made. */
export function Callbacks({ me, onOpen }: { me: Me; onOpen: (conversationId: string) => void }) {
  const words = useWords();
  const [state, setState] = useState<State>("booked");
  const { data, error, reload } = useLoaded(useCallback(() => listCallbacks(state), [state]));
  useLiveEvents(reload);
  return (
    <>
      <Segmented<State>
        size="small"
        value={state}
        onChange={setState}
        options={STATES.map((name) => ({ value: name, label: words.complaints.callStates[name] }))}
      />
      {data === null && (error === null ? <Loading /> : <Failed onAgain={reload} />)}
      {data?.length === 0 && <Nothing text={words.complaints.noCall} />}
      <ol className="tasks listed">
        {data?.map((one) => (
          <li key={one.id} className="task">
            <CallbackItem callback={one} me={me} onDone={reload} />
            <Button size="small" type="link" className="inline" onClick={() => onOpen(one.conversation_id)}>
              {words.complaints.toConversation}
            </Button>
          </li>
        ))}
      </ol>
    </>
  );
}
