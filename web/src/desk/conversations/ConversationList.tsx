import { useEffect, useRef, useState } from "react";
import type { ConversationSummary, Me, View } from "../../api/desk";
import type { Loaded } from "../../shared/useLoaded";
import { scrollToRow, visibleRows } from "../../shared/window";
import { Failed, Loading, Nothing } from "../Plain";
import { useWords } from "../words";
import { ConversationRow } from "./ConversationRow";
import { isUnread } from "./useSeen";

/** As high as `.list-row` is in conversations.css. */
const ROW_PX = 88;
const FIRST_BOX_PX = 900;

interface ConversationListProps {
  list: Loaded<ConversationSummary[]>;
  view: View;
  me: Me;
  seen: Record<string, string>;
  chosen: string | null;
  onChoose: (id: string) => void;
}

/** The conversations of a view; only the rows in sight are drawn, however many there are. */
export function ConversationList({ list, view, me, seen, chosen, onChoose }: ConversationListProps) {
  const words = useWords();
  const box = useRef<HTMLElement>(null);
  const [place, setPlace] = useState({ top: 0, height: FIRST_BOX_PX });
  const rows = list.data ?? [];
  const at = rows.findIndex(({ id }) => id === chosen);

  const look = () => {
    const { scrollTop = 0, clientHeight = FIRST_BOX_PX } = box.current ?? {};
    setPlace((old) =>
      old.top === scrollTop && old.height === clientHeight ? old : { top: scrollTop, height: clientHeight },
    );
  };
  useEffect(() => {
    look();
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, []);
  useEffect(() => {
    const element = box.current;
    if (element && chosen !== null && at !== -1) {
      element.scrollTop = scrollToRow(at, ROW_PX, element.scrollTop, element.clientHeight);
    }
    // Only a choice moves the list; what moves a row does not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [chosen]);

  const { from, to } = visibleRows(rows.length, ROW_PX, place.top, place.height);
  return (
    <nav className="list" ref={box} onScroll={look} aria-label={words.conversations}>
      {list.data === null && list.error === null && <Loading />}
      {list.data === null && list.error !== null && <Failed onAgain={list.reload} />}
      {list.data?.length === 0 && <Nothing text={words.nothing[view]} />}
      {rows.length > 0 && (
        <ul style={{ height: rows.length * ROW_PX }}>
          {rows.slice(from, to).map((conversation, index) => (
            <li
              key={conversation.id}
              style={{ top: (from + index) * ROW_PX }}
              aria-setsize={rows.length}
              aria-posinset={from + index + 1}
            >
              <ConversationRow
                conversation={conversation}
                me={me}
                unread={conversation.id !== chosen && isUnread(conversation, seen[conversation.id])}
                chosen={conversation.id === chosen}
                onChoose={onChoose}
              />
            </li>
          ))}
        </ul>
      )}
    </nav>
  );
}
