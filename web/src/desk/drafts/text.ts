import type { Draft } from "../../api/desk";

/** What a draft says, its sentences one below the other. */
export const textOf = (draft: Pick<Draft, "replies">): string =>
  draft.replies.map((reply) => reply.text).join("\n");

/** `0.914` → `0.91`. */
export const formatConfidence = (confidence: number): string => confidence.toFixed(2);

/** A figure as one reads it; lists with commas, records by their values, nothing as a dash. */
export function formatValue(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.map(formatValue).join(", ");
  if (typeof value === "object") {
    const known = Object.values(value).filter((part) => part !== null);
    return known.map(formatValue).join(" ");
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
