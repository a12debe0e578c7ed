import { useEffect, useRef } from "react";
import type { ConversationSummary, Me } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { WaitingTime } from "../queue/WaitingTime";
import { Why } from "../queue/Why";
import { useWords } from "../words";

interface ConversationRowProps {
  conversation: ConversationSummary;
  me: Me;
  chosen: boolean;
  onChoose: () => void;
}

/** One conversation of the list: who, since when, the last words, why it is here. */
export function ConversationRow({ conversation, me, chosen, onChoose }: ConversationRowProps) {
  const words = useWords();
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  const { handoff, last_message: last, owner, assignee } = conversation;
  const holder = owner !== "agent" ? words.owners[owner] : assignee === me.name ? words.mine : assignee;
  return (
    <button
      ref={row}
      type="button"
      className="list-row"
      aria-current={chosen}
      data-conversation={conversation.id}
      onClick={onChoose}
    >
      <span className="list-row-head">
        <strong>{conversation.buyer_name ?? conversation.buyer_id}</strong>
        {handoff?.state === "waiting" ? (
          <WaitingTime since={handoff.waiting_since} />
        ) : (
          <span className="soft">
            {holder} · {formatMoment(conversation.active_at)}
          </span>
        )}
      </span>
      {last && (
        <span className="list-row-text">
          <span className="soft">{words.authors[last.author]}: </span>
          {last.text}
        </span>
      )}
      <Why conversation={conversation} />
    </button>
  );
}
