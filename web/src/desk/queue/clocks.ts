/** SLA clocks as the desk shows them. */

import type { Clock } from "../../api/desk";

export type Pressure = "calm" | "soon" | "lost";

/** Below this share of its time a clock is about to be lost. */
const SOON = 1 / 3;

/** Seconds left; below zero once it is lost. */
export const leftOf = (clock: Clock, now: number): number => (Date.parse(clock.due_at) - now) / 1000;

export function pressureOf(clock: Clock, now: number): Pressure {
  const left = leftOf(clock, now);
  if (left < 0) return "lost";
  const whole = (Date.parse(clock.due_at) - Date.parse(clock.started_at)) / 1000;
  return left < whole * SOON ? "soon" : "calm";
}

/** The clock that is lost first. */
export function nextClock(clocks: readonly Clock[]): Clock | null {
  const sorted = [...clocks].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at));
  return sorted[0] ?? null;
}
