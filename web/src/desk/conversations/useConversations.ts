import { useCallback, useEffect, useMemo } from "react";
import { listConversations, type ConversationSummary, type View } from "../../api/desk";
import { ApiError } from "../../api/http";
import { useLoaded, type Loaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";
import { byUrgency } from "../queue/urgency";

const LOOK_EVERY_MS = 30_000;

/** The conversations of a view, the most urgent first, always fresh. */
export function useConversations(view: View, onSignedOut: () => void): Loaded<ConversationSummary[]> {
  const load = useCallback(() => listConversations(view), [view]);
  const { data, error, reload } = useLoaded(load);
  useLiveEvents(reload);
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
