/** The buyer beside a conversation: orders, coupons, earlier conversations; full data on demand. */

import type { Callback, TicketState } from "./complaints";
import { get, post } from "./http";

export interface Parcel {
  direction: string;
  courier: string;
  tracking_no: string;
  state: string;
  expected_on: string | null;
  last_scan_at: string | null;
  last_scan: string | null;
}

export interface OrderLine {
  title: string;
  color: string;
  size: string;
  quantity: number;
  unit_price: string;
}

export interface Order {
  no: string;
  stage: string;
  sale: string;
  flag: string | null;
  total: string;
  created_at: string;
  paid_at: string | null;
  shipped_at: string | null;
  signed_at: string | null;
  recipient: string | null;
  phone: string | null;
  address: string | null;
  lines: OrderLine[];
  parcels: Parcel[];
}

export interface Coupon {
  id: string;
  title: string;
  amount_off: string;
  threshold: string;
  ends_at: string;
  state: string;
}

export interface Earlier {
  id: string;
  channel: string;
  owner: string;
  severity: string;
  note: string | null;
  opened_at: string;
  active_at: string;
}

export interface Buyer {
  id: string;
  name: string | null;
  phone: string | null;
  region: string;
  address: string | null;
  tier: string;
  joined_at: string;
  do_not_contact: boolean;
}

/** A complaint of the buyer: how grave, in whose hands, until when. */
export interface TicketBrief {
  id: number;
  conversation_id: string;
  severity: string;
  category: string;
  state: TicketState;
  handler: string | null;
  measure: string | null;
  opened_at: string;
  due_at: string;
}

export interface BuyerPanel {
  customer: Buyer | null;
  orders: Order[];
  coupons: Coupon[];
  earlier: Earlier[];
  /** Those still open first. */
  tickets: TicketBrief[];
  callbacks: Callback[];
  /** The number a call-back goes to, masked; null when the shop has none. */
  phone: string | null;
}

export interface FullData {
  name: string;
  phone: string;
  region: string;
  address: string;
}

export const readPanel = (id: string): Promise<BuyerPanel> =>
  get(`/api/v1/desk/conversations/${encodeURIComponent(id)}/panel`);
/** Each look stands in the audit log, with its reason. */
export const unmask = (kind: "customer" | "order", id: string, reason: string): Promise<FullData> =>
  post("/api/v1/desk/unmask", { kind, id, reason });
