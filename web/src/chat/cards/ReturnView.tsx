import type { ReturnCard, Step } from "../../api/cards";
import { formatPrice } from "../Picture";
import { useWords } from "../words";
import { Copyable, Frame, OrderNo, Steps } from "./parts";

const WAYS: Record<string, string[]> = {
  return: ["requested", "approved", "shipped_back", "received", "checked", "refunded"],
  exchange: ["requested", "approved", "shipped_back", "received", "checked", "exchange_sent"],
  refund_only: ["requested", "approved", "refunded"],
};
const ENDED = new Set(["rejected", "withdrawn"]);

/** What was done, then what is still to come on this kind's way; a request that ended early has no more. */
export function stepsOf(card: Pick<ReturnCard, "request_kind" | "state" | "steps">): Step[] {
  const done = new Map(card.steps.map((step) => [step.name, step]));
  if (ENDED.has(card.state)) return [...done.values()];
  const way = WAYS[card.request_kind] ?? [];
  const reached = way.reduce((found, name, index) => (done.has(name) ? index : found), -1);
  // A step that was skipped (sent before it was approved) is not shown as still to come.
  return way.flatMap((name, index) => done.get(name) ?? (index > reached ? [{ name, at: null }] : []));
}

/** A return, an exchange or a refund: how far it is. */
export function ReturnView({ card }: { card: ReturnCard }) {
  const words = useWords();
  const nameOf = (name: string) => words.returnStates[name] ?? name;
  return (
    <Frame
      kind="return"
      label={`${words.returnKinds[card.request_kind] ?? ""} ${card.title}`}
      title={`${words.returnKinds[card.request_kind] ?? ""} · ${card.title}`}
      state={nameOf(card.state)}
      mood={card.state === "rejected" ? "warn" : "good"}
    >
      <div className="card-line soft">
        <OrderNo no={card.order_no} />
        {card.refund_amount !== null && (
          <span>
            {words.refund} <strong className="card-price">{formatPrice(card.refund_amount)}</strong>
          </span>
        )}
      </div>
      {card.return_no !== null && (
        <p className="card-line soft">
          <Copyable label={`${words.sentBack} ${card.return_courier ?? ""}`} text={card.return_no} />
        </p>
      )}
      {card.new_no !== null && (
        <p className="card-line soft">
          <Copyable label={`${words.sentNew} ${card.new_courier ?? ""}`} text={card.new_no} />
        </p>
      )}
      <Steps steps={stepsOf(card)} nameOf={nameOf} />
    </Frame>
  );
}
