import { useCallback, useEffect, useRef, useState } from "react";
import {
  readConversation,
  readDeskMessages,
  type ConversationDetail,
  type DeskMessage,
} from "../../api/desk";
import { lastId, mergeMessages } from "../../shared/messages";
import { useLoaded, type Loaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";

interface Watched extends Loaded<ConversationDetail> {
  messages: DeskMessage[];
}

/** A conversation with all its messages, fresh at every event that concerns it. */
export function useConversation(id: string): Watched {
  const [messages, setMessages] = useState<DeskMessage[]>([]);
  const known = useRef(messages);
  useEffect(() => {
    known.current = messages;
  }, [messages]);

  const load = useCallback(async () => {
    const detail = await readConversation(id);
    const fresh = await readNew(id, lastId(known.current));
    if (fresh.length) setMessages((old) => mergeMessages(old, fresh));
    return detail;
  }, [id]);
  const loaded = useLoaded(load);
  const { reload } = loaded;
  useLiveEvents(useCallback((about) => (about === null || about === id) && reload(), [id, reload]));
  return { ...loaded, messages };
}

/** All messages after an id, however many pages they take. */
async function readNew(id: string, after: number): Promise<DeskMessage[]> {
  const all: DeskMessage[] = [];
  for (;;) {
    const page = await readDeskMessages(id, all.length ? lastId(all) : after);
    if (page.length === 0) return all;
    all.push(...page);
  }
}
