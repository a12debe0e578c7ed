import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Popconfirm, Popover } from "antd";
import { useState } from "react";
import type { Shift } from "../../api/roster";
import { clockOf } from "../../shared/time";
import { useWords } from "../words";
import { spanOf } from "./week";

const USUAL = { from: "09:00", to: "18:30" };
const timeOf = (iso: string): string => clockOf(new Date(iso));

interface ShiftCellProps {
  who: string;
  day: Date;
  dayName: string;
  shifts: Shift[];
  busy: boolean;
  onPlan: (starts: Date, ends: Date) => Promise<boolean>;
  onDrop: (shift: Shift) => void;
}

/** A person's shifts of a day, with the ways to add one and to take one out. */
export function ShiftCell({ who, day, dayName, shifts, busy, onPlan, onDrop }: ShiftCellProps) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [from, setFrom] = useState(USUAL.from);
  const [to, setTo] = useState(USUAL.to);
  const span = spanOf(day, from, to);
  const save = async () => {
    if (span && (await onPlan(span.starts, span.ends))) setOpen(false);
  };
  return (
    <div className="shifts">
      {shifts.map((shift) => {
        const times = `${timeOf(shift.starts_at)}–${timeOf(shift.ends_at)}`;
        return (
          <span key={shift.id} className="shift">
            {times}
            <Popconfirm
              title={words.roster.drop}
              okText={words.confirm}
              cancelText={words.cancel}
              onConfirm={() => onDrop(shift)}
            >
              <button
                type="button"
                disabled={busy}
                aria-label={`${words.roster.drop} ${who} ${dayName} ${times}`}
              >
                <CloseOutlined />
              </button>
            </Popconfirm>
          </span>
        );
      })}
      <Popover
        open={open}
        onOpenChange={setOpen}
        trigger="click"
        destroyOnHidden
        title={`${who} · ${dayName}`}
        content={
          <form
            className="shift-form"
            onSubmit={(event) => {
              event.preventDefault();
              void save();
            }}
          >
            <input
              type="time"
              value={from}
              aria-label={words.roster.from}
              onChange={(event) => setFrom(event.target.value)}
            />
            <span aria-hidden="true">–</span>
            <input
              type="time"
              value={to}
              aria-label={words.roster.to}
              onChange={(event) => setTo(event.target.value)}
            />
            <Button size="small" type="primary" htmlType="submit" disabled={busy || span === null}>
              {words.save}
            </Button>
          </form>
        }
      >
        <Button
          size="small"
          type="text"
          icon={<PlusOutlined />}
          aria-label={`${words.roster.add} ${who} ${dayName}`}
        />
      </Popover>
    </div>
  );
}
