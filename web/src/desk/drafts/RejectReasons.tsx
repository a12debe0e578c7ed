import { Button } from "antd";
import { useWords } from "../words";

/** The reasons to reject a draft, one key each. */
export function RejectReasons({ onReject }: { onReject: (reason: string) => void }) {
  const words = useWords();
  return (
    <div className="reject" role="group" aria-label={words.rejectTitle}>
      <span>{words.rejectTitle}</span>
      {words.rejectReasons.map((reason, index) => (
        <Button key={reason} size="small" onClick={() => onReject(reason)}>
          <kbd>{index + 1}</kbd> {reason}
        </Button>
      ))}
    </div>
  );
}
