/** What the customer page offers around a conversation: a call-back, and a word at its end. */

import { get, post } from "./http";

export interface BookedCall {
  phone: string | null;
  call_at: string;
  about: string;
}

export interface CallOffer {
  offered: boolean;
  /** When somebody is at the desk again; null while somebody is. */
  back_at: string | null;
  earliest: string | null;
  booked: BookedCall | null;
}

export const readCallOffer = (): Promise<CallOffer> => get("/api/v1/chat/callback");
export const bookCall = (phone: string, about: string, at: string | null): Promise<BookedCall> =>
  post("/api/v1/chat/callback", { phone, about, at });

export const readUnrated = (): Promise<{ conversation_id: string | null }> =>
  get("/api/v1/chat/satisfaction");
export const rate = (conversationId: string, score: number, words: string): Promise<unknown> =>
  post("/api/v1/chat/satisfaction", { conversation_id: conversationId, score, words });

/** Which orders a guest has proved to be theirs. */
export interface Proven {
  guest: boolean;
  orders: string[];
}

export const readProven = (): Promise<Proven> => get("/api/v1/chat/proof");
export const prove = (orderNo: string, digits: string): Promise<Proven> =>
  post("/api/v1/chat/proof", { order_no: orderNo, digits });
