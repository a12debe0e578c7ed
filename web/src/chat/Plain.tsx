/** Whole-page states without a conversation: loading, failed. */

import { Button } from "@chatui/core";
import { useWords } from "./words";

export function Waiting({ text }: { text: string }) {
  return (
    <main className="plain" aria-busy="true">
      <span className="spinner" aria-hidden="true" />
      <p role="status">{text}</p>
    </main>
  );
}

export function Failure({ onAgain }: { onAgain: () => void }) {
  const words = useWords();
  return (
    <main className="plain">
      <h1>{words.failedTitle}</h1>
      <p role="alert">{words.failedText}</p>
      <Button color="primary" onClick={onAgain}>
        {words.again}
      </Button>
    </main>
  );
}
