/** Who is planned to be at the desk when. */

import { get, post } from "./http";

export interface Shift {
  id: string;
  agent: string;
  starts_at: string;
  ends_at: string;
  planned_by: string;
}

export const listShifts = (begin: string, end: string): Promise<Shift[]> =>
  get(`/api/v1/desk/roster?${new URLSearchParams({ begin, end })}`);
export const planShift = (agent: string, startsAt: string, endsAt: string): Promise<Shift> =>
  post("/api/v1/desk/roster", { agent, starts_at: startsAt, ends_at: endsAt });
export const dropShift = (id: string): Promise<void> =>
  post(`/api/v1/desk/roster/${encodeURIComponent(id)}/delete`);
