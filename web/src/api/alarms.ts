/** Calls for a supervisor, open until one acknowledges. */

import { get, post } from "./http";

export interface Alarm {
  id: string;
  conversation_id: string;
  severity: string;
  level: number;
  raised_at: string;
}

export const listAlarms = (): Promise<Alarm[]> => get("/api/v1/desk/alarms");
export const acknowledgeAlarm = (id: string): Promise<unknown> =>
  post(`/api/v1/desk/alarms/${id}/acknowledge`);
