/** Unsent messages survive a reload of the page. */

import type { Outgoing } from "./thread";

const key = (buyerId: string) => `xiaoer.unsent.${buyerId}`;

/** What was not sent when the page closed, ready to be tried again. */
export function loadUnsent(buyerId: string): Outgoing[] {
  const stored = JSON.parse(sessionStorage.getItem(key(buyerId)) ?? "[]") as Outgoing[];
  return stored.map((message) => ({ ...message, state: "waiting" }));
}

export function storeUnsent(buyerId: string, outgoing: readonly Outgoing[]): void {
  const unsent = outgoing.filter((message) => message.state !== "accepted" && message.state !== "refused");
  if (unsent.length) sessionStorage.setItem(key(buyerId), JSON.stringify(unsent));
  else sessionStorage.removeItem(key(buyerId));
}
