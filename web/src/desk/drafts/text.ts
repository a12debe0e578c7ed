import type { Draft } from "../../api/desk";
import { formatMoment } from "../../shared/time";

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** What a draft says, its sentences one below the other. */
export const textOf = (draft: Pick<Draft, "replies">): string =>
  draft.replies.map((reply) => reply.text).join("\n");

/** `0.914` → `0.91`. */
export const formatConfidence = (confidence: number): string => confidence.toFixed(2);

/** A figure as one reads it: lists with commas, records by their values, moments in short, nothing a dash. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.map(formatValue).join(", ");
  if (typeof value === "object") {
    const known = Object.values(value).filter((part) => part !== null);
    return known.map(formatValue).join(" ");
  }
  if (typeof value !== "string") return JSON.stringify(value);
  return MOMENT.test(value) ? formatMoment(value) : value;
}
