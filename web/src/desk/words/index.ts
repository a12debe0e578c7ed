/** What the agents' desk says, in the reader's language. */

import { useMemo } from "react";
import { useLanguage } from "../../shared/language";
import { en } from "./en";
import type { Names } from "./names";
import { zh, type Words } from "./zh";

export type { Words } from "./zh";

export interface Speech extends Words {
  /** The name of a code; a code without one stands for itself. */
  nameOf: (names: Names, code: string) => string;
}

export function useWords(): Speech {
  const { language } = useLanguage();
  return useMemo(() => {
    const column = language === "zh" ? 0 : 1;
    const nameOf = (names: Names, code: string) => names[code]?.[column] ?? code;
    return { ...(language === "zh" ? zh : en), nameOf };
  }, [language]);
}
