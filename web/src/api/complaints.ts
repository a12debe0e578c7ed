/** Complaint tickets, call-backs and promises: what is owed to customers, and the work on it. */

import type { Approval } from "./supervisor";
import { get, post } from "./http";

export type TicketFilter = "open" | "late" | "closed";
export type TicketState = "open" | "assigned" | "measured" | "closed";
export type TicketSeverity = "general" | "major" | "crisis";
export type RemedyKind = "gift" | "coupon" | "part_refund";

export interface Ticket {
  id: number;
  conversation_id: string;
  buyer_id: string;
  buyer_name: string | null;
  channel: string;
  order_no: string | null;
  severity: string;
  category: string;
  /** The customer's own words. */
  words: string;
  demand: string;
  opened_at: string;
  due_at: string;
  state: TicketState;
  handler: string | null;
  measure: string | null;
  outcome: string | null;
  satisfaction: number | null;
  closed_by: string | null;
  closed_at: string | null;
  /** A grave one is a supervisor's. */
  may_work: boolean;
}

export interface Remedy {
  kind: RemedyKind;
  amount: string;
  detail: string;
  granted_by: string;
  granted_at: string;
}

export interface Callback {
  id: number;
  conversation_id: string;
  buyer_id: string;
  buyer_name: string | null;
  /** Masked. */
  phone: string;
  about: string;
  call_at: string;
  booked_by: string;
  state: "booked" | "done" | "unreached";
  result: string | null;
  done_by: string | null;
  done_at: string | null;
}

export interface PromiseEntry {
  id: number;
  conversation_id: string;
  order_no: string | null;
  kind: string;
  words: string;
  owner: string;
  made_at: string;
  due_at: string;
  alerted_at: string | null;
  state: "open" | "kept" | "broken";
  settled_at: string | null;
}

export interface TicketDetail extends Ticket {
  remedies: Remedy[];
  /** By kind, the most the desk gives by itself in all. */
  limits: Record<RemedyKind, string>;
  callbacks: Callback[];
  promises: PromiseEntry[];
  approvals: (Approval & { state: string; answer: string | null; decided_by: string | null })[];
}

const ticket = (id: number) => `/api/v1/desk/complaints/${id}`;
const conversation = (id: string) => `/api/v1/desk/conversations/${encodeURIComponent(id)}`;
const callback = (id: number) => `/api/v1/desk/callbacks/${id}`;

/** What holds for a ticket of each class that is opened now. */
export interface Terms {
  due_at: Record<TicketSeverity, string>;
  /** The classes that only a supervisor works on. */
  supervised: string[];
}

export interface NewTicket {
  severity: TicketSeverity;
  /** The customer's own. */
  words: string;
  order_no?: string;
  /** What is done about it. */
  measure?: string;
}

export const readTerms = (): Promise<Terms> => get("/api/v1/desk/complaints/terms");
/** Open a ticket, or add to the one open in the conversation. */
export const openTicket = (conversationId: string, ticket: NewTicket): Promise<TicketDetail> =>
  post(`${conversation(conversationId)}/complaints`, ticket);
export const listTickets = (state: TicketFilter): Promise<Ticket[]> =>
  get(`/api/v1/desk/complaints?state=${state}`);
export const readTicket = (id: number): Promise<TicketDetail> => get(ticket(id));
export const assignTicket = (id: number, handler: string): Promise<TicketDetail> =>
  post(`${ticket(id)}/assign`, { handler });
export const recordMeasure = (id: number, measure: string): Promise<TicketDetail> =>
  post(`${ticket(id)}/measure`, { measure });
export const grantRemedy = (
  id: number,
  remedy: { kind: RemedyKind; amount: string; detail: string },
): Promise<TicketDetail> => post(`${ticket(id)}/remedies`, remedy);
export const closeTicket = (
  id: number,
  outcome: string,
  satisfaction: number | null,
): Promise<TicketDetail> =>
  post(`${ticket(id)}/close`, { outcome, ...(satisfaction === null ? {} : { satisfaction }) });
/** Put a remedy above the limit to a supervisor. */
export const askForRemedy = (
  conversationId: string,
  what: string,
  amount: string,
  orderNo: string | null,
): Promise<unknown> =>
  post(`${conversation(conversationId)}/approvals`, {
    matter: "remedy",
    what,
    amount,
    ...(orderNo === null ? {} : { order_no: orderNo }),
  });

export const listCallbacks = (state: Callback["state"]): Promise<Callback[]> =>
  get(`/api/v1/desk/callbacks?state=${state}`);
/** Without a number on the one the shop has; without a time as soon as somebody can. */
export const bookCallback = (
  conversationId: string,
  call: { about: string; phone?: string; at?: string },
): Promise<Callback> => post(`${conversation(conversationId)}/callbacks`, call);
/** The number in full; the look stands in the audit log. */
export const readPhone = (id: number): Promise<{ phone: string }> => post(`${callback(id)}/phone`);
export const settleCallback = (id: number, state: "done" | "unreached", result: string): Promise<Callback> =>
  post(`${callback(id)}/settle`, { state, result });

export const listPromises = (state: PromiseEntry["state"]): Promise<PromiseEntry[]> =>
  get(`/api/v1/desk/promises?state=${state}`);
