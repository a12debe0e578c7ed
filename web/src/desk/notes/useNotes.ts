import { useCallback } from "react";
import { listNotes, type Note } from "../../api/notes";
import { useLoaded, type Loaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";

/** The notes on a conversation that this person may read, always fresh. */
export function useNotes(id: string): Loaded<Note[]> {
  const load = useCallback(() => listNotes(id), [id]);
  const loaded = useLoaded(load);
  const { reload } = loaded;
  useLiveEvents(useCallback((about) => (about === null || about === id) && reload(), [id, reload]));
  return loaded;
}
