import { useEffect, useState } from "react";
import type { Fact } from "../../api/desk";
import { checkTone, type Tone } from "../../api/tone";

const PAUSE_MS = 350;

/** The tone check's findings on a text, once the writer pauses; null while there are none or it changed. */
export function useTone(text: string, facts: readonly Fact[], on: boolean): Tone | null {
  const [found, setFound] = useState<{ text: string; tone: Tone } | null>(null);
  useEffect(() => {
    if (!on || text.trim() === "") return;
    let overtaken = false;
    const timer = window.setTimeout(() => {
      checkTone(text, facts).then(
        (tone) => overtaken || setFound({ text, tone }),
        () => undefined, // writing goes on without the check; the desk checks again before it sends
      );
    }, PAUSE_MS);
    return () => {
      overtaken = true;
      window.clearTimeout(timer);
    };
  }, [text, facts, on]);
  return on && found?.text === text && found.tone.findings.length > 0 ? found.tone : null;
}
