import { Button, Popover } from "antd";
import { useState } from "react";
import { unmask, type FullData } from "../../api/customers";
import { useAct } from "../useAct";
import { useWords } from "../words";

interface UnmaskProps {
  kind: "customer" | "order";
  id: string;
  onSeen: (full: FullData) => void;
}
const ignore = () => undefined;

/** Asks what the full data is needed for, one click a reason, and shows it; the look is audited. */
export function Unmask({ kind, id, onSeen }: UnmaskProps) {
  const words = useWords();
  const { act, busy } = useAct(ignore);
  const [open, setOpen] = useState(false);
  const look = (reason: string) =>
    void act(async () => {
      onSeen(await unmask(kind, id, reason));
      setOpen(false);
    });
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      title={words.unmaskTitle}
      content={
        <div className="reasons">
          {words.unmaskReasons.map((reason) => (
            <Button key={reason} size="small" disabled={busy} onClick={() => look(reason)}>
              {reason}
            </Button>
          ))}
        </div>
      }
    >
      <Button size="small" type="link" className="inline">
        {words.unmask}
      </Button>
    </Popover>
  );
}
