import { useCallback, useEffect, useMemo } from "react";
import { listConversations, PAGE, type ConversationSummary, type View } from "../../api/desk";
import { ApiError } from "../../api/http";
import { useLoaded, type Loaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";
import { concerns, gatherMs } from "./concerns";
import { byUrgency } from "../queue/urgency";

const LOOK_EVERY_MS = 30_000;
/** More than a team can have open; what lies beyond is found by searching. */
const MOST_PAGES = 3;

async function listPages(view: View): Promise<ConversationSummary[]> {
  const found = new Map<string, ConversationSummary>();
  let before: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const rows = await listConversations(view, before);
    for (const row of rows) if (!found.has(row.id)) found.set(row.id, row);
    if (rows.length < PAGE) break;
    before = rows.map(({ active_at }) => active_at).sort()[0];
  }
  return [...found.values()];
}

/** The conversations of a view, the most urgent first, always fresh. */
export function useConversations(view: View, onSignedOut: () => void): Loaded<ConversationSummary[]> {
  const load = useCallback(() => listPages(view), [view]);
  const { data, error, reload } = useLoaded(load, gatherMs(view));
  const shown = useMemo(() => new Set((data ?? []).map(({ id }) => id)), [data]);
  const hear = useCallback(
    (about: string | null, kind: string) => concerns(view, shown, about, kind) && reload(),
    [view, shown, reload],
  );
  useLiveEvents(hear);
  useEffect(() => {
    const timer = window.setInterval(reload, LOOK_EVERY_MS);
    return () => window.clearInterval(timer);
  }, [reload]);
  useEffect(() => {
    if (error instanceof ApiError && error.status === 401) onSignedOut();
  }, [error, onSignedOut]);
  const ordered = useMemo(() => data && [...data].sort(byUrgency), [data]);
  return { data: ordered, error, reload };
}
