import { App } from "antd";
import { useCallback, useState } from "react";
import { acceptDraft, type Draft, type FactChange } from "../../api/desk";
import { ApiError } from "../../api/http";
import { useExplain } from "../useAct";

export interface Accepting {
  busy: boolean;
  /** What the desk found different when this draft was to be sent; empty when nothing was. */
  changesOf: (draft: Draft) => FactChange[];
  /** Send a draft, or the agent's own text in its place; true when it went out. */
  accept: (draft: Draft, text?: string) => Promise<boolean>;
}

/** Sends drafts. One whose figures changed is held until the change was shown; asked again, it goes. */
export function useAccept(onDone: () => void): Accepting {
  const { message } = App.useApp();
  const explain = useExplain();
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState<{ draftId: string; changes: FactChange[] } | null>(null);

  const changesOf = useCallback(
    (draft: Draft) => (shown?.draftId === draft.id ? shown.changes : []),
    [shown],
  );
  const accept = useCallback(
    async (draft: Draft, text?: string) => {
      setBusy(true);
      try {
        await acceptDraft(draft.id, text ?? null, changesOf(draft).length > 0);
        setShown(null);
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.code === "facts_changed") {
          setShown({ draftId: draft.id, changes: (error.body as { changes: FactChange[] }).changes });
        } else void message.error(explain(error));
        return false;
      } finally {
        setBusy(false);
        onDone();
      }
    },
    [changesOf, message, explain, onDone],
  );
  return { busy, changesOf, accept };
}
