/** Whole-page states without a conversation: loading, failed. */

import { Button } from "@chatui/core";
import type { ApiError } from "../api/http";
import { useLanguage } from "../shared/language";
import { sayRefusal } from "../shared/refusals";
import { useWords } from "./words";

export function Waiting({ text }: { text: string }) {
  return (
    <main className="plain" aria-busy="true">
      <span className="spinner" aria-hidden="true" />
      <p role="status">{text}</p>
    </main>
  );
}

/** `why`: what the desk said, when it said something. */
export function Failure({ why, onAgain }: { why: ApiError | null; onAgain: () => void }) {
  const words = useWords();
  const { language } = useLanguage();
  return (
    <main className="plain">
      <h1>{words.failedTitle}</h1>
      <p role="alert">{(why && sayRefusal(why, language)) ?? words.failedText}</p>
      <Button color="primary" onClick={onAgain}>
        {words.again}
      </Button>
    </main>
  );
}
