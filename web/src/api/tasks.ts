/** What the warehouse is asked to do, and its answers. */

import { get, post } from "./http";

export type TaskState = "open" | "done" | "impossible";

export interface Task {
  id: number;
  order_no: string;
  flag: string | null;
  kind: string;
  todo: string;
  recipient: string;
  address: string;
  asked_by: string;
  asked_at: string;
  due_at: string;
  state: TaskState;
  answer: string | null;
  answered_by: string | null;
  answered_at: string | null;
}

export const listTasks = (state: TaskState): Promise<Task[]> => get(`/api/v1/desk/tasks?state=${state}`);
export const answerTask = (id: number, state: "done" | "impossible", answer: string): Promise<Task> =>
  post(`/api/v1/desk/tasks/${id}/answer`, { state, answer });
