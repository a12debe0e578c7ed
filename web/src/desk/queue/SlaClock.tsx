import type { Clock } from "../../api/desk";
import { formatDuration } from "../../shared/time";
import { useNow } from "../../shared/useNow";
import { useWords } from "../words";
import { leftOf, nextClock, pressureOf } from "./clocks";

/** The clock about to be lost: which one, and the time left or over; never by colour alone. */
export function SlaClock({ clocks }: { clocks: readonly Clock[] }) {
  const words = useWords();
  const now = useNow();
  const clock = nextClock(clocks);
  if (!clock) return null;
  const pressure = pressureOf(clock, now);
  const left = leftOf(clock, now);
  return (
    <span className="sla" data-pressure={pressure} title={words.clockTitles[clock.kind]}>
      {pressure !== "calm" && <span aria-hidden="true">{pressure === "lost" ? "⚠ " : "◔ "}</span>}
      {words.clocks[clock.kind]} {left < 0 ? words.over : words.left} {formatDuration(Math.abs(left))}
    </span>
  );
}
