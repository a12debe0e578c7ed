/** The pages beside the workplace, and whom they are for. */

import type { Me } from "../api/desk";

const NEEDED = {
  wall: "supervise",
  approvals: "supervise",
  warehouse: "work_tasks",
  users: "manage_users",
  audit: "read_audit",
} as const;

export type Page = keyof typeof NEEDED;

/** The pages this person may open, in the order of the menu. */
export const listPages = (me: Pick<Me, "permissions">): Page[] =>
  (Object.keys(NEEDED) as Page[]).filter((page) => me.permissions.includes(NEEDED[page]));
