/** The tone check for what an agent types. */

import type { Fact } from "./desk";
import { post } from "./http";

/** `text[start:end]`, counted in characters, may be replaced by `better`. */
export interface Finding {
  kind: string;
  rule: string;
  start: number;
  end: number;
  text: string;
  better: string;
  why: string;
}

export interface Tone {
  findings: Finding[];
  better: string;
}

export const checkTone = (text: string, facts: readonly Pick<Fact, "name" | "value">[]): Promise<Tone> =>
  post("/api/v1/desk/tone", { text, facts: facts.map(({ name, value }) => ({ name, value })) });
