import { minutesOf } from "../shared/time";
import type { CallOffer } from "../api/aftercare";
import { Callback } from "./Callback";
import type { Thread } from "./thread";
import { useWords } from "./words";

interface StatusBarProps {
  thread: Thread;
  offer: CallOffer | null;
  onBooked: () => void;
  onReconnect: () => void;
}

/** What the customer should know now: the connection is gone, or where they stand in the queue. */
export function StatusBar({ thread, offer, onBooked, onReconnect }: StatusBarProps) {
  const words = useWords();
  const { link, place, outgoing } = thread;
  const unsent = outgoing.filter(({ state }) => state === "failed" || state === "waiting").length;
  const away = offer?.back_at != null;
  return (
    <>
      <div className="status" role="status" aria-live="polite">
        {link === "lost" && (
          <p className="status-lost" data-testid="link-lost">
            <span>
              {words.lost}
              {unsent > 0 && ` ${words.unsent(unsent)}`}
            </span>
            <button type="button" className="quiet" onClick={onReconnect}>
              {words.reconnect}
            </button>
          </p>
        )}
        {place && (
          <p className="status-queue" data-testid="queue-place">
            <strong>{words.place(place.position)}</strong>
            {place.eta_seconds !== null && !away && <span> · {words.eta(minutesOf(place.eta_seconds))}</span>}
            <span className="status-hint">{words.placeHint}</span>
          </p>
        )}
      </div>
      {offer !== null && <Callback offer={offer} onBooked={onBooked} />}
    </>
  );
}
