/** Cards beside a message: what is true now of an order, a parcel, an item, a return. */

import { get } from "./http";

export interface Step {
  name: string;
  at: string | null;
}

interface Shared {
  address: string;
  read_at: string;
}

export interface OrderCard extends Shared {
  kind: "order";
  order_no: string;
  stage: string;
  total: string;
  goods: {
    item_id: string | null;
    title: string;
    color: string;
    size: string;
    quantity: number;
    image: string | null;
  }[];
  steps: Step[];
}

export interface ParcelCard extends Shared {
  kind: "parcel";
  order_no: string;
  title: string;
  courier: string;
  tracking_no: string;
  direction: string;
  state: string;
  shipped_at: string;
  expected_on: string | null;
  late: boolean;
  scans: { at: string; place: string; text: string }[];
}

export interface StockCard extends Shared {
  kind: "item";
  item_id: string;
  title: string;
  image: string | null;
  price: string;
  asked_color: string | null;
  asked_size: string | null;
  colors: { color: string; sizes: { size: string; state: string }[] }[];
}

export interface ReturnCard extends Shared {
  kind: "return";
  order_no: string;
  title: string;
  request_kind: string;
  state: string;
  refund_amount: string | null;
  return_courier: string | null;
  return_no: string | null;
  new_courier: string | null;
  new_no: string | null;
  steps: Step[];
}

export type Card = OrderCard | ParcelCard | StockCard | ReturnCard;

export const readCard = (address: string): Promise<Card> =>
  get(`/api/v1/chat/cards?address=${encodeURIComponent(address)}`);
