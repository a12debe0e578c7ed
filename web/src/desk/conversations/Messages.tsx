import { useEffect, useMemo, useRef } from "react";
import type { Order } from "../../api/customers";
import type { DeskMessage } from "../../api/desk";
import type { Note } from "../../api/notes";
import { mergeEntries } from "../notes/entries";
import { NoteItem } from "../notes/NoteItem";
import { useWords } from "../words";
import { cardsByMessage } from "./cards";
import { MessageItem } from "./MessageItem";

const NEAR_END_PX = 160;

interface MessagesProps {
  messages: DeskMessage[];
  notes: Note[];
  orders: readonly Order[];
  onRecall: ((id: number) => void) | undefined;
  onFetch: ((id: number) => void) | undefined;
}

/** The conversation so far, notes among it; stays at its end unless the agent has scrolled up. */
export function Messages({ messages, notes, orders, onRecall, onFetch }: MessagesProps) {
  const words = useWords();
  const box = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const entries = useMemo(() => mergeEntries(messages, notes), [messages, notes]);
  const cards = useMemo(
    () =>
      cardsByMessage(
        messages,
        orders.map(({ no }) => no),
      ),
    [messages, orders],
  );
  useEffect(() => {
    if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [entries, cards]);

  const scrolled = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: React.UIEvent) => {
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  };
  return (
    <ol
      ref={box}
      className="messages"
      onScroll={scrolled}
      aria-label={words.messages}
      aria-live="polite"
      tabIndex={0}
    >
      {entries.map((entry) =>
        "note" in entry ? (
          <NoteItem key={entry.key} note={entry.note} />
        ) : (
          <MessageItem
            key={entry.key}
            message={entry.message}
            cards={cards.get(entry.message.id)}
            orders={orders}
            onRecall={onRecall}
            onFetch={onFetch}
          />
        ),
      )}
    </ol>
  );
}
