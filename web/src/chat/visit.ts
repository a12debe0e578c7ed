/** Who is chatting, about what; kept for the tab, or given in the address (`/chat?buyer=b001&item=P1001`). */

import type { ChatConfig } from "../api/chat";

export interface Visit {
  buyerId: string;
  itemId: string | null;
}

const STORED = "xiaoer.visit";
const GUEST = "guest:";

/** Whether nobody vouches for this buyer. */
export const isGuest = (buyerId: string): boolean => buyerId.startsWith(GUEST);

/** A visit of nobody in particular, about the item that the address names. */
export function guestVisit(config: ChatConfig): Visit {
  const asked = new URLSearchParams(window.location.search).get("item");
  return { buyerId: GUEST, itemId: config.items.some((item) => item.id === asked) ? asked : null };
}

/** The pass of the shop's own site (`/chat#pass=…`): behind the `#`, so that it is in no server's log. */
export const findPass = (hash: string): string | null =>
  new URLSearchParams(hash.replace(/^#/, "")).get("pass");

/** The visit under way, if its buyer still exists. */
export function loadVisit(config: ChatConfig): Visit | null {
  const asked = new URLSearchParams(window.location.search);
  const buyerId = asked.get("buyer");
  const stored = JSON.parse(sessionStorage.getItem(STORED) ?? "null") as Visit | null;
  const visit = buyerId ? { buyerId, itemId: asked.get("item") } : stored;
  if (!visit) return null;
  const knownBuyer = config.buyers.some(({ id }) => id === visit.buyerId);
  const admitted = isGuest(visit.buyerId) ? config.guests : knownBuyer;
  if (!admitted) return null;
  const known = config.items.some((item) => item.id === visit.itemId);
  return { buyerId: visit.buyerId, itemId: known ? visit.itemId : null };
}

export function storeVisit(visit: Visit): void {
  sessionStorage.setItem(STORED, JSON.stringify(visit));
  window.history.replaceState(null, "", window.location.pathname);
}

export function forgetVisit(): void {
  sessionStorage.removeItem(STORED);
  if (window.location.hash !== "") window.history.replaceState(null, "", window.location.pathname);
}
