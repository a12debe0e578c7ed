import type { Finding } from "../../api/tone";

type Place = Pick<Finding, "start" | "end" | "better">;

/** The text with one finding mended. Positions count characters, not the pairs JavaScript makes of some. */
export function mend(text: string, { start, end, better }: Place): string {
  const characters = Array.from(text);
  return [...characters.slice(0, start), better, ...characters.slice(end)].join("");
}
