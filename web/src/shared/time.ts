/** Times as people read them. All take ISO 8601 or seconds. */

const two = (value: number): string => String(value).padStart(2, "0");

/** A day and a time as the clocks of a place show them. */
export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** The shop's zone, told by the desk; until then the reader's own. */
let shopZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** All times of a page are the shop's, wherever it is read: they must agree with what its sentences say. */
export function setShopZone(zone: string): void {
  shopZone = zone;
}

export const getShopZone = (): string => shopZone;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const date = { year: "numeric", month: "numeric", day: "numeric" } as const;
  const time = { hour: "numeric", minute: "numeric", hourCycle: "h23" } as const;
  const made = new Intl.DateTimeFormat("en-US", { ...date, ...time, timeZone: zone });
  formats.set(zone, made);
  return made;
}

/** What the shop's clocks show at a moment. */
export function toWall(at: Date, zone: string = shopZone): Wall {
  const parts = formatOf(zone).formatToParts(at);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const [year, month, day] = [read("year"), read("month"), read("day")];
  return { year, month, day, hour: read("hour"), minute: read("minute") };
}

const asUtc = ({ year, month, day, hour, minute }: Wall): number =>
  Date.UTC(year, month - 1, day, hour, minute);

/** The moment at which the shop's clocks show this; days beyond the month's end are of the next one. */
export function fromWall(wall: Wall, zone: string = shopZone): Date {
  const wanted = asUtc(wall);
  let at = wanted;
  // Twice, for the offset may be another one at the corrected moment (summer time).
  for (let round = 0; round < 2; round++) at += wanted - asUtc(toWall(new Date(at), zone));
  return new Date(at);
}

/** The shop's day of a moment: `2026-03-02`. */
export function dayOf(at: Date, zone: string = shopZone): string {
  const { year, month, day } = toWall(at, zone);
  return `${year}-${two(month)}-${two(day)}`;
}

/** The shop's time of a moment: `09:05`. */
export function clockOf(at: Date, zone: string = shopZone): string {
  const { hour, minute } = toWall(at, zone);
  return `${two(hour)}:${two(minute)}`;
}

/** What a field for day and time holds, `2026-03-02T09:05` in the shop's zone; null for an empty one. */
export function fromField(value: string, zone: string = shopZone): Date | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(value);
  if (!found) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map(Number);
  return fromWall({ year, month, day, hour, minute }, zone);
}

/** A moment as a field for day and time holds it. */
export const toField = (at: Date, zone: string = shopZone): string =>
  `${dayOf(at, zone)}T${clockOf(at, zone)}`;

/** `2026-11-22T15:04:00+08:00` → `15:04` in the shop's zone; another day carries its date (and year). */
export function formatMoment(iso: string, now: Date = new Date(), zone: string = shopZone): string {
  const at = new Date(iso);
  const [day, today, clock] = [dayOf(at, zone), dayOf(now, zone), clockOf(at, zone)];
  if (day === today) return clock;
  return `${day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day} ${clock}`;
}

/** Seconds → `0:42`, `12:05`, `1:02:03`; below zero counts as none. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Seconds from then till now. */
export function secondsSince(iso: string, now: number = Date.now()): number {
  return (now - new Date(iso).getTime()) / 1000;
}

/** An estimate in whole minutes, at least one. */
export function minutesOf(seconds: number): number {
  return Math.max(1, Math.ceil(seconds / 60));
}
