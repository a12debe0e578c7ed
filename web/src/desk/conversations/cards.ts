/** Which orders and items stand as cards under a message: those it came with, rests on, or names. */

import type { DeskMessage } from "../../api/desk";

export interface Cards {
  orders: string[];
  items: string[];
}

type Told = Pick<DeskMessage, "text" | "facts" | "attachments">;

/** The records that facts of these schemes come from: `range:P1001?size=39` → `P1001`. */
const recordsOf = (facts: Told["facts"], schemes: readonly string[]): string[] =>
  facts.flatMap(({ source }) => {
    const [scheme = "", record = ""] = (source.split("?")[0] ?? "").split(/:(.*)/s);
    return schemes.includes(scheme) && record !== "" ? [record] : [];
  });

const ORDER_SOURCES = ["order", "parcel", "order_goods", "refund", "return_request"];
const ITEM_SOURCES = ["product", "range"];
const ORDER_NUMBER = /\d{12,24}/g;
const MOST = 2;

const unique = (found: (string | undefined)[]): string[] =>
  [...new Set(found.filter((one): one is string => one !== undefined))].slice(0, MOST);

/** `known`: the buyer's own order numbers; no other number becomes a card. */
function cardsOf({ text, facts, attachments }: Told, known: readonly string[]): Cards {
  const named = text.match(ORDER_NUMBER) ?? [];
  const orders = [
    ...attachments.map(({ order_no }) => order_no),
    ...recordsOf(facts, ORDER_SOURCES),
    ...named,
  ].filter((no) => no !== undefined && known.includes(no));
  const items = [...attachments.map(({ item_id }) => item_id), ...recordsOf(facts, ITEM_SOURCES)];
  return { orders: unique(orders), items: unique(items) };
}

/** The cards of each message by its id; what the talk is about stands once, not under every bubble. */
export function cardsByMessage(
  messages: readonly (Told & { id: number })[],
  known: readonly string[],
): Map<number, Cards> {
  const shown = new Map<number, Cards>();
  let before: Cards = { orders: [], items: [] };
  for (const message of messages) {
    const { orders, items } = cardsOf(message, known);
    shown.set(message.id, {
      orders: orders.filter((no) => !before.orders.includes(no)),
      items: items.filter((id) => !before.items.includes(id)),
    });
    before = {
      orders: orders.length > 0 ? orders : before.orders,
      items: items.length > 0 ? items : before.items,
    };
  }
  return shown;
}
