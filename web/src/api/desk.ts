/** The agents' side of the desk's API. */

import type { Author } from "./chat";
import { get, post } from "./http";

export interface Me {
  name: string;
  display_name: string;
  role: string;
  permissions: string[];
  /** Nothing else is allowed before the person chose a password of their own. */
  must_change_password: boolean;
  /** Sign-in asks for a one-time code. */
  second_proof: boolean;
  /** The shop's, in which all times are shown. */
  time_zone: string;
}

export type View = "mine" | "queue" | "bot" | "all";
export type Owner = "bot" | "queue" | "agent" | "closed";
export type Presence = "online" | "away";
export type Severity = "none" | "general" | "major" | "crisis";

export interface Handoff {
  id: string;
  team: string;
  priority: number;
  reason: string;
  severity: Severity;
  state: string;
  waiting_since: string;
  claimed_by: string | null;
  /** In the team's queue, from 1, while it waits. */
  position: number | null;
  /** Until somebody takes it; null without an honest figure. */
  eta_seconds: number | null;
}

/** A running SLA clock. */
export interface Clock {
  kind: "first" | "next" | "resolution";
  started_at: string;
  due_at: string;
}

export interface Customer {
  id: string;
  name: string | null;
  tier: string | null;
  region: string | null;
}

export interface ConversationSummary {
  id: string;
  channel: string;
  buyer_id: string;
  buyer_name: string | null;
  owner: Owner;
  assignee: string | null;
  epoch: number;
  severity: Severity;
  handoff: Handoff | null;
  open_drafts: number;
  last_message: { author: Author; text: string; created_at: string } | null;
  active_at: string;
  /** The one about to be lost first; none while the bot has it. */
  clocks: Clock[];
}

export interface Fact {
  name: string;
  value: unknown;
  source: string;
  read_at: string;
}

export interface Reply {
  text: string;
  script: string;
  facts: Fact[];
}

export interface Command {
  name: string;
  args: Record<string, unknown>;
}

export interface Draft {
  id: string;
  turn_id: string;
  rank: number;
  intents: string[];
  confidence: number;
  reasons: string[];
  replies: Reply[];
  proposals: Command[];
  created_at: string;
}

export interface CommandRun extends Command {
  id: string;
  state: string;
  error: string | null;
}

export interface ConversationDetail extends ConversationSummary {
  customer: Customer | null;
  note: string | null;
  item_id: string | null;
  order_no: string | null;
  drafts: Draft[];
  commands: CommandRun[];
}

export interface DeskMessage {
  id: number;
  author: Author;
  agent: string | null;
  text: string;
  script: string | null;
  facts: Fact[];
  attachments: Attachment[];
  created_at: string;
  /** Who took it back; customers see it no more. */
  recalled_by?: string | null;
}

/** What came with a message: a picture the desk keeps, the item or the order the customer came with. */
export interface Attachment {
  type: string;
  photo?: string;
  /** Where the channel has it. */
  url?: string;
  /** Why it could not be fetched. */
  failed?: string;
  item_id?: string;
  order_no?: string;
}

/** A figure of a draft that is different now (the body of `facts_changed`). */
export interface FactChange {
  name: string;
  source: string;
  was: unknown;
  now: unknown;
}

/** How many conversations a page of a list holds at most. */
export const PAGE = 200;

const conversation = (id: string) => `/api/v1/desk/conversations/${encodeURIComponent(id)}`;

export const readMe = (): Promise<Me> => get("/api/v1/auth/me");
export const signIn = (name: string, password: string, code?: string): Promise<Me> =>
  post("/api/v1/auth/login", { name, password, ...(code ? { code } : {}) });
export const changePassword = (current: string, fresh: string): Promise<Me> =>
  post("/api/v1/auth/password", { current, new: fresh });
export const signOut = (): Promise<void> => post("/api/v1/auth/logout");

/** One page of a view, the latest activity first; `before` asks for the next. */
export const listConversations = (view: View, before?: string): Promise<ConversationSummary[]> => {
  const query = new URLSearchParams({ view, limit: String(PAGE), ...(before ? { before } : {}) });
  return get(`/api/v1/desk/conversations?${query}`);
};
export const readConversation = (id: string): Promise<ConversationDetail> => get(conversation(id));
export const readDeskMessages = (id: string, after: number): Promise<DeskMessage[]> =>
  get(`${conversation(id)}/messages?after=${after}`);
export const takeOver = (id: string): Promise<unknown> => post(`${conversation(id)}/take-over`);
export const handBack = (id: string, note: string): Promise<unknown> =>
  post(`${conversation(id)}/hand-back`, { note });
export const closeConversation = (id: string, seen: number): Promise<unknown> =>
  post(`${conversation(id)}/close`, { seen });
export const setPresence = (status: Presence): Promise<unknown> => post("/api/v1/desk/presence", { status });
/** `pageId` names these words: sent again after a lost answer, they reach the customer once. */
export const writeToCustomer = (id: string, epoch: number, text: string, pageId?: string): Promise<unknown> =>
  post(`${conversation(id)}/messages`, { epoch, text, ...(pageId ? { page_id: pageId } : {}) });

/** Take back what the bot or an agent said, where the channel can. */
export const recallMessage = (id: number): Promise<DeskMessage> => post(`/api/v1/desk/messages/${id}/recall`);

/** Try the pictures of a message that could not be fetched once more. */
export const fetchAgain = (id: number): Promise<DeskMessage> => post(`/api/v1/desk/messages/${id}/fetch`);

export const acceptDraft = (id: string, text: string | null, acceptChanged: boolean): Promise<unknown> =>
  post(`/api/v1/desk/drafts/${id}/accept`, {
    ...(text === null ? {} : { text }),
    ...(acceptChanged ? { accept_changed: true } : {}),
  });
export const rejectDraft = (id: string, reason: string): Promise<unknown> =>
  post(`/api/v1/desk/drafts/${id}/reject`, { reason });
export const claimHandoff = (id: string): Promise<unknown> => post(`/api/v1/desk/handoffs/${id}/claim`);

/** A customer's photo, for those who read conversations. */
export const photoUrl = (id: string): string => `/api/v1/photos/${encodeURIComponent(id)}`;
