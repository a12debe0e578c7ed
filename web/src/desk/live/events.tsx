/** One live stream for the whole desk; parts listen to what concerns them. */

import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { openLive, type Link } from "../../api/live";

const KINDS = [
  "message",
  "draft",
  "queue",
  "owner",
  "turn",
  "command",
  "note",
  "alarm",
  "alert",
  "offer",
  "transfer",
  "promise",
  "task",
  "return",
  "approval",
  "recall",
  "attachment",
  "complaint",
  "callback",
];

/** About which conversation, and what; `null`: anything may have happened, look again. */
export type Listener = (conversationId: string | null, kind: string) => void;

interface Live {
  link: Link;
  listen: (listener: Listener) => () => void;
}

const Context = createContext<Live>({ link: "connecting", listen: () => () => undefined });

/** `on` is false for who may not watch conversations, as the warehouse: their pages look by themselves. */
export function LiveProvider({ on, children }: { on: boolean; children: ReactNode }) {
  const listeners = useRef(new Set<Listener>());
  const [link, setLink] = useState<Link>("connecting");
  useEffect(() => {
    if (!on) return;
    const tell: Listener = (id, kind) => listeners.current.forEach((listener) => listener(id, kind));
    const hear = (kind: string) => (data: unknown) =>
      tell((data as { conversation_id?: string }).conversation_id ?? null, kind);
    return openLive({
      path: "/api/v1/desk/events",
      on: Object.fromEntries(KINDS.map((kind) => [kind, hear(kind)])),
      onLink: (state) => {
        setLink(state);
        if (state === "live") tell(null, "link");
      },
    });
  }, [on]);
  const live = useMemo<Live>(
    () => ({
      link,
      listen: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [link],
  );
  return <Context value={live}>{children}</Context>;
}

export const useLink = (): Link => use(Context).link;

/** Call `listener` for every live event while mounted. */
export function useLiveEvents(listener: Listener): void {
  const { listen } = use(Context);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => listen((id, kind) => latest.current(id, kind)), [listen]);
}
