import { useCallback, useEffect, useState } from "react";
import { writeToCustomer, type Draft, type Me } from "../../api/desk";
import { addNote } from "../../api/notes";
import type { Order } from "../../api/customers";
import { Care, type Matter } from "../care/Care";
import { CustomerPanel } from "../customers/CustomerPanel";
import { useBuyer } from "../customers/useBuyer";
import { DraftList } from "../drafts/DraftList";
import { textOf } from "../drafts/text";
import { useAccept } from "../drafts/useAccept";
import { lastId } from "../../shared/messages";
import { useNotes } from "../notes/useNotes";
import { Failed, Loading } from "../Plain";
import { useAct } from "../useAct";
import { Messages } from "./Messages";
import { PaneHead } from "./PaneHead";
import { findUnsent } from "./unsent";
import { useConversation } from "./useConversation";
import { useTakenAway } from "./useTakenAway";
import { Writer } from "./Writer";

const NO_ORDERS: readonly Order[] = [];

interface ConversationPaneProps {
  id: string;
  me: Me;
  onBack: () => void;
  onOpen: (id: string) => void;
  /** The customer's last words were shown. */
  onSeen: (id: string, at: string) => void;
}

/** One conversation: what was said, what the assistant proposes, what the agent writes, and about whom. */
export function ConversationPane({ id, me, onBack, onOpen, onSeen }: ConversationPaneProps) {
  const { data: conversation, error, reload, messages, recall, fetchPictures } = useConversation(id);
  const buyer = useBuyer(id);
  const notes = useNotes(id);
  const { busy, act } = useAct(reload);
  const noting = useAct(notes.reload);
  const accepting = useAccept(reload);
  const [editing, setEditing] = useState<Draft | null>(null);
  const edit = useCallback((draft: Draft) => setEditing(draft), []);

  const [caring, setCaring] = useState<Matter | null>(null);
  const answers = me.permissions.includes("answer");
  const fetchOnceMore = (message: number) => void act(() => fetchPictures(message));
  const takeBack = (message: number) => void act(() => recall(message));

  const last = messages.at(-1)?.created_at;
  useEffect(() => {
    if (last !== undefined) onSeen(id, last);
  }, [id, last, onSeen]);

  const mine = conversation?.owner === "agent" && conversation.assignee === me.name;
  const actOnIt = useTakenAway(conversation, mine, act);
  if (!conversation) {
    return <main className="pane">{error === null ? <Loading /> : <Failed onAgain={reload} />}</main>;
  }
  const edited = conversation.drafts.find((draft) => draft.id === editing?.id) ?? null;
  const supervises = me.permissions.includes("supervise");
  const whisperTo = supervises && !mine && conversation.owner === "agent" ? conversation.assignee : null;
  const send = (text: string) => {
    if (!edited) return act(() => writeToCustomer(id, conversation.epoch, text, findUnsent(id)?.id));
    return accepting.accept(edited, text === textOf(edited) ? undefined : text);
  };
  return (
    <>
      <main className="pane">
        <PaneHead
          conversation={conversation}
          me={me}
          seen={lastId(messages)}
          busy={busy}
          act={actOnIt}
          onCare={setCaring}
          onBack={onBack}
        />
        <Messages
          messages={messages}
          notes={notes.data ?? []}
          orders={buyer.data?.panel.orders ?? NO_ORDERS}
          onRecall={answers ? takeBack : undefined}
          onFetch={answers ? fetchOnceMore : undefined}
        />
        <footer className="pane-foot">
          <DraftList drafts={conversation.drafts} accepting={accepting} onEdit={edit} onDone={reload} />
          <Writer
            key={edited?.id ?? "own"}
            conversationId={id}
            editing={edited}
            locked={!mine && edited === null}
            busy={busy || accepting.busy || noting.busy}
            whisperTo={whisperTo}
            onSend={send}
            onNote={(text, to) => noting.act(() => addNote(id, text, to))}
            onStopEditing={() => setEditing(null)}
          />
        </footer>
      </main>
      <CustomerPanel conversation={conversation} buyer={buyer} me={me} onOpen={onOpen} onCare={setCaring} />
      {answers && (
        <Care
          conversation={conversation}
          messages={messages}
          panel={buyer.data?.panel}
          me={me}
          open={caring}
          onOpen={setCaring}
          onDone={buyer.reload}
        />
      )}
    </>
  );
}
