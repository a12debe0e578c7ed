/** The thread as the rows ChatUI draws. */

import type { MessageProps } from "@chatui/core";
import type { Author, Message } from "../api/chat";
import markUrl from "../shared/mark.svg";
import type { SendState, Thread } from "./thread";
import type { Words } from "./words";

export interface RowContent {
  text: string;
  author: Author;
  photos?: string[] | undefined;
  /** Addresses of the cards below it. */
  cards?: string[];
  recalled?: boolean;
  /** The customer's own id of a message under way. */
  messageId?: string;
  state?: SendState;
}

/** A message this long after the one before shows its time again. */
const TIME_AGAIN_MS = 5 * 60_000;

function nameOf(message: Message, words: Words): string {
  if (message.author === "agent") return message.author_name ?? words.agent;
  return message.author === "bot" ? words.bot : words.shop;
}

/**
 * Which message shows which cards: a card says what is true now, so each stands once, below the last message
 * that speaks of it.
 */
function placeCards(messages: readonly Message[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const message of messages) for (const card of message.cards ?? []) places.set(card, message.id);
  return places;
}

function toRow(
  message: Message,
  before: Message | undefined,
  words: Words,
  places: Map<string, number>,
): MessageProps {
  const at = Date.parse(message.created_at);
  const hasTime = !before || at - Date.parse(before.created_at) > TIME_AGAIN_MS;
  const { text, author, photos, recalled } = message;
  const cards = (message.cards ?? []).filter((card) => places.get(card) === message.id);
  const content: RowContent = { text, author, photos, cards, recalled: recalled === true };
  const shared = { _id: String(message.id), content, createdAt: at, hasTime };
  if (message.author === "customer") return { ...shared, type: "text", position: "right" };
  const streak = before?.author === message.author && !hasTime;
  const name = streak ? {} : { name: nameOf(message, words) };
  return { ...shared, type: "text", position: "left", user: { avatar: markUrl, avatarAlt: "", ...name } };
}

// ChatUI's own `isTyping` draws an empty row in 3.8, so the sign is a row of ours.
const typingRow: MessageProps = {
  _id: "typing",
  type: "typing",
  position: "left",
  hasTime: false,
  user: { avatar: markUrl, avatarAlt: "" },
};

/** Rows in order: what the desk has, what is still on its way, and whether someone is writing. */
export function toRows(thread: Thread, words: Words): MessageProps[] {
  const places = placeCards(thread.messages);
  const known = thread.messages.map((message, index) =>
    toRow(message, thread.messages[index - 1], words, places),
  );
  const leaving = thread.outgoing.map((message): MessageProps => {
    const { text, state, message_id } = message;
    const content: RowContent = { text, author: "customer", messageId: message_id, state };
    return { _id: message_id, type: "text", position: "right", content, hasTime: false };
  });
  return [...known, ...leaving, ...(thread.typingUntil === null ? [] : [typingRow])];
}
