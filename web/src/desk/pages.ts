/** The pages beside the workplace, and whom they are for. */

import type { Me } from "../api/desk";

const NEEDED = {
  wall: "supervise",
  approvals: "supervise",
  complaints: "read_conversations",
  warehouse: "work_tasks",
  returns: "work_returns",
  autonomy: "supervise",
  roster: "supervise",
  data: "manage_shop_data",
  users: "manage_users",
  audit: "read_audit",
} as const;

export type Page = keyof typeof NEEDED;

/** Those that are opened rarely: behind one button, so that the bar keeps to one line. */
const RARE: readonly Page[] = ["autonomy", "roster", "data", "users", "audit"];

export const isRare = (page: Page): boolean => RARE.includes(page);

/** The pages this person may open, in the order of the menu. */
export const listPages = (me: Pick<Me, "permissions">): Page[] =>
  (Object.keys(NEEDED) as Page[]).filter((page) => me.permissions.includes(NEEDED[page]));
