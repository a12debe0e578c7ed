import { useEffect, useState } from "react";
import { listPhrases, type Phrase } from "../../api/phrases";

const PAUSE_MS = 80;
const MOST = 8;

/** `/fh` → `fh`; null when the text asks for no phrase. */
export const typedOf = (text: string): string | null => /^\/([^\n]{0,60})$/.exec(text)?.[1] ?? null;

/** The phrases that fit what was typed after "/"; null while the text asks for none. */
export function usePhrases(text: string): Phrase[] | null {
  const typed = typedOf(text);
  const [found, setFound] = useState<Phrase[]>([]);
  useEffect(() => {
    if (typed === null) return;
    let overtaken = false;
    const timer = window.setTimeout(() => {
      listPhrases(typed).then(
        (phrases) => overtaken || setFound(phrases.slice(0, MOST)),
        () => overtaken || setFound([]),
      );
    }, PAUSE_MS);
    return () => {
      overtaken = true;
      window.clearTimeout(timer);
    };
  }, [typed]);
  return typed === null ? null : found;
}
