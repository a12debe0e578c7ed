import { Button, Input, Segmented } from "antd";
import { useState } from "react";
import { askForRemedy, grantRemedy, type RemedyKind, type TicketDetail } from "../../api/complaints";
import { formatMoment } from "../../shared/time";
import { useAct } from "../useAct";
import { useWords } from "../words";
import { REMEDIES } from "../words/office.names";
import { isAbove, isAmount, roomOf } from "./money";

const KINDS: RemedyKind[] = ["part_refund", "coupon", "gift"];

interface RemediesProps {
  ticket: TicketDetail;
  onDone: () => void;
}

/** What the complaint was made good with, and what may still be given; above that a supervisor is asked. */
export function Remedies({ ticket, onDone }: RemediesProps) {
  const words = useWords();
  const { remedies, may_work, state, category } = ticket;
  return (
    <section>
      <h4>{words.complaints.remedies}</h4>
      {remedies.length === 0 && <p className="soft">{words.complaints.noRemedy}</p>}
      <ul className="plain-list">
        {remedies.map((one) => (
          <li key={`${one.kind} ${one.amount} ${one.detail}`}>
            {words.nameOf(REMEDIES, one.kind)} <strong>¥{one.amount}</strong> {one.detail}{" "}
            <span className="soft small">
              {one.granted_by} {formatMoment(one.granted_at)}
            </span>
          </li>
        ))}
      </ul>
      {category === "extortion" && <p className="warn">⚠ {words.complaints.extortion}</p>}
      {may_work && state !== "closed" && category !== "extortion" && <Give ticket={ticket} onDone={onDone} />}
    </section>
  );
}

function Give({ ticket, onDone }: RemediesProps) {
  const words = useWords();
  const { act, busy } = useAct(onDone);
  const [kind, setKind] = useState<RemedyKind>("coupon");
  const [amount, setAmount] = useState("");
  const [detail, setDetail] = useState("");
  const limit = ticket.limits[kind];
  const { given, left } = roomOf(kind, limit, ticket.remedies);
  const good = isAmount(amount);
  const above = good && isAbove(amount, left);
  const name = words.nameOf(REMEDIES, kind);
  const done = (worked: boolean) => {
    if (worked) setAmount("");
  };
  const grant = () => {
    const wish = { kind, amount, detail: detail.trim() };
    void act(() => grantRemedy(ticket.id, wish)).then(done);
  };
  const ask = () => {
    const what = `${name} ${detail.trim()}`.trim();
    void act(() => askForRemedy(ticket.conversation_id, what, amount, ticket.order_no)).then(done);
  };
  return (
    <div className="step">
      <Segmented<RemedyKind>
        size="small"
        value={kind}
        onChange={setKind}
        options={KINDS.map((one) => ({ value: one, label: words.nameOf(REMEDIES, one) }))}
      />
      <span className="soft small">{words.complaints.room(limit, given, left)}</span>
      <div className="row-of-fields">
        <Input
          prefix="¥"
          inputMode="decimal"
          value={amount}
          status={amount !== "" && !good ? "error" : ""}
          aria-label={words.complaints.amount}
          placeholder={words.complaints.amount}
          style={{ width: 110 }}
          onChange={(event) => setAmount(event.target.value.trim())}
        />
        <Input
          value={detail}
          maxLength={200}
          aria-label={words.complaints.forWhat}
          placeholder={words.complaints.forWhat}
          onChange={(event) => setDetail(event.target.value)}
        />
        {above ? (
          <Button disabled={busy} onClick={ask}>
            {words.complaints.ask}
          </Button>
        ) : (
          <Button type="primary" disabled={busy || !good} onClick={grant}>
            {words.complaints.grant}
          </Button>
        )}
      </div>
      {above && <span className="warn small">⚠ {words.complaints.above}</span>}
    </div>
  );
}
