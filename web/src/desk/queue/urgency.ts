/** In which order conversations want attention. */

import type { ConversationSummary } from "../../api/desk";
import { nextClock } from "./clocks";

type Ranked = Pick<ConversationSummary, "clocks" | "severity" | "owner" | "active_at">;

/**
 * Major complaints and crises that nobody has first; then by the clock about to be lost;
 * those without one by latest activity.
 */
export function byUrgency(a: Ranked, b: Ranked): number {
  if (isGrave(a) !== isGrave(b)) return isGrave(a) ? -1 : 1;
  const [left, right] = [nextClock(a.clocks), nextClock(b.clocks)];
  if (left && right) return Date.parse(left.due_at) - Date.parse(right.due_at);
  if (left || right) return left ? -1 : 1;
  return b.active_at.localeCompare(a.active_at);
}

const isGrave = ({ severity, owner }: Ranked): boolean =>
  owner === "queue" && (severity === "major" || severity === "crisis");
