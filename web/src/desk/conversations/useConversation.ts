import { useCallback, useEffect, useRef, useState } from "react";
import {
  fetchAgain,
  readConversation,
  readDeskMessages,
  recallMessage,
  type ConversationDetail,
  type DeskMessage,
} from "../../api/desk";
import { lastId, mergeMessages } from "../../shared/messages";
import { useLoaded, type Loaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";

interface Watched extends Loaded<ConversationDetail> {
  messages: DeskMessage[];
  /** Take a message back, here and for the customer. */
  recall: (id: number) => Promise<void>;
  /** Have its pictures fetched once more. */
  fetchPictures: (id: number) => Promise<void>;
}

/** A conversation with all its messages, fresh at every event that concerns it. */
export function useConversation(id: string): Watched {
  const [messages, setMessages] = useState<DeskMessage[]>([]);
  const known = useRef(messages);
  useEffect(() => {
    known.current = messages;
  }, [messages]);
  /** A message may have been taken back, or its picture have come, which no reading of what is new tells. */
  const whole = useRef(false);

  const load = useCallback(async () => {
    const detail = await readConversation(id);
    const after = whole.current ? 0 : lastId(known.current);
    whole.current = false;
    const fresh = await readNew(id, after);
    if (fresh.length) setMessages((old) => mergeMessages(old, fresh));
    return detail;
  }, [id]);
  const loaded = useLoaded(load);
  const { reload } = loaded;
  const hear = useCallback(
    (about: string | null, kind: string) => {
      if (about !== null && about !== id) return;
      if (about === null || kind === "recall" || kind === "attachment") whole.current = true;
      reload();
    },
    [id, reload],
  );
  useLiveEvents(hear);
  const recall = useCallback(async (message: number) => {
    const taken = await recallMessage(message);
    setMessages((old) => mergeMessages(old, [taken]));
  }, []);
  const fetchPictures = useCallback(async (message: number) => {
    const waiting = await fetchAgain(message);
    setMessages((old) => mergeMessages(old, [waiting]));
  }, []);
  return { ...loaded, messages, recall, fetchPictures };
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
