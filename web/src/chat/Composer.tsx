import { Button } from "@chatui/core";
import { useRef, useState, type SyntheticEvent, type FocusEvent, type KeyboardEvent } from "react";
import { PhotoButton } from "./photo";
import { useWords } from "./words";

/** The desk's own limit of one message. */
export const LONGEST = 5000;

/** What ChatUI's Chat hands to a composer. */
interface ComposerProps {
  onSend: (type: string, text: string) => void;
  onFocus?: (event: FocusEvent<HTMLTextAreaElement>) => void;
}

/** Where the customer writes. Enter sends, Shift+Enter breaks the line; an input method's Enter neither. */
export function Composer({ onSend, onFocus }: ComposerProps) {
  const words = useWords();
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const over = text.length - LONGEST;
  const sendable = text.trim() !== "" && over <= 0;

  const send = () => {
    if (!sendable) return;
    onSend("text", text.trim());
    setText("");
    field.current?.focus();
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    send();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form className="composer" onSubmit={submit}>
      <textarea
        ref={field}
        rows={1}
        value={text}
        placeholder={words.write}
        aria-label={words.write}
        aria-invalid={over > 0}
        enterKeyHint="send"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
        onFocus={onFocus}
      />
      {over > 0 && (
        <span className="composer-over" role="alert">
          {words.tooLong(over)}
        </span>
      )}
      <PhotoButton />
      <Button color="primary" type="submit" disabled={!sendable}>
        {words.send}
      </Button>
    </form>
  );
}
