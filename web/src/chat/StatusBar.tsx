import { minutesOf } from "../shared/time";
import type { Thread } from "./thread";
import { useWords } from "./words";

/** What the customer should know now: the connection is gone, or where they stand in the queue. */
export function StatusBar({ thread }: { thread: Thread }) {
  const words = useWords();
  const { link, place } = thread;
  return (
    <div className="status" role="status" aria-live="polite">
      {link === "lost" && (
        <p className="status-lost" data-testid="link-lost">
          {words.lost}
        </p>
      )}
      {place && (
        <p className="status-queue" data-testid="queue-place">
          <strong>{words.place(place.position)}</strong>
          {place.eta_seconds !== null && <span> · {words.eta(minutesOf(place.eta_seconds))}</span>}
          <span className="status-hint">{words.placeHint}</span>
        </p>
      )}
    </div>
  );
}
