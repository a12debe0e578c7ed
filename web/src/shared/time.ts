/** Times as people read them. All take ISO 8601 or seconds. */

const two = (value: number): string => String(value).padStart(2, "0");

/** `2026-11-22T15:04:00+08:00` → `15:04`, in the reader's own zone; another day carries its date. */
export function formatMoment(iso: string, now: Date = new Date()): string {
  const at = new Date(iso);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return clock;
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
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
