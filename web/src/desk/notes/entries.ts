/** What was said and what was noted, as one thread. */

import type { DeskMessage } from "../../api/desk";
import type { Note } from "../../api/notes";

export type Entry = { key: string; at: string } & ({ message: DeskMessage } | { note: Note });

/** In the order of time; a message stands before a note of the same moment. */
export function mergeEntries(messages: readonly DeskMessage[], notes: readonly Note[]): Entry[] {
  const said: Entry[] = messages.map((message) => ({
    key: `m${message.id}`,
    at: message.created_at,
    message,
  }));
  const noted: Entry[] = notes.map((note) => ({ key: `n${note.id}`, at: note.created_at, note }));
  return [...said, ...noted].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
