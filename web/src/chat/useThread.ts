import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { readMessages, sendMessage, type Message, type Place } from "../api/chat";
import { ApiError } from "../api/http";
import { openLive } from "../api/live";
import { lastId } from "../shared/messages";
import { loadUnsent, storeUnsent } from "./keep";
import { Outbox } from "./outbox";
import { emptyThread, next, type Outgoing, type Thread } from "./thread";

/** Even a connection that looks alive is checked this often. */
const CATCH_UP_EVERY_MS = 30_000;

interface Conversation {
  thread: Thread;
  send: (text: string, itemId: string | null, orderNo?: string | null) => void;
  retry: () => void;
  discard: (messageId: string) => void;
  /** Try the connection now instead of at its next turn. */
  reconnect: () => void;
}

const deliver = ({ message_id, text, item_id, order_no }: Outgoing) =>
  sendMessage(message_id, text, { ...(item_id ? { item_id } : {}), ...(order_no ? { order_no } : {}) });

/** The conversation of the signed-in buyer, live. `onSignedOut` is called when the session is over. */
export function useThread(buyerId: string, onSignedOut: () => void): Conversation {
  const [thread, tell] = useReducer(next, buyerId, (id) => emptyThread(loadUnsent(id)));
  const known = useRef(thread);
  const [round, setRound] = useState(0);
  const outbox = useRef<Outbox>(null);
  outbox.current ??= new Outbox({
    send: deliver,
    onState: (message_id, state) => tell({ type: "sent", message_id, state }),
  });

  useEffect(() => {
    known.current = thread;
    storeUnsent(buyerId, thread.outgoing);
  }, [thread, buyerId]);

  const receive = useCallback((messages: Message[]) => {
    outbox.current?.settle(new Set(messages.flatMap(({ message_id }) => (message_id ? [message_id] : []))));
    tell({ type: "received", messages });
  }, []);

  const catchUp = useCallback(async () => {
    try {
      receive(await readMessages(lastId(known.current.messages)));
      void outbox.current?.retry();
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) onSignedOut();
    }
  }, [receive, onSignedOut]);

  useEffect(() => {
    for (const message of known.current.outgoing) outbox.current?.add(message);
  }, []);

  useEffect(
    () => openLive({
      path: "/api/v1/chat/events",
      on: {
        message: (data) => receive([data as Message]),
        typing: (data) => tell({ type: "typing", on: (data as { on: boolean }).on, now: Date.now() }),
        queue: (data) => tell({ type: "queued", place: data as Place }),
        recall: (data) => tell({ type: "recalled", id: (data as { id: number }).id }),
        owner: (data) => tell({ type: "owned", owner: (data as { owner: string }).owner }),
      },
      onLink: (link) => {
        tell({ type: "linked", link });
        if (link === "live") void catchUp();
      },
    }),
    [receive, catchUp, round],
  );

  useEffect(() => {
    const tick = window.setInterval(() => tell({ type: "ticked", now: Date.now() }), 1000);
    const check = window.setInterval(() => void catchUp(), CATCH_UP_EVERY_MS);
    const seen = () => document.visibilityState === "visible" && void catchUp();
    document.addEventListener("visibilitychange", seen);
    return () => {
      window.clearInterval(tick);
      window.clearInterval(check);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [catchUp]);

  const send = useCallback((text: string, itemId: string | null, orderNo: string | null = null) => {
    const outgoing: Outgoing = {
      message_id: crypto.randomUUID(),
      text,
      created_at: new Date().toISOString(),
      ...(itemId ? { item_id: itemId } : {}),
      ...(orderNo ? { order_no: orderNo } : {}),
      state: "waiting",
    };
    tell({ type: "wrote", outgoing });
    outbox.current?.add(outgoing);
  }, []);
  const retry = useCallback(() => void outbox.current?.retry(), []);
  const discard = useCallback((message_id: string) => tell({ type: "discarded", message_id }), []);
  const reconnect = useCallback(() => setRound((count) => count + 1), []);
  return { thread, send, retry, discard, reconnect };
}
