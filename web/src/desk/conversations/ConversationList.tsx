import type { ConversationSummary, Me, View } from "../../api/desk";
import type { Loaded } from "../../shared/useLoaded";
import { Failed, Loading, Nothing } from "../Plain";
import { useWords } from "../words";
import { ConversationRow } from "./ConversationRow";

interface ConversationListProps {
  list: Loaded<ConversationSummary[]>;
  view: View;
  me: Me;
  chosen: string | null;
  onChoose: (id: string) => void;
}

export function ConversationList({ list, view, me, chosen, onChoose }: ConversationListProps) {
  const words = useWords();
  return (
    <nav className="list" aria-label={words.conversations}>
      {list.data === null && list.error === null && <Loading />}
      {list.data === null && list.error !== null && <Failed onAgain={list.reload} />}
      {list.data?.length === 0 && <Nothing text={words.nothing[view]} />}
      <ul>
        {list.data?.map((conversation) => (
          <li key={conversation.id}>
            <ConversationRow
              conversation={conversation}
              me={me}
              chosen={conversation.id === chosen}
              onChoose={() => onChoose(conversation.id)}
            />
          </li>
        ))}
      </ul>
    </nav>
  );
}
