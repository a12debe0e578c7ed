import { useCallback } from "react";
import { listColleagues } from "../../api/handover";
import { useLoaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";
import { Failed, Loading } from "../Plain";
import { useWords } from "../words";
import { TEAMS } from "../words/names";
import { listReceivers } from "./receivers";

interface ColleaguesProps {
  /** Who hands on: not in the list. */
  me: string;
  chosen: string | null;
  onChoose: (name: string) => void;
}

/** Colleagues to hand to: who is there and has room first; nothing is handed to an empty chair. */
export function Colleagues({ me, chosen, onChoose }: ColleaguesProps) {
  const words = useWords();
  const { data, error, reload } = useLoaded(listColleagues);
  useLiveEvents(useCallback((about) => about === null && reload(), [reload]));
  if (data === null) return error === null ? <Loading /> : <Failed onAgain={reload} />;
  const receivers = listReceivers(data, me);
  if (!receivers.some(({ online }) => online)) return <p className="soft">{words.noColleague}</p>;
  return (
    <div className="colleagues" role="radiogroup" aria-label={words.pickColleague}>
      {receivers.map(({ name, display_name, teams, online, load, capacity }) => (
        <label key={name} className="colleague" data-online={online} data-full={load >= capacity}>
          <input
            type="radio"
            name="colleague"
            value={name}
            checked={chosen === name}
            disabled={!online}
            onChange={() => onChoose(name)}
          />
          <span aria-hidden="true">{online ? "●" : "○"}</span>
          <strong>{display_name || name}</strong>
          <span className="soft">{teams.map((team) => words.nameOf(TEAMS, team)).join(words.comma)}</span>
          <span className="grow" />
          <span className="soft">{online ? words.presence.online : words.presence.away}</span>
          <meter min={0} max={capacity} high={capacity - 1} value={load} aria-label={words.wall.agents} />
          <span>
            {load} / {capacity}
          </span>
        </label>
      ))}
    </div>
  );
}
