/** The customer page's side of the desk's API. */

import { get, post, upload } from "./http";

export interface Buyer {
  id: string;
  name: string;
  hint: string;
}

export interface Item {
  id: string;
  title: string;
  short_name: string;
  price: string;
  image: string | null;
}

/** An item in full: what it comes in, and whether any of it is there. */
export interface ItemDetail extends Item {
  colors: string[];
  sizes: string[];
  in_stock: boolean | null;
}

export interface ChatConfig {
  shop_name: string;
  /** In which all times of the page are shown. */
  time_zone: string;
  demo: boolean;
  /** Whether one may chat without being anybody. */
  guests: boolean;
  buyers: Buyer[];
  items: Item[];
}

export interface Context {
  item_id?: string;
  sku_id?: string;
  order_no?: string;
}

export type Author = "customer" | "bot" | "agent" | "system";

export interface Message {
  id: number;
  author: Author;
  text: string;
  created_at: string;
  /** The id the writer gave it; tells a customer's own message from others. */
  message_id?: string | null;
  author_name?: string | null;
  /** Ids of its photos. */
  photos?: string[];
  /** Addresses of its cards. */
  cards?: string[];
  /** Taken back: its text is empty. */
  recalled?: boolean;
}

export interface Place {
  position: number;
  eta_seconds: number | null;
}

export const readConfig = (): Promise<ChatConfig> => get("/api/v1/chat/config");
/** Be that buyer of the demo; null: a guest, the same as before if there was one. */
export const openSession = (buyerId: string | null): Promise<{ buyer_id: string }> =>
  post("/api/v1/chat/session", { buyer_id: buyerId });
/** Be the buyer for whom the shop's own site vouches. */
export const openByPass = (pass: string): Promise<{ buyer_id: string }> =>
  post("/api/v1/chat/session", { pass });
export const readItem = (id: string): Promise<ItemDetail> =>
  get(`/api/v1/chat/items/${encodeURIComponent(id)}`);
export const readMessages = (after: number): Promise<Message[]> =>
  get(`/api/v1/chat/messages?after=${after}`);
export const sendMessage = (
  messageId: string,
  text: string,
  context?: Context,
  photos: string[] = [],
): Promise<unknown> =>
  post("/api/v1/chat/messages", { message_id: messageId, text, photos, ...(context ? { context } : {}) });
export const leavePhoto = (file: Blob): Promise<{ id: string }> => upload("/api/v1/chat/photos", file);
export const photoUrl = (id: string): string => `/api/v1/chat/photos/${encodeURIComponent(id)}`;
