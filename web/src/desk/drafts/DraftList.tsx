import { useState } from "react";
import { rejectDraft, type Draft } from "../../api/desk";
import { useKeys } from "../keys";
import { useAct } from "../useAct";
import { DraftCard } from "./DraftCard";
import type { Accepting } from "./useAccept";
import { useWords } from "../words";

interface DraftListProps {
  drafts: Draft[];
  accepting: Accepting;
  onEdit: (draft: Draft) => void;
  onDone: () => void;
}

/** The drafts, best first: 1, 2, 3 take one, Tab edits the first, Esc rejects it and a digit says why. */
export function DraftList({ drafts, accepting, onEdit, onDone }: DraftListProps) {
  const words = useWords();
  const { busy, changesOf, accept } = accepting;
  const { act } = useAct(onDone);
  const [rejecting, setRejecting] = useState<string | null>(null);
  const refused = drafts.find(({ id }) => id === rejecting) ?? null;
  const first = drafts[0];

  const reject = (draft: Draft, reason: string) => {
    setRejecting(null);
    void act(() => rejectDraft(draft.id, reason));
  };
  const digit = (number: number) => () => {
    const reason = words.rejectReasons[number - 1];
    if (refused) {
      if (reason !== undefined) reject(refused, reason);
      return;
    }
    const draft = drafts[number - 1];
    if (draft && !busy) void accept(draft);
  };
  const keys: Record<string, () => void> = {};
  if (first) {
    for (const number of [1, 2, 3, 4, 5]) keys[String(number)] = digit(number);
    keys.Tab = () => onEdit(first);
    keys.Escape = () => setRejecting(refused ? null : first.id);
  }
  useKeys(keys);

  if (drafts.length === 0) return null;
  return (
    <section className="drafts" aria-label={words.drafts}>
      {drafts.map((draft, index) => (
        <DraftCard
          key={draft.id}
          draft={draft}
          number={index + 1}
          busy={busy}
          changes={changesOf(draft)}
          rejecting={draft.id === rejecting}
          onAccept={() => void accept(draft)}
          onEdit={() => onEdit(draft)}
          onReject={(reason) => (reason === null ? setRejecting(draft.id) : reject(draft, reason))}
        />
      ))}
    </section>
  );
}
