/** Conversations by order number, customer or words. */

import type { ConversationSummary } from "./desk";
import { get } from "./http";

export interface Hit {
  found_in: string;
  snippet: string;
  conversation: ConversationSummary;
}

export const searchConversations = (words: string): Promise<Hit[]> =>
  get(`/api/v1/desk/search?q=${encodeURIComponent(words)}`);
