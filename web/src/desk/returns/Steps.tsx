import { Button, Input, InputNumber, Radio } from "antd";
import { useState } from "react";
import { takeStep, type Return, type ReturnStep, type StepDetails } from "../../api/returns";
import { useAct } from "../useAct";
import { useWords } from "../words";

const NUMBER = /^[A-Za-z0-9-]{6,40}$/;

/** What may be done with a request as it stands, with what the step must be told. */
export function Steps({ request, onDone }: { request: Return; onDone: () => void }) {
  const words = useWords();
  const said = words.returns;
  const { act, busy } = useAct(onDone);
  const [text, setText] = useState("");
  const [fault, setFault] = useState(request.fault_confirmed);
  const [deduct, setDeduct] = useState("0");
  const [fee, setFee] = useState("0");
  const [courier, setCourier] = useState("");
  const [number, setNumber] = useState("");
  const { may } = request;
  const can = (step: ReturnStep) => may.includes(step);
  const note = text.trim();
  const judges = request.fault_claimed && (can("approve") || can("check"));
  const judged = judges && fault !== null ? { fault_confirmed: fault } : {};
  const take = (step: ReturnStep, details: StepDetails = {}) =>
    void act(() => takeStep(request.id, step, { ...(note ? { words: note } : {}), ...details }));
  const refund = request.refund === null ? null : (Number(request.refund) - Number(deduct)).toFixed(2);
  return (
    <div className="return-steps">
      {judges && (
        <Radio.Group
          value={fault}
          onChange={(event) => setFault(event.target.value as boolean | null)}
          options={[
            { value: null, label: said.unjudged },
            { value: true, label: said.confirmed },
            { value: false, label: said.wear },
          ]}
        />
      )}
      {can("refund") && (
        <div className="task-answer">
          <Amount label={said.deduct} most={request.refund ?? "0"} value={deduct} onChange={setDeduct} />
          {request.fault_confirmed === true && (
            <Amount label={said.fee} most={request.most_fee} value={fee} onChange={setFee} />
          )}
        </div>
      )}
      {can("send_exchange") && (
        <div className="task-answer">
          <Line label={said.courier} most={40} value={courier} onChange={setCourier} />
          <Line label={said.number} most={40} value={number} onChange={setNumber} />
        </div>
      )}
      <div className="task-answer">
        <Line label={said.words} hint={said.wordsFor} most={500} value={text} onChange={setText} />
        {can("approve") && (
          <Button type="primary" disabled={busy} onClick={() => take("approve", judged)}>
            {said.steps.approve}
          </Button>
        )}
        {can("receive") && (
          <Button type="primary" disabled={busy} onClick={() => take("receive")}>
            {said.steps.receive}
          </Button>
        )}
        {can("check") && (
          <>
            <Button type="primary" disabled={busy} onClick={() => take("check", { passed: true, ...judged })}>
              {said.pass}
            </Button>
            <Button danger disabled={busy} onClick={() => take("check", { passed: false, ...judged })}>
              {said.fail}
            </Button>
          </>
        )}
        {can("refund") && refund !== null && (
          <Button
            type="primary"
            disabled={busy}
            onClick={() =>
              take("refund", {
                ...(Number(deduct) > 0 ? { deduct } : {}),
                ...(Number(fee) > 0 ? { fee_refund: fee } : {}),
              })
            }
          >
            {said.refundOf(refund)}
          </Button>
        )}
        {can("send_exchange") && (
          <Button
            type="primary"
            disabled={busy || courier.trim() === "" || !NUMBER.test(number.trim())}
            onClick={() => take("send_exchange", { courier: courier.trim(), tracking_no: number.trim() })}
          >
            {said.steps.send_exchange}
          </Button>
        )}
        {can("close") && (
          <Button disabled={busy} onClick={() => take("close")}>
            {said.steps.close}
          </Button>
        )}
        {can("reject") && (
          <Button danger disabled={busy || note === ""} onClick={() => take("reject")}>
            {said.steps.reject}
          </Button>
        )}
      </div>
    </div>
  );
}

interface LineProps {
  label: string;
  /** Stands in the empty field instead of the label. */
  hint?: string;
  /** In characters. */
  most: number;
  value: string;
  onChange: (value: string) => void;
}

function Line({ label, hint, most, value, onChange }: LineProps) {
  return (
    <Input
      value={value}
      maxLength={most}
      placeholder={hint ?? label}
      aria-label={label}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

interface AmountProps {
  label: string;
  /** In yuan. */
  most: string;
  value: string;
  onChange: (value: string) => void;
}

function Amount({ label, most, value, onChange }: AmountProps) {
  return (
    <label className="soft small">
      {label}{" "}
      <InputNumber<string>
        stringMode
        size="small"
        prefix="¥"
        min="0"
        max={most}
        precision={2}
        value={value}
        onChange={(next) => onChange(next ?? "0")}
      />
    </label>
  );
}
