/** Which live events change a list: reading it again at each would be most of a busy desk's load. */

import type { View } from "../../api/desk";

/** Events by which a conversation comes into one's own list or leaves it. */
const MOVES = new Set(["owner", "transfer", "offer"]);

/** How long further events are gathered before a list is read again: everybody's changes all the time. */
export const gatherMs = (view: View): number | undefined => (view === "mine" ? undefined : 500);

/** Whether a list of these conversations may look different now; `null`: anything may have happened. */
export function concerns(
  view: View,
  shown: ReadonlySet<string>,
  about: string | null,
  kind: string,
): boolean {
  if (about === null || view !== "mine") return true;
  return MOVES.has(kind) || shown.has(about);
}
