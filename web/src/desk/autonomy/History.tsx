import { useCallback } from "react";
import { listChanges, type Intent } from "../../api/autonomy";
import { formatMoment } from "../../shared/time";
import { useLoaded } from "../../shared/useLoaded";
import { Failed, Loading } from "../Plain";
import { useWords } from "../words";
import { LEVELS as NAMES } from "../words/office.names";

/** How a topic came to its level: who, when, why, on what evidence. */
export function History({ intent }: { intent: Intent }) {
  const words = useWords();
  // Another level means another change: the history is read again with it.
  const load = useCallback(() => listChanges(intent.intent), [intent]);
  const { data, error, reload } = useLoaded(load);
  if (data === null) return error === null ? <Loading /> : <Failed onAgain={reload} />;
  if (data.length === 0) return <span className="soft">{words.autonomy.noHistory}</span>;
  return (
    <ul className="plain-list">
      {data.map((change) => (
        <li key={`${change.at} ${change.level}`}>
          <span className="soft">{formatMoment(change.at)}</span>{" "}
          {change.by === "evidence" ? words.autonomy.byEvidence : change.by}{" "}
          <strong>
            {words.nameOf(NAMES, change.was)} → {words.nameOf(NAMES, change.level)}
          </strong>{" "}
          {change.reason}{" "}
          <span className="soft small">
            {words.autonomy.split(change.evidence.accepted, change.evidence.edited, change.evidence.rejected)}
          </span>
        </li>
      ))}
    </ul>
  );
}
