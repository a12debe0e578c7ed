/** Canned replies, found by "/". */

import type { Fact } from "./desk";
import { get, post } from "./http";

export interface Phrase {
  id: string;
  scope: string;
  shortcut: string;
  title: string;
  text: string;
}

/** A phrase filled for a conversation; what is missing stands in 【】. */
export interface Rendered {
  text: string;
  missing: string[];
  facts: Fact[];
}

export const listPhrases = (typed: string): Promise<Phrase[]> =>
  get(`/api/v1/desk/phrases?q=${encodeURIComponent(typed)}`);
export const renderPhrase = (id: string, conversationId: string): Promise<Rendered> =>
  post(`/api/v1/desk/phrases/${id}/render`, { conversation_id: conversationId });
export const addPhrase = (
  scope: "personal" | "shop",
  phrase: Pick<Phrase, "shortcut" | "title" | "text">,
): Promise<Phrase> => post("/api/v1/desk/phrases", { scope, ...phrase });
