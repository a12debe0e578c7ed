import { Segmented } from "antd";
import { useCallback, useEffect, useState } from "react";
import type { Me } from "../../api/desk";
import { listReturns, type ReturnPart } from "../../api/returns";
import { useLoaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";
import { Failed, Loading, Nothing } from "../Plain";
import { useWords } from "../words";
import { ReturnCard } from "./ReturnCard";

const PARTS: ReturnPart[] = ["open", "over"];
const LOOK_EVERY_MS = 15_000;

interface ReturnsProps {
  me: Me;
  onOpen: (id: string) => void;
}

/** The return register, the request whose next step is due first before the others. */
export function Returns({ me, onOpen }: ReturnsProps) {
  const words = useWords();
  const [part, setPart] = useState<ReturnPart>("open");
  const { data, error, reload } = useLoaded(useCallback(() => listReturns(part), [part]));
  useLiveEvents(useCallback((_about, kind) => kind === "return" && reload(), [reload]));
  useEffect(() => {
    const timer = window.setInterval(reload, LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [reload]);
  return (
    <main className="page">
      <div className="page-tools">
        <h2>{words.pages.returns}</h2>
        <Segmented<ReturnPart>
          value={part}
          onChange={setPart}
          options={PARTS.map((name) => ({ value: name, label: words.returns.parts[name] }))}
        />
      </div>
      {data === null && (error === null ? <Loading /> : <Failed onAgain={reload} />)}
      {data?.length === 0 && <Nothing text={words.returns.nothing[part]} />}
      <ol className="tasks">
        {data?.map((request) => (
          <li key={request.id}>
            <ReturnCard request={request} me={me} onDone={reload} onOpen={onOpen} />
          </li>
        ))}
      </ol>
    </main>
  );
}
