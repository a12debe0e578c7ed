/** Private notes on a conversation; customers never see them. */

import { get, post } from "./http";

export interface Note {
  id: string;
  author: string;
  text: string;
  whisper_to: string | null;
  created_at: string;
}

const path = (id: string) => `/api/v1/desk/conversations/${encodeURIComponent(id)}/notes`;

export const listNotes = (id: string): Promise<Note[]> => get(path(id));
export const addNote = (id: string, text: string, whisperTo: string | null): Promise<Note> =>
  post(path(id), { text, ...(whisperTo === null ? {} : { whisper_to: whisperTo }) });
