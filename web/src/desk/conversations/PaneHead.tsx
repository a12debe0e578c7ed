import { Button, Input, Modal } from "antd";
import { useState } from "react";
import {
  claimHandoff,
  closeConversation,
  handBack,
  takeOver,
  type ConversationDetail,
  type Me,
} from "../../api/desk";
import { WaitingTime } from "../queue/WaitingTime";
import { Why } from "../queue/Why";
import { useWords } from "../words";

interface PaneHeadProps {
  conversation: ConversationDetail;
  me: Me;
  /** The newest message the agent can see. */
  seen: number;
  busy: boolean;
  act: (what: () => Promise<unknown>) => Promise<boolean>;
  onBack: () => void;
}

/** Who it is, why it is here, and whose it becomes. */
export function PaneHead({ conversation, me, seen, busy, act, onBack }: PaneHeadProps) {
  const words = useWords();
  const [returning, setReturning] = useState(false);
  const { id, handoff, owner, assignee } = conversation;
  const mine = owner === "agent" && assignee === me.name;
  const waits = handoff?.state === "waiting" ? handoff : null;
  return (
    <header className="pane-head">
      <Button className="back" size="small" onClick={onBack} aria-label={words.conversations}>
        ←
      </Button>
      <div className="pane-names">
        <h2>{conversation.customer?.name ?? conversation.buyer_name ?? conversation.buyer_id}</h2>
        <span className="soft">
          {owner === "agent" ? `${words.owners.agent}: ${mine ? words.mine : assignee}` : words.owners[owner]}
        </span>
        {waits && <WaitingTime since={waits.waiting_since} />}
        <Why conversation={conversation} />
      </div>
      {waits && (
        <Button type="primary" disabled={busy} onClick={() => void act(() => claimHandoff(waits.id))}>
          {words.claim}
        </Button>
      )}
      {!waits && !mine && owner !== "closed" && (
        <Button disabled={busy} onClick={() => void act(() => takeOver(id))}>
          {words.takeOver}
        </Button>
      )}
      {mine && (
        <Button disabled={busy} onClick={() => setReturning(true)}>
          {words.handBack}
        </Button>
      )}
      {mine && (
        <Button disabled={busy} onClick={() => void act(() => closeConversation(id, seen))}>
          {words.close}
        </Button>
      )}
      {returning && (
        <HandBack
          onCancel={() => setReturning(false)}
          onConfirm={(note) => void act(() => handBack(id, note)).then((done) => setReturning(!done))}
        />
      )}
    </header>
  );
}

function HandBack({ onCancel, onConfirm }: { onCancel: () => void; onConfirm: (note: string) => void }) {
  const words = useWords();
  const [note, setNote] = useState("");
  return (
    <Modal
      open
      title={words.handBackTitle}
      okText={words.confirm}
      cancelText={words.cancel}
      onCancel={onCancel}
      onOk={() => onConfirm(note.trim())}
    >
      <p className="soft">{words.handBackHint}</p>
      <Input.TextArea
        autoFocus
        rows={3}
        maxLength={500}
        value={note}
        aria-label={words.note}
        onChange={(event) => setNote(event.target.value)}
      />
    </Modal>
  );
}
