import { Modal } from "antd";
import { useWords } from "../words";

/** The keys of the workplace. */
export function Help({ onClose }: { onClose: () => void }) {
  const words = useWords();
  return (
    <Modal open footer={null} title={words.help} onCancel={onClose}>
      <dl className="keys">
        {words.keyHelp.map(([keys, what]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
