import { useCallback, useState } from "react";
import { writeToCustomer, type Draft, type Me } from "../../api/desk";
import { CustomerPanel } from "../customers/CustomerPanel";
import { DraftList } from "../drafts/DraftList";
import { textOf } from "../drafts/text";
import { useAccept } from "../drafts/useAccept";
import { lastId } from "../../shared/messages";
import { Failed, Loading } from "../Plain";
import { useAct } from "../useAct";
import { Messages } from "./Messages";
import { PaneHead } from "./PaneHead";
import { useConversation } from "./useConversation";
import { Writer } from "./Writer";

interface ConversationPaneProps {
  id: string;
  me: Me;
  onBack: () => void;
}

/** One conversation: what was said, what the assistant proposes, what the agent writes, and about whom. */
export function ConversationPane({ id, me, onBack }: ConversationPaneProps) {
  const { data: conversation, error, reload, messages } = useConversation(id);
  const { busy, act } = useAct(reload);
  const accepting = useAccept(reload);
  const [editing, setEditing] = useState<Draft | null>(null);
  const edit = useCallback((draft: Draft) => setEditing(draft), []);

  if (!conversation) {
    return <main className="pane">{error === null ? <Loading /> : <Failed onAgain={reload} />}</main>;
  }
  const mine = conversation.owner === "agent" && conversation.assignee === me.name;
  const edited = conversation.drafts.find((draft) => draft.id === editing?.id) ?? null;
  const send = (text: string) => {
    if (!edited) return act(() => writeToCustomer(id, conversation.epoch, text));
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
          act={act}
          onBack={onBack}
        />
        <Messages messages={messages} />
        <footer className="pane-foot">
          <DraftList drafts={conversation.drafts} accepting={accepting} onEdit={edit} onDone={reload} />
          <Writer
            key={edited?.id ?? "own"}
            editing={edited}
            locked={!mine && edited === null}
            busy={busy || accepting.busy}
            onSend={send}
            onStopEditing={() => setEditing(null)}
          />
        </footer>
      </main>
      <CustomerPanel conversation={conversation} />
    </>
  );
}
