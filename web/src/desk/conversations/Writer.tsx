import { Button, Checkbox, Input, Segmented, Tag } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import type { Draft, Fact } from "../../api/desk";
import { renderPhrase, type Phrase } from "../../api/phrases";
import { textOf } from "../drafts/text";
import { useKeys } from "../keys";
import { PhraseMenu } from "../phrases/PhraseMenu";
import { usePhrases } from "../phrases/usePhrases";
import { ToneHints } from "../tone/ToneHints";
import { useTone } from "../tone/useTone";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { findUnsent, keepUnsent } from "./unsent";

export type Kind = "reply" | "note";
const MENU = "phrase-menu";
const NO_FACTS: readonly Fact[] = [];
const ignore = () => undefined;

interface WriterProps {
  conversationId: string;
  editing: Draft | null;
  locked: boolean;
  busy: boolean;
  /** Who may be whispered to; null when nobody. */
  whisperTo: string | null;
  onSend: (text: string) => Promise<boolean>;
  onNote: (text: string, whisperTo: string | null) => Promise<boolean>;
  onStopEditing: () => void;
}

/** Where the agent writes: own words, a draft's, a phrase, or a private note. */
export function Writer(props: WriterProps) {
  const { conversationId, editing, locked, busy, whisperTo, onSend, onNote, onStopEditing } = props;
  const words = useWords();
  const { act } = useAct(ignore);
  const field = useRef<TextAreaRef>(null);
  const [kind, setKind] = useState<Kind>("reply");
  const [text, setText] = useState(() =>
    editing ? textOf(editing) : (findUnsent(conversationId)?.text ?? ""),
  );
  const [pinned, setPinned] = useState(NO_FACTS);
  const [whispers, setWhispers] = useState(false);
  const [at, setAt] = useState(0);
  const isReply = kind === "reply";
  const found = usePhrases(text);
  const phrases = isReply && !locked ? found : null;
  const facts = useMemo(() => editing?.replies.flatMap((reply) => reply.facts) ?? pinned, [editing, pinned]);
  const tone = useTone(text, facts, isReply && phrases === null);
  const closed = isReply && locked;

  useEffect(() => setAt(0), [text]);
  useEffect(() => {
    if (editing === null && isReply) keepUnsent(conversationId, text);
  }, [conversationId, editing, isReply, text]);
  const focus = (next: Kind) => {
    setKind(next);
    window.setTimeout(() => field.current?.focus());
  };
  useKeys({
    r: () => focus("reply"),
    n: () => focus("note"),
    "/": () => {
      if (locked) return;
      setText((old) => (old === "" ? "/" : old));
      focus("reply");
    },
  });

  const take = (phrase: Phrase) =>
    void act(async () => {
      const filled = await renderPhrase(phrase.id, conversationId);
      setText(filled.text);
      setPinned(filled.facts);
    });
  const send = async () => {
    if (text.trim() === "" || busy) return;
    const done = isReply ? onSend(text.trim()) : onNote(text.trim(), whispers ? whisperTo : null);
    if (!(await done)) return;
    setText("");
    setPinned(NO_FACTS);
    if (isReply) onStopEditing();
    else setKind("reply");
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const chosen = phrases?.[at];
    if (chosen && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : phrases.length - 1;
      setAt((at + step) % phrases.length);
    } else if (chosen && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    } else if (event.key === "Escape" && (editing || phrases)) {
      event.stopPropagation();
      if (phrases) setText("");
      else onStopEditing();
    }
  };
  return (
    <div className="writer" data-kind={kind}>
      <div className="writer-head">
        <Segmented<Kind>
          size="small"
          value={kind}
          onChange={focus}
          options={[
            { value: "reply", label: words.reply },
            { value: "note", label: words.privateNote },
          ]}
        />
        {editing && isReply && (
          <Tag closable color="cyan" onClose={onStopEditing}>
            {words.editing}
          </Tag>
        )}
        {!isReply && whisperTo !== null && (
          <Checkbox checked={whispers} onChange={(event) => setWhispers(event.target.checked)}>
            {words.onlyFor(whisperTo)}
          </Checkbox>
        )}
        {isReply && text.includes("【") && <span className="warn small">⚠ {words.missing}</span>}
      </div>
      {phrases && <PhraseMenu id={MENU} phrases={phrases} at={at} onTake={take} />}
      {tone && <ToneHints text={text} tone={tone} onChange={setText} />}
      <Input.TextArea
        ref={field}
        autoSize={{ minRows: 2, maxRows: 8 }}
        autoFocus={editing !== null}
        value={text}
        disabled={closed}
        placeholder={closed ? words.takeFirst : isReply ? words.write : words.writeNote}
        aria-label={isReply ? words.write : words.writeNote}
        aria-controls={phrases ? MENU : undefined}
        aria-activedescendant={phrases?.length ? `${MENU}-${at}` : undefined}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
      />
      <Button
        type="primary"
        disabled={closed || text.trim() === ""}
        loading={busy}
        onClick={() => void send()}
      >
        {isReply ? words.send : words.save}
      </Button>
    </div>
  );
}
