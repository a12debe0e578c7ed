/** What supervisors look at and decide. */

import type { Colleague } from "./handover";
import { get, post } from "./http";

export interface WallFigures {
  waiting: number;
  longest_wait_s: number;
  breaches_today: number;
  turns_today: number;
  /** Shares are null when there was nothing to share. */
  under_6s_share: number | null;
  bot_share: number | null;
  complaints_today: Record<string, number>;
  satisfaction: number | null;
  agents: Colleague[];
}

export interface Approval {
  id: number;
  conversation_id: string;
  order_no: string | null;
  matter: string;
  what: string;
  amount: string | null;
  /** What the desk may give by itself in this matter. */
  limit: string | null;
  asked_by: string;
  asked_at: string;
  expires_at: string;
}

/** What customers said in the last days. */
export interface SatisfactionFigures {
  by_day: { day: string; count: number; mean: number }[];
  /** By who answered last; null: the bot alone. */
  by_agent: { agent: string | null; display_name: string | null; count: number; mean: number }[];
  unhappy: { conversation_id: string; score: number; words: string; agent: string | null; at: string }[];
}

export const readSatisfaction = (days: number): Promise<SatisfactionFigures> =>
  get(`/api/v1/desk/satisfaction?days=${days}`);
export const readWall = (): Promise<WallFigures> => get("/api/v1/desk/wall");
export const listApprovals = (): Promise<Approval[]> => get("/api/v1/desk/approvals");
export const decideApproval = (
  id: number,
  state: "granted" | "declined",
  answer: string,
): Promise<unknown> => post(`/api/v1/desk/approvals/${id}/decide`, { state, answer });
