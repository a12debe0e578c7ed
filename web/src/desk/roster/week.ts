/** Days and times of a week, as the shop's clocks show them. */

import type { Shift } from "../../api/roster";
import { dayOf, fromWall, toWall } from "../../shared/time";

export const DAYS = 7;
const HOUR_MS = 3_600_000;

/** Midnight of the Monday before or on a day. */
export function startOfWeek(at: Date): Date {
  const { year, month, day } = toWall(at);
  const monday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % DAYS;
  return fromWall({ year, month, day: day - monday, hour: 0, minute: 0 });
}

/** So many days later at the same time of the clock. */
export function addDays(at: Date, count: number): Date {
  const wall = toWall(at);
  return fromWall({ ...wall, day: wall.day + count });
}

export const daysOf = (start: Date): Date[] =>
  Array.from({ length: DAYS }, (_, index) => addDays(start, index));

/** A day and `09:30` → the moment; null for what is no time. */
export function momentAt(day: Date, clock: string): Date | null {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(clock);
  if (!found) return null;
  return fromWall({ ...toWall(day), hour: Number(found[1]), minute: Number(found[2]) });
}

/** From when to when; an end not after the beginning is on the next day. Null for what is no time. */
export function spanOf(day: Date, from: string, to: string): { starts: Date; ends: Date } | null {
  const [starts, ends] = [momentAt(day, from), momentAt(day, to)];
  if (!starts || !ends) return null;
  return { starts, ends: ends > starts ? ends : addDays(ends, 1) };
}

/** The shifts of a person that begin on a day, in order. */
export const shiftsOf = (shifts: readonly Shift[], agent: string, day: Date): Shift[] =>
  shifts
    .filter((shift) => shift.agent === agent)
    .filter((shift) => dayOf(new Date(shift.starts_at)) === dayOf(day))
    .sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));

export const hoursOf = (shifts: readonly Pick<Shift, "starts_at" | "ends_at">[]): number =>
  shifts.reduce((sum, one) => sum + Date.parse(one.ends_at) - Date.parse(one.starts_at), 0) / HOUR_MS;

/** The same shift a number of days later, at the same time of the clock. */
export const moved = (shift: Shift, days: number): { starts: Date; ends: Date } => ({
  starts: addDays(new Date(shift.starts_at), days),
  ends: addDays(new Date(shift.ends_at), days),
});
