import { Button, Input, Tag } from "antd";
import { useState } from "react";
import { readPhone, settleCallback, type Callback } from "../../api/complaints";
import type { Me } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { useNow } from "../../shared/useNow";
import { useAct } from "../useAct";
import { useWords } from "../words";

const LOOK_MS = 10_000;
const COLOURS = { booked: "cyan", done: "green", unreached: "orange" } as const;

interface CallbackItemProps {
  callback: Callback;
  me: Me;
  onDone: () => void;
}

/** A call: when, whom, about what; the number on demand, and what became of it. */
export function CallbackItem({ callback, me, onDone }: CallbackItemProps) {
  const words = useWords();
  const late = Date.parse(callback.call_at) < useNow(LOOK_MS) && callback.state === "booked";
  const { act, busy } = useAct(onDone);
  const [phone, setPhone] = useState<string | null>(null);
  const [result, setResult] = useState("");
  const { id, state, about, call_at, buyer_name, done_by, done_at } = callback;
  const settle = (next: "done" | "unreached") => void act(() => settleCallback(id, next, result.trim()));
  const look = () => void act(async () => setPhone((await readPhone(id)).phone));
  return (
    <div className="call" data-callback={id}>
      <div className="order-head">
        <Tag color={COLOURS[state]}>{words.complaints.callStates[state]}</Tag>
        <span className={late ? "warn" : ""}>
          {late && "⚠ "}
          {formatMoment(call_at)}
        </span>
        {buyer_name !== null && <strong>{buyer_name}</strong>}
        {phone === null ? <span>{callback.phone}</span> : <a href={`tel:${phone}`}>{phone}</a>}
        {phone === null && state === "booked" && me.permissions.includes("see_full_data") && (
          <Button size="small" type="link" className="inline" disabled={busy} onClick={look}>
            {words.complaints.showPhone}
          </Button>
        )}
      </div>
      <p>{about}</p>
      {state === "booked" && me.permissions.includes("answer") && (
        <div className="row-of-fields">
          <Input
            size="small"
            value={result}
            maxLength={500}
            aria-label={words.complaints.result}
            placeholder={words.complaints.result}
            onChange={(event) => setResult(event.target.value)}
          />
          <Button size="small" disabled={busy || result.trim() === ""} onClick={() => settle("done")}>
            {words.complaints.callStates.done}
          </Button>
          <Button size="small" disabled={busy || result.trim() === ""} onClick={() => settle("unreached")}>
            {words.complaints.callStates.unreached}
          </Button>
        </div>
      )}
      {callback.result !== null && (
        <p>
          {callback.result}{" "}
          <span className="soft small">
            {done_by} {done_at !== null && formatMoment(done_at)}
          </span>
        </p>
      )}
    </div>
  );
}
