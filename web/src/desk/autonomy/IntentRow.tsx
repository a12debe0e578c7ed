import { Button, Modal, Input, Select, Tag } from "antd";
import { useState } from "react";
import { setLevel, type Intent, type Level } from "../../api/autonomy";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { INTENTS } from "../words/names";
import { LEVELS as NAMES } from "../words/office.names";
import { isAllowed, LEVELS } from "./evidence";
import { History } from "./History";

const COLOURS: Record<Level, string> = { off: "default", shadow: "default", suggest: "cyan", auto: "green" };

/** One topic with its figures; a change asks for its reason, the topic's name opens its history. */
export function IntentRow({ intent, onDone }: { intent: Intent; onDone: () => void }) {
  const words = useWords();
  const [wanted, setWanted] = useState<Level | null>(null);
  const [open, setOpen] = useState(false);
  const { evidence, effective, policy, proposal } = intent;
  const name = words.nameOf(INTENTS, intent.intent);
  return (
    <>
      <tr data-intent={intent.intent}>
        <th scope="row">
          <button type="button" className="link first" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "▾" : "▸"} {name}
          </button>
          {intent.never_promoted && <Tag>{words.autonomy.never}</Tag>}
        </th>
        <td>
          <Tag color={COLOURS[effective]}>{words.nameOf(NAMES, effective)}</Tag>
          {policy !== effective && (
            <span className="soft small">{words.autonomy.most(words.nameOf(NAMES, policy))}</span>
          )}
        </td>
        <td>
          {evidence.reviews > 0 ? (
            <>
              {evidence.reviews}{" "}
              <span className="soft small">
                {words.autonomy.split(evidence.accepted, evidence.edited, evidence.rejected)}
              </span>
            </>
          ) : (
            <span className="soft">—</span>
          )}
        </td>
        <td>
          {evidence.reviews > 0 ? (
            <span className="share">
              <meter min={0} max={1} value={evidence.lower_bound} aria-label={words.autonomy.bound} />
              {Math.floor(evidence.lower_bound * 100)}%
            </span>
          ) : (
            <span className="soft">—</span>
          )}
        </td>
        <Count count={evidence.recalls} />
        <Count count={evidence.fact_edits} />
        <Count count={evidence.complaints} />
        <td className="row-tools">
          {proposal !== null && (
            <Button size="small" type="primary" ghost onClick={() => setWanted(proposal.level)}>
              {words.autonomy.proposals[proposal.kind](words.nameOf(NAMES, proposal.level))}
            </Button>
          )}
          <Select<Level>
            size="small"
            value={effective}
            aria-label={`${words.autonomy.change} ${name}`}
            style={{ width: 110 }}
            onChange={setWanted}
            options={LEVELS.map((level) => ({
              value: level,
              label: words.nameOf(NAMES, level),
              disabled: !isAllowed(intent, level),
            }))}
          />
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={8}>
            <History intent={intent} />
          </td>
        </tr>
      )}
      {wanted !== null && wanted !== effective && (
        <Change intent={intent} level={wanted} onClose={() => setWanted(null)} onDone={onDone} />
      )}
    </>
  );
}

function Count({ count }: { count: number }) {
  return <td className={count > 0 ? "warn" : "soft"}>{count > 0 ? `⚠ ${count}` : "0"}</td>;
}

interface ChangeProps {
  intent: Intent;
  level: Level;
  onClose: () => void;
  onDone: () => void;
}

function Change({ intent, level, onClose, onDone }: ChangeProps) {
  const words = useWords();
  const { act, busy } = useAct(onDone);
  const [reason, setReason] = useState("");
  const [was, next] = [words.nameOf(NAMES, intent.effective), words.nameOf(NAMES, level)];
  const save = async () => {
    if (await act(() => setLevel(intent.intent, level, reason.trim()))) onClose();
  };
  return (
    <Modal
      open
      title={`${words.nameOf(INTENTS, intent.intent)}: ${was} → ${next}`}
      okText={words.confirm}
      cancelText={words.cancel}
      okButtonProps={{ disabled: busy || reason.trim() === "" }}
      onCancel={onClose}
      onOk={() => void save()}
    >
      <p className="soft">{level === "auto" ? words.autonomy.toAuto : words.autonomy.toCareful}</p>
      <Input.TextArea
        autoFocus
        rows={2}
        maxLength={300}
        value={reason}
        aria-label={words.autonomy.reason}
        placeholder={words.autonomy.reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </Modal>
  );
}
