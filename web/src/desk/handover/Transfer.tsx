import { Input, Modal, Radio } from "antd";
import { useState } from "react";
import { transfer, type Team } from "../../api/handover";
import { useWords } from "../words";
import { TEAMS } from "../words/names";

const CHOICES: Team[] = ["presales", "aftersales", "supervisor"];
type To = Team | "agent";

interface TransferProps {
  id: string;
  /** Chosen at first. */
  to: To;
  onCancel: () => void;
  onConfirm: (what: () => Promise<unknown>) => void;
}

/** To whom the conversation goes, and what they must know. */
export function Transfer({ id, to, onCancel, onConfirm }: TransferProps) {
  const words = useWords();
  const [target, setTarget] = useState<To>(to);
  const [name, setName] = useState("");
  const [note, setNote] = useState("");
  const chosen = target === "agent" ? { agent: name.trim() } : { team: target };
  return (
    <Modal
      open
      title={words.transferTitle}
      okText={words.transfer}
      cancelText={words.cancel}
      okButtonProps={{ disabled: target === "agent" && name.trim() === "" }}
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
      {target === "agent" && (
        <Input
          className="field"
          value={name}
          aria-label={words.colleague}
          onChange={(event) => setName(event.target.value)}
        />
      )}
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
