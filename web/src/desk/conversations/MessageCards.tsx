import { useCallback } from "react";
import type { Order } from "../../api/customers";
import { readItem } from "../../api/chat";
import { useLoaded } from "../../shared/useLoaded";
import { useWords } from "../words";
import { PARCELS, STAGES } from "../words/names";
import type { Cards } from "./cards";

/** The orders and items of a message, small, under its bubble. */
export function MessageCards({ cards, orders }: { cards: Cards; orders: readonly Order[] }) {
  const shown = orders.filter(({ no }) => cards.orders.includes(no));
  if (shown.length + cards.items.length === 0) return null;
  return (
    <div className="message-cards">
      {shown.map((order) => (
        <OrderSlip key={order.no} order={order} />
      ))}
      {cards.items.map((id) => (
        <ItemSlip key={id} id={id} />
      ))}
    </div>
  );
}

function OrderSlip({ order }: { order: Order }) {
  const words = useWords();
  const { no, stage, total, lines, parcels } = order;
  const [first] = lines;
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const parcel = parcels.at(-1);
  return (
    <div className="slip" data-order={no}>
      <span className="slip-head">
        <span className="soft">
          {words.order} …{no.slice(-6)}
        </span>
        <strong>{words.nameOf(STAGES, stage)}</strong>
      </span>
      <span>
        {first && `${first.title} ${first.color} ${first.size}`}{" "}
        <span className="soft">
          {words.pieces(pieces)} ¥{total}
        </span>
      </span>
      {parcel && (
        <span className="soft">
          {parcel.courier} · {words.nameOf(PARCELS, parcel.state)}
        </span>
      )}
    </div>
  );
}

function ItemSlip({ id }: { id: string }) {
  const words = useWords();
  const { data } = useLoaded(useCallback(() => readItem(id), [id]));
  if (data === null) return null;
  return (
    <div className="slip item-slip" data-item={id}>
      {data.image && <img src={data.image} alt="" width="40" height="40" />}
      <span>
        <span className="soft">{words.item}</span> {data.short_name}
        <br />
        <span className="soft">¥{data.price}</span>
      </span>
    </div>
  );
}
