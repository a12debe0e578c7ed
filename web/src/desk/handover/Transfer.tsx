import { Input, Modal, Radio } from "antd";
import { useState } from "react";
import { transfer, type Team } from "../../api/handover";
import { useWords } from "../words";
import { TEAMS } from "../words/names";
import { Colleagues } from "./Colleagues";

const CHOICES: Team[] = ["presales", "aftersales", "supervisor"];
type To = Team | "agent";

interface TransferProps {
  id: string;
  /** Who hands on. */
  me: string;
  /** Chosen at first. */
  to: To;
  onCancel: () => void;
  onConfirm: (what: () => Promise<unknown>) => void;
}

/** To whom the conversation goes, and what they must know. */
export function Transfer({ id, me, to, onCancel, onConfirm }: TransferProps) {
  const words = useWords();
  const [target, setTarget] = useState<To>(to);
  const [name, setName] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const chosen = target === "agent" ? { agent: name ?? "" } : { team: target };
  return (
    <Modal
      open
      title={words.transferTitle}
      okText={words.transfer}
      cancelText={words.cancel}
      okButtonProps={{ disabled: target === "agent" && name === null }}
      onCancel={onCancel}
      onOk={() => onConfirm(() => transfer(id, chosen, note.trim()))}
    >
      <Radio.Group
        value={target}
        aria-label={words.transferTo}
        onChange={(event) => setTarget(event.target.value as To)}
        options={[
          ...CHOICES.map((team) => ({ value: team, label: words.nameOf(TEAMS, team) })),
          { value: "agent", label: words.colleague },
        ]}
      />
      {target === "agent" && <Colleagues me={me} chosen={name} onChoose={setName} />}
      <p className="soft">{words.transferHint}</p>
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
