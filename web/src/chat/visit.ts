/** Who is chatting, about what; kept for the tab, or given in the address (`/chat?buyer=b001&item=P1001`). */

import type { ChatConfig } from "../api/chat";

export interface Visit {
  buyerId: string;
  itemId: string | null;
}

const STORED = "xiaoer.visit";

/** The visit under way, if its buyer still exists. */
export function loadVisit(config: ChatConfig): Visit | null {
  const asked = new URLSearchParams(window.location.search);
  const buyerId = asked.get("buyer");
  const stored = JSON.parse(sessionStorage.getItem(STORED) ?? "null") as Visit | null;
  const visit = buyerId ? { buyerId, itemId: asked.get("item") } : stored;
  if (!visit || !config.buyers.some((buyer) => buyer.id === visit.buyerId)) return null;
  const known = config.items.some((item) => item.id === visit.itemId);
  return { buyerId: visit.buyerId, itemId: known ? visit.itemId : null };
}

export function storeVisit(visit: Visit): void {
  sessionStorage.setItem(STORED, JSON.stringify(visit));
  window.history.replaceState(null, "", window.location.pathname);
}

export function forgetVisit(): void {
  sessionStorage.removeItem(STORED);
}
