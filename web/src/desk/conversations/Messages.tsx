import { useEffect, useMemo, useRef } from "react";
import type { DeskMessage } from "../../api/desk";
import type { Note } from "../../api/notes";
import { mergeEntries } from "../notes/entries";
import { NoteItem } from "../notes/NoteItem";
import { useWords } from "../words";
import { MessageItem } from "./MessageItem";

const NEAR_END_PX = 160;

/** The conversation so far, notes among it; stays at its end unless the agent has scrolled up. */
export function Messages({ messages, notes }: { messages: DeskMessage[]; notes: Note[] }) {
  const words = useWords();
  const box = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const entries = useMemo(() => mergeEntries(messages, notes), [messages, notes]);
  useEffect(() => {
    if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [entries]);

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
          <MessageItem key={entry.key} message={entry.message} />
        ),
      )}
    </ol>
  );
}
