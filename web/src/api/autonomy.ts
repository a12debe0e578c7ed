/** How far the bot may go by itself, intent by intent. */

import { get, post } from "./http";

export type Level = "off" | "shadow" | "suggest" | "auto";

/** What people did with the drafts of an intent in the policy's window. */
export interface Evidence {
  reviews: number;
  accepted: number;
  edited: number;
  rejected: number;
  fact_edits: number;
  recalls: number;
  complaints: number;
  lower_bound: number;
}

export interface Intent {
  intent: string;
  /** The most the policy allows. */
  policy: Level;
  level: Level;
  /** The more careful of both: what holds. */
  effective: Level;
  never_promoted: boolean;
  evidence: Evidence;
  proposal: { kind: "promote" | "demote"; level: Level; reason: string } | null;
}

export interface LevelChange {
  was: Level;
  level: Level;
  /** A person, or `evidence`. */
  by: string;
  reason: string;
  evidence: Evidence;
  at: string;
}

const AUTONOMY = "/api/v1/desk/autonomy";

export const listIntents = (): Promise<Intent[]> => get(AUTONOMY);
export const setLevel = (intent: string, level: Level, reason: string): Promise<LevelChange[]> =>
  post(`${AUTONOMY}/${encodeURIComponent(intent)}`, { level, reason });
export const listChanges = (intent: string): Promise<LevelChange[]> =>
  get(`${AUTONOMY}/${encodeURIComponent(intent)}/history`);
