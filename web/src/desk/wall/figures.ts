/** What the wall shows, counted from the conversations that are open now. */

import type { ConversationSummary } from "../../api/desk";
import { leftOf, nextClock } from "../queue/clocks";

export interface Figures {
  waiting: number;
  longestSince: string | null;
  late: number;
  grave: number;
  withBot: number;
  withPeople: number;
}

export function countFigures(open: readonly ConversationSummary[], now: number): Figures {
  const isLate = ({ clocks }: ConversationSummary) => {
    const clock = nextClock(clocks);
    return clock !== null && leftOf(clock, now) < 0;
  };
  const queue = open.filter(({ owner }) => owner === "queue");
  const held = open.filter(({ owner }) => owner === "agent");
  const since = queue.flatMap(({ handoff }) => handoff?.waiting_since ?? []).sort();
  return {
    waiting: queue.length,
    longestSince: since[0] ?? null,
    late: open.filter(isLate).length,
    grave: queue.filter(({ severity }) => severity === "major" || severity === "crisis").length,
    withBot: open.filter(({ owner }) => owner === "bot").length,
    withPeople: held.length,
  };
}
