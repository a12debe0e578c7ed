import { Button } from "@chatui/core";
import { useEffect, useState, type SyntheticEvent } from "react";
import { prove, readProven } from "../api/aftercare";
import { ApiError } from "../api/http";
import { useWords, type Words } from "./words";

interface ProofProps {
  /** The order the guest proved last; questions are about it from then on. */
  onProven: (orderNo: string) => void;
}

/** A guest sees nothing of an order before its number and the last digits of its phone are given. */
export function Proof({ onProven }: ProofProps) {
  const words = useWords();
  const [orders, setOrders] = useState<string[]>([]);
  const [open, setOpen] = useState(false);
  const last = orders.at(-1);

  useEffect(() => {
    readProven().then(
      (proven) => setOrders(proven.orders),
      () => undefined, // nothing is shown as proved then; the guest may prove it again
    );
  }, []);
  useEffect(() => {
    if (last !== undefined) onProven(last);
  }, [last, onProven]);

  return (
    <section className="proof" aria-label={words.proofTitle} data-testid="proof">
      <p className="proof-line">
        <span>{last === undefined ? words.proofWhy : words.proofDone(last.slice(-6))}</span>
        {!open && (
          <button type="button" className="quiet" onClick={() => setOpen(true)}>
            {last === undefined ? words.proofOpen : words.proofAnother}
          </button>
        )}
      </p>
      {open && (
        <ProofForm
          onDone={(proven) => {
            setOpen(false);
            if (proven !== null) setOrders(proven);
          }}
        />
      )}
    </section>
  );
}

function ProofForm({ onDone }: { onDone: (orders: string[] | null) => void }) {
  const words = useWords();
  const [orderNo, setOrderNo] = useState("");
  const [digits, setDigits] = useState("");
  const [sending, setSending] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const whole = orderNo.trim() !== "" && /^\d{4}$/.test(digits);

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!whole) {
      setWrong(words.proofIncomplete);
      return;
    }
    setSending(true);
    try {
      const { orders } = await prove(orderNo.trim(), digits);
      const mine = orderNo.trim();
      onDone([...orders.filter((no) => no !== mine), mine]);
    } catch (error) {
      setWrong(explain(error, words));
      setSending(false);
    }
  };
  return (
    <form className="side-form" onSubmit={(event) => void send(event)} noValidate>
      <label>
        {words.proofOrder}
        <input
          value={orderNo}
          maxLength={40}
          autoComplete="off"
          autoFocus
          onChange={(event) => setOrderNo(event.target.value)}
        />
      </label>
      <label>
        {words.proofDigits}
        <input
          value={digits}
          inputMode="numeric"
          maxLength={4}
          autoComplete="off"
          onChange={(event) => setDigits(event.target.value)}
        />
      </label>
      {wrong !== null && (
        <p className="bad" role="alert">
          {wrong}
        </p>
      )}
      <div className="form-actions">
        <Button color="primary" type="submit" disabled={sending}>
          {words.proofSend}
        </Button>
        <Button onClick={() => onDone(null)}>{words.cancel}</Button>
      </div>
    </form>
  );
}

function explain(error: unknown, words: Words): string {
  if (!(error instanceof ApiError)) return words.proofFailed;
  if (error.status === 429) return words.proofTooMany;
  return error.status < 500 ? words.proofWrong : words.proofFailed;
}
