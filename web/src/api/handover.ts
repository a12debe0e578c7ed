/** Handing a conversation on, and what the next person reads. */

import type { Fact } from "./desk";
import { get, post } from "./http";

export type Team = "presales" | "aftersales" | "supervisor";

export interface Packet {
  summary: { text: string | null; intent: string | null; decision: string }[];
  facts: Fact[];
  promised: { words: string; due_at: string | null; state: string; owner: string | null }[];
  known: { name: string; value: unknown }[];
  note: string | null;
}

/** Somebody a conversation may be handed to. */
export interface Colleague {
  name: string;
  display_name: string;
  teams: string[];
  /** At the desk, and seen just now. */
  online: boolean;
  load: number;
  capacity: number;
}

const conversation = (id: string) => `/api/v1/desk/conversations/${encodeURIComponent(id)}`;

export const listColleagues = (): Promise<Colleague[]> => get("/api/v1/desk/colleagues");
export const readPacket = (id: string): Promise<Packet> => get(`${conversation(id)}/packet`);
export type Receiver = { team: Team } | { agent: string };
export const transfer = (id: string, to: Receiver, note: string): Promise<unknown> =>
  post(`${conversation(id)}/transfer`, { ...to, note });
