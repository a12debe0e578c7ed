import { Bubble, type MessageProps } from "@chatui/core";
import { Card } from "./cards/Card";
import { Photos } from "./photo";
import type { RowContent } from "./rows";
import { useWords } from "./words";

interface RowProps {
  row: MessageProps;
  onRetry: () => void;
  onDiscard: (messageId: string) => void;
}

/** One message as a bubble, with how far it has come when it is not there yet. */
export function Row({ row, onRetry, onDiscard }: RowProps) {
  const words = useWords();
  if (row.type === "typing") return <TypingDots label={words.typing} />;
  const { text, author, photos = [], cards = [], recalled, state, messageId } = row.content as RowContent;
  if (recalled === true) return <p className="row-recalled">{words.recalled}</p>;
  return (
    <div className="row" data-author={author} data-state={state ?? "there"}>
      {(text !== "" || photos.length === 0) && <Bubble content={text} data-testid="bubble" />}
      <Photos ids={photos} />
      {cards.map((address) => (
        <Card key={address} address={address} />
      ))}
      {state === "sending" && <span className="row-state">{words.sending}</span>}
      {state === "failed" && (
        <span className="row-state bad">
          {words.failed}
          <button type="button" className="link" onClick={onRetry}>
            {words.retry}
          </button>
        </span>
      )}
      {state === "refused" && messageId !== undefined && (
        <span className="row-state bad">
          {words.refused}
          <button type="button" className="link" onClick={() => onDiscard(messageId)}>
            {words.discard}
          </button>
        </span>
      )}
    </div>
  );
}

function TypingDots({ label }: { label: string }) {
  return (
    <div className="Bubble typing" role="img" aria-label={label} data-testid="typing">
      <i />
      <i />
      <i />
    </div>
  );
}
