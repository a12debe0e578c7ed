import { useCallback, useMemo } from "react";
import type { Me, View } from "../api/desk";
import { ConversationList } from "./conversations/ConversationList";
import { ConversationPane } from "./conversations/ConversationPane";
import { useConversations } from "./conversations/useConversations";
import { useSeen } from "./conversations/useSeen";
import { useKeys } from "./keys";
import { Nothing } from "./Plain";
import { useWords } from "./words";

interface WorkplaceProps {
  me: Me;
  view: View;
  chosen: string | null;
  onChoose: (id: string | null) => void;
  onSignedOut: () => void;
}

/** The agent's one screen: the list on the left, the conversation and its customer beside it. */
export function Workplace({ me, view, chosen, onChoose, onSignedOut }: WorkplaceProps) {
  const words = useWords();
  const list = useConversations(view, onSignedOut);
  const { seen, see } = useSeen();
  const ids = useMemo(() => (list.data ?? []).map(({ id }) => id), [list.data]);

  const move = useCallback(
    (step: number) => {
      const at = chosen === null ? -1 : ids.indexOf(chosen);
      const next = at === -1 ? ids[0] : ids[at + step];
      if (next !== undefined) onChoose(next);
    },
    [ids, chosen, onChoose],
  );
  useKeys({ j: () => move(1), k: () => move(-1) });

  return (
    <div className="columns" data-chosen={chosen !== null}>
      <ConversationList list={list} view={view} me={me} seen={seen} chosen={chosen} onChoose={onChoose} />
      {chosen === null ? (
        <main className="pane">
          <Nothing text={words.pickOne} hint={words.pickHint} />
        </main>
      ) : (
        <ConversationPane
          key={chosen}
          id={chosen}
          me={me}
          onBack={() => onChoose(null)}
          onOpen={onChoose}
          onSeen={see}
        />
      )}
    </div>
  );
}
