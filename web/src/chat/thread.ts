/** What the customer sees of a conversation, as a pure function of what happened. */

import type { Message, Place } from "../api/chat";
import type { Link } from "../api/live";
import { mergeMessages } from "../shared/messages";

export type SendState = "waiting" | "sending" | "accepted" | "failed" | "refused";

/** A message of the customer that has not come back from the desk yet. */
export interface Outgoing {
  message_id: string;
  text: string;
  created_at: string;
  item_id?: string;
  order_no?: string;
  state: SendState;
}

export interface Thread {
  messages: Message[];
  outgoing: Outgoing[];
  /** Until when someone counts as writing, in milliseconds; null: nobody is. */
  typingUntil: number | null;
  place: Place | null;
  /** Who has the conversation; null before the desk said so. */
  owner: string | null;
  link: Link;
  /** Whether the first page of messages has come. */
  loaded: boolean;
}

export type Happening =
  | { type: "received"; messages: Message[] }
  | { type: "wrote"; outgoing: Outgoing }
  | { type: "sent"; message_id: string; state: SendState }
  | { type: "discarded"; message_id: string }
  | { type: "typing"; on: boolean; now: number }
  | { type: "ticked"; now: number }
  | { type: "queued"; place: Place }
  | { type: "owned"; owner: string }
  | { type: "recalled"; id: number }
  | { type: "linked"; link: Link };

/** A typing sign nobody took back goes by itself after this long. */
export const TYPING_LASTS_MS = 12_000;

export const emptyThread = (outgoing: Outgoing[] = []): Thread => ({
  messages: [],
  outgoing,
  typingUntil: null,
  place: null,
  owner: null,
  link: "connecting",
  loaded: false,
});

const isNew = (known: ReadonlySet<number>) => (message: Message) =>
  message.author === "customer" && !known.has(message.id);

function receive(thread: Thread, incoming: Message[]): Thread {
  const messages = mergeMessages(thread.messages, incoming);
  const returned = new Set(incoming.map((message) => message.message_id));
  const known = new Set(thread.messages.map((message) => message.id));
  const answered = incoming.some((message) => message.author !== "customer" && !known.has(message.id));
  return {
    ...thread,
    messages,
    outgoing: thread.outgoing.filter((message) => !returned.has(message.message_id)),
    typingUntil: answered ? null : thread.typingUntil,
    loaded: true,
    // The first word of a new conversation: the closed one is over.
    owner: thread.owner === "closed" && incoming.some(isNew(known)) ? null : thread.owner,
  };
}

/** The thread after something happened. */
export function next(thread: Thread, happening: Happening): Thread {
  switch (happening.type) {
    case "received":
      return receive(thread, happening.messages);
    case "wrote":
      return { ...thread, outgoing: [...thread.outgoing, happening.outgoing] };
    case "sent": {
      const { message_id, state } = happening;
      const change = (known: Outgoing) => (known.message_id === message_id ? { ...known, state } : known);
      return { ...thread, outgoing: thread.outgoing.map(change) };
    }
    case "discarded":
      return { ...thread, outgoing: thread.outgoing.filter((m) => m.message_id !== happening.message_id) };
    case "typing":
      return { ...thread, typingUntil: happening.on ? happening.now + TYPING_LASTS_MS : null };
    case "ticked":
      return thread.typingUntil !== null && happening.now >= thread.typingUntil
        ? { ...thread, typingUntil: null }
        : thread;
    case "queued":
      return { ...thread, place: happening.place };
    case "owned":
      return { ...thread, owner: happening.owner, place: happening.owner === "queue" ? thread.place : null };
    case "recalled": {
      const take = (message: Message): Message =>
        message.id === happening.id
          ? { ...message, text: "", photos: [], cards: [], recalled: true }
          : message;
      return { ...thread, messages: thread.messages.map(take) };
    }
    case "linked":
      return {
        ...thread,
        link: happening.link,
        typingUntil: happening.link === "lost" ? null : thread.typingUntil,
      };
  }
}
