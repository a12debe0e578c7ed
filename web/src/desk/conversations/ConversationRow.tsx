import { memo } from "react";
import type { ConversationSummary, Me } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { SlaClock } from "../queue/SlaClock";
import { WaitingTime } from "../queue/WaitingTime";
import { Why } from "../queue/Why";
import { useWords } from "../words";

interface ConversationRowProps {
  conversation: ConversationSummary;
  me: Me;
  unread: boolean;
  chosen: boolean;
  onChoose: (id: string) => void;
}

/** One conversation of the list: who, its clock, the last words, why it is here. */
export const ConversationRow = memo(function ConversationRow(props: ConversationRowProps) {
  const { conversation, me, unread, chosen, onChoose } = props;
  const words = useWords();
  const { handoff, last_message: last, owner, assignee, clocks } = conversation;
  const holder = owner !== "agent" ? words.owners[owner] : assignee === me.name ? words.mine : assignee;
  return (
    <button
      type="button"
      className="list-row"
      aria-current={chosen}
      data-unread={unread}
      data-conversation={conversation.id}
      onClick={() => onChoose(conversation.id)}
    >
      <span className="list-row-head">
        <strong>
          {unread && <span className="unread" role="img" aria-label={words.unread} />}
          {conversation.buyer_name ?? conversation.buyer_id}
        </strong>
        {clocks.length > 0 ? (
          <SlaClock clocks={clocks} />
        ) : (
          <span className="soft">
            {holder} · {formatMoment(conversation.active_at)}
          </span>
        )}
      </span>
      <span className="list-row-text">
        {last && (
          <>
            <span className="soft">{words.authors[last.author]}: </span>
            {last.text}
          </>
        )}
      </span>
      <span className="list-row-foot">
        <Why conversation={conversation} />
        {handoff?.state === "waiting" ? (
          <WaitingTime since={handoff.waiting_since} eta={handoff.eta_seconds} />
        ) : (
          clocks.length > 0 && <span className="soft small">{holder}</span>
        )}
      </span>
    </button>
  );
});
