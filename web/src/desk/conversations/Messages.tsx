import { useEffect, useRef } from "react";
import type { DeskMessage } from "../../api/desk";
import { useWords } from "../words";
import { MessageItem } from "./MessageItem";

const NEAR_END_PX = 160;

/** The conversation so far; stays at its end unless the agent has scrolled up. */
export function Messages({ messages }: { messages: DeskMessage[] }) {
  const words = useWords();
  const box = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [messages]);

  const scrolled = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: React.UIEvent) => {
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  };
  return (
    <ol ref={box} className="messages" onScroll={scrolled} aria-label={words.messages} aria-live="polite">
      {messages.map((message) => (
        <MessageItem key={message.id} message={message} />
      ))}
    </ol>
  );
}
