import { Alert } from "antd";
import { useCallback, useState } from "react";
import { signOut, type Me, type View } from "../api/desk";
import { ConversationList } from "./conversations/ConversationList";
import { ConversationPane } from "./conversations/ConversationPane";
import { useConversations } from "./conversations/useConversations";
import { useKeys } from "./keys";
import { useLink } from "./live/events";
import { Nothing } from "./Plain";
import { TopBar } from "./TopBar";
import { useWords } from "./words";

interface WorkplaceProps {
  me: Me;
  onSignedOut: () => void;
}

/** The agent's one screen: views on top, the list on the left, the conversation beside it. */
export function Workplace({ me, onSignedOut }: WorkplaceProps) {
  const words = useWords();
  const link = useLink();
  const [view, setView] = useState<View>("queue");
  const [chosen, setChosen] = useState<string | null>(null);
  const list = useConversations(view, onSignedOut);

  const move = useCallback(
    (step: number) => {
      const ids = (list.data ?? []).map(({ id }) => id);
      const at = chosen === null ? -1 : ids.indexOf(chosen);
      const next = at === -1 ? ids[0] : ids[at + step];
      if (next !== undefined) setChosen(next);
    },
    [list.data, chosen],
  );
  useKeys({ j: () => move(1), k: () => move(-1) });

  const leave = () => void signOut().catch(() => undefined).finally(onSignedOut);
  return (
    <div className="workplace">
      <TopBar me={me} view={view} onView={setView} onSignOut={leave} />
      {link === "lost" && <Alert banner type="warning" title={words.lost} data-testid="link-lost" />}
      <div className="columns" data-chosen={chosen !== null}>
        <ConversationList list={list} view={view} me={me} chosen={chosen} onChoose={setChosen} />
        {chosen === null ? (
          <main className="pane">
            <Nothing text={words.pickOne} hint={words.pickHint} />
          </main>
        ) : (
          <ConversationPane key={chosen} id={chosen} me={me} onBack={() => setChosen(null)} />
        )}
      </div>
    </div>
  );
}
