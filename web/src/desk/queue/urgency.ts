/** In which order conversations want attention. */

import type { ConversationSummary } from "../../api/desk";

type Ranked = Pick<ConversationSummary, "handoff" | "active_at">;

/** Waiting ones first, by the desk's priority and then by who waits longest; the rest by latest activity. */
export function byUrgency(a: Ranked, b: Ranked): number {
  const [left, right] = [waiting(a), waiting(b)];
  if (left && right) {
    return left.priority - right.priority || left.waiting_since.localeCompare(right.waiting_since);
  }
  if (left || right) return left ? -1 : 1;
  return b.active_at.localeCompare(a.active_at);
}

const waiting = ({ handoff }: Ranked) => (handoff?.state === "waiting" ? handoff : null);
