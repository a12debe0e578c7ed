/** The return register. */

import { get, post } from "./http";

export type ReturnPart = "open" | "over";
export type ReturnStep = "approve" | "reject" | "receive" | "check" | "refund" | "send_exchange" | "close";

export interface Return {
  id: number;
  order_no: string;
  conversation_id: string | null;
  buyer_id: string;
  buyer_name: string | null;
  kind: string;
  state: string;
  reason: string;
  words: string;
  fault_claimed: boolean;
  /** null: nobody has judged yet. */
  fault_confirmed: boolean | null;
  photos: string[];
  goods: { title: string; color: string; size: string; quantity: number; unit_price: string }[];
  /** What an exchange asks for. */
  wanted: string | null;
  courier: string | null;
  tracking_no: string | null;
  passed: boolean | null;
  inspection: string | null;
  /** What goes back once it may. */
  refund: string | null;
  refund_amount: string | null;
  /** Postage that may go back for a confirmed fault. */
  most_fee: string;
  due_at: string | null;
  /** What the reader may do with it now. */
  may: ReturnStep[];
  steps: { step: string; by: string; at: string; detail: string }[];
}

/** What a step says beside its name. */
export interface StepDetails {
  words?: string;
  fault_confirmed?: boolean;
  passed?: boolean;
  deduct?: string;
  fee_refund?: string;
  courier?: string;
  tracking_no?: string;
}

export const listReturns = (part: ReturnPart): Promise<Return[]> => get(`/api/v1/desk/returns?part=${part}`);
export const takeStep = (id: number, step: ReturnStep, details: StepDetails): Promise<Return> =>
  post(`/api/v1/desk/returns/${id}/steps`, { step, ...details });
