import { App } from "antd";
import { useCallback, useState } from "react";
import { ApiError, Unreachable } from "../api/http";
import { useLanguage } from "../shared/language";
import { sayRefusal } from "../shared/refusals";
import { useWords } from "./words";

/** Says in the reader's words what went wrong. */
export function useExplain(): (error: unknown) => string {
  const words = useWords();
  const { language } = useLanguage();
  return useCallback(
    (error: unknown) => {
      if (error instanceof Unreachable) return words.errors.unreachable;
      if (!(error instanceof ApiError)) throw error;
      return sayRefusal(error, language) ?? words.errors.other(error.message);
    },
    [words, language],
  );
}

interface Act {
  busy: boolean;
  /** Do it; true when it worked, else the reader was told why. */
  act: (what: () => Promise<unknown>) => Promise<boolean>;
}

/** Runs one action at a time and looks again after it, whatever came of it. */
export function useAct(onDone: () => void): Act {
  const { message } = App.useApp();
  const explain = useExplain();
  const [busy, setBusy] = useState(false);
  const act = useCallback(
    async (what: () => Promise<unknown>) => {
      setBusy(true);
      try {
        await what();
        return true;
      } catch (error) {
        void message.error(explain(error));
        return false;
      } finally {
        setBusy(false);
        onDone();
      }
    },
    [explain, message, onDone],
  );
  return { busy, act };
}
