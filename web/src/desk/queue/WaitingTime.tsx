import { formatDuration, secondsSince } from "../../shared/time";
import { useNow } from "../../shared/useNow";
import { useWords } from "../words";

const LONG_S = 120;

/** How long someone has waited, running; a long wait is marked by more than its colour. */
export function WaitingTime({ since }: { since: string }) {
  const words = useWords();
  const seconds = secondsSince(since, useNow());
  const long = seconds >= LONG_S;
  return (
    <span className="waiting" data-long={long}>
      {long && <span aria-hidden="true">⚠ </span>}
      {words.waits} {formatDuration(seconds)}
    </span>
  );
}
