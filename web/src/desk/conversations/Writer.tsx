import { Button, Input, Tag } from "antd";
import { useState, type KeyboardEvent } from "react";
import type { Draft } from "../../api/desk";
import { textOf } from "../drafts/text";
import { useWords } from "../words";

interface WriterProps {
  editing: Draft | null;
  locked: boolean;
  busy: boolean;
  onSend: (text: string) => Promise<boolean>;
  onStopEditing: () => void;
}

/** Where the agent writes, own words or a draft's; Enter sends, an input method's Enter does not. */
export function Writer({ editing, locked, busy, onSend, onStopEditing }: WriterProps) {
  const words = useWords();
  const [text, setText] = useState(editing ? textOf(editing) : "");
  const send = async () => {
    if (text.trim() === "" || busy) return;
    if (await onSend(text.trim())) {
      setText("");
      onStopEditing();
    }
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
    if (event.key === "Escape" && editing) {
      event.stopPropagation();
      onStopEditing();
    }
  };
  return (
    <div className="writer">
      {editing && (
        <div className="editing">
          <Tag closable color="cyan" onClose={onStopEditing}>
            {words.editing}
          </Tag>
        </div>
      )}
      <Input.TextArea
        autoSize={{ minRows: 2, maxRows: 8 }}
        autoFocus={editing !== null}
        value={text}
        disabled={locked}
        placeholder={locked ? words.takeFirst : words.write}
        aria-label={words.write}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
      />
      <Button
        type="primary"
        disabled={locked || text.trim() === ""}
        loading={busy}
        onClick={() => void send()}
      >
        {words.send}
      </Button>
    </div>
  );
}
