import { formatDuration, minutesOf, secondsSince } from "../../shared/time";
import { useNow } from "../../shared/useNow";
import { useWords } from "../words";

const LONG_S = 120;

interface WaitingTimeProps {
  since: string;
  /** Seconds until somebody is to be expected; null: nobody can say. */
  eta?: number | null;
}

/** How long someone has waited, running, and how long still; a long wait is marked not by colour alone. */
export function WaitingTime({ since, eta = null }: WaitingTimeProps) {
  const words = useWords();
  const seconds = secondsSince(since, useNow());
  const long = seconds >= LONG_S;
  return (
    <span className="waiting" data-long={long}>
      {long && <span aria-hidden="true">⚠ </span>}
      {words.waits} {formatDuration(seconds)}
      {eta !== null && <span title={words.etaTitle}> · {words.eta(minutesOf(eta))}</span>}
    </span>
  );
}
