import { EllipsisOutlined } from "@ant-design/icons";
import { Button, Dropdown, Input, Modal } from "antd";
import { useState } from "react";
import {
  claimHandoff,
  closeConversation,
  handBack,
  takeOver,
  type ConversationDetail,
  type Me,
} from "../../api/desk";
import type { Matter } from "../care/Care";
import { Transfer } from "../handover/Transfer";
import { SlaClock } from "../queue/SlaClock";
import { WaitingTime } from "../queue/WaitingTime";
import { Why } from "../queue/Why";
import { useWords } from "../words";
import { CHANNELS } from "../words/names";

interface PaneHeadProps {
  conversation: ConversationDetail;
  me: Me;
  /** The newest message the agent can see. */
  seen: number;
  busy: boolean;
  act: (what: () => Promise<unknown>) => Promise<boolean>;
  onCare: (matter: Matter) => void;
  onBack: () => void;
}

/** Who it is, why it is here, and whose it becomes. */
export function PaneHead({ conversation, me, seen, busy, act, onCare, onBack }: PaneHeadProps) {
  const words = useWords();
  const [asking, setAsking] = useState<"back" | "transfer" | "supervisor" | null>(null);
  const { id, handoff, owner, assignee, channel, clocks } = conversation;
  const mine = owner === "agent" && assignee === me.name;
  const forces = me.permissions.includes("take_from_others");
  const waits = handoff?.state === "waiting" ? handoff : null;
  const confirm = (what: () => Promise<unknown>) =>
    void act(what).then((done) => {
      if (done) setAsking(null);
    });
  return (
    <header className="pane-head">
      <Button className="back" size="small" onClick={onBack} aria-label={words.conversations}>
        ←
      </Button>
      <div className="pane-names">
        <h2>{conversation.customer?.name ?? conversation.buyer_name ?? conversation.buyer_id}</h2>
        <span className="soft">{words.nameOf(CHANNELS, channel)}</span>
        <span className="soft">
          {owner === "agent" ? `${words.owners.agent}: ${mine ? words.mine : assignee}` : words.owners[owner]}
        </span>
        {waits && <WaitingTime since={waits.waiting_since} eta={waits.eta_seconds} />}
        <SlaClock clocks={clocks} />
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
      {(mine || (forces && owner === "agent")) && (
        <Button disabled={busy} onClick={() => setAsking("transfer")}>
          {words.transfer}
        </Button>
      )}
      {mine && (
        <Button disabled={busy} onClick={() => setAsking("back")}>
          {words.handBack}
        </Button>
      )}
      {me.permissions.includes("answer") && (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: [
              { key: "ticket", label: words.care.ticketTitle, extra: "C" },
              { key: "call", label: words.complaints.book, extra: "B" },
              ...(mine
                ? [
                    { type: "divider" as const },
                    { key: "supervisor", label: words.askSupervisor },
                    { key: "close", label: words.close },
                  ]
                : []),
            ],
            onClick: ({ key }) => {
              if (key === "close") void act(() => closeConversation(id, seen));
              else if (key === "supervisor") setAsking("supervisor");
              else onCare(key === "call" ? "call" : "ticket");
            },
          }}
        >
          <Button disabled={busy} icon={<EllipsisOutlined />} aria-label={words.more} />
        </Dropdown>
      )}
      {asking === "back" && (
        <HandBack onCancel={() => setAsking(null)} onConfirm={(note) => confirm(() => handBack(id, note))} />
      )}
      {(asking === "transfer" || asking === "supervisor") && (
        <Transfer
          id={id}
          me={me.name}
          to={asking === "supervisor" ? "supervisor" : "aftersales"}
          onCancel={() => setAsking(null)}
          onConfirm={confirm}
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
