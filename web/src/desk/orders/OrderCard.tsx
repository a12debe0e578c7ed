import { Tag } from "antd";
import { useState } from "react";
import type { FullData, Order, Parcel } from "../../api/customers";
import type { Me } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { Unmask } from "../customers/Unmask";
import { useWords } from "../words";
import { FLAGS, PARCELS, STAGES } from "../words/names";

interface OrderCardProps {
  order: Order;
  /** The conversation is about this one. */
  current: boolean;
  me: Me;
}

/** An order: stage, goods, where its parcel is; recipient and address folded away. */
export function OrderCard({ order, current, me }: OrderCardProps) {
  const words = useWords();
  const [full, setFull] = useState<FullData | null>(null);
  const shown = full ?? { ...order, name: order.recipient };
  const pieces = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  return (
    <details className="order" open={current} data-order={order.no}>
      <summary>
        <span className="order-head">
          <code title={order.no}>…{order.no.slice(-6)}</code>
          <Tag color={order.stage === "closed" ? "default" : "cyan"}>{words.nameOf(STAGES, order.stage)}</Tag>
          {order.flag !== null && <Tag color={order.flag}>{words.nameOf(FLAGS, order.flag)}</Tag>}
          {current && <Tag>{words.current}</Tag>}
          <span className="grow" />
          <span>
            {words.pieces(pieces)} ¥{order.total}
          </span>
        </span>
        {order.parcels.map((parcel) => (
          <ParcelLine key={parcel.tracking_no} parcel={parcel} />
        ))}
      </summary>
      <ul className="order-lines">
        {order.lines.map((line) => (
          <li key={`${line.title} ${line.color} ${line.size}`}>
            {line.title}{" "}
            <span className="soft">
              {line.color} {line.size} ×{line.quantity} ¥{line.unit_price}
            </span>
          </li>
        ))}
      </ul>
      <dl className="pairs">
        <dt>{words.order}</dt>
        <dd>{order.no}</dd>
        <dt>{words.recipient}</dt>
        <dd>
          {shown.name} {shown.phone}
        </dd>
        <dt>{words.address}</dt>
        <dd>{shown.address}</dd>
      </dl>
      {full === null && me.permissions.includes("see_full_data") && (
        <Unmask kind="order" id={order.no} onSeen={setFull} />
      )}
    </details>
  );
}

function ParcelLine({ parcel }: { parcel: Parcel }) {
  const words = useWords();
  return (
    <span className="parcel small">
      <span>
        {parcel.direction === "back" && `${words.returning} `}
        {parcel.courier} {parcel.tracking_no} · {words.nameOf(PARCELS, parcel.state)}
      </span>
      {parcel.last_scan_at !== null && (
        <span className="soft">
          {words.lastScan} {formatMoment(parcel.last_scan_at)} {parcel.last_scan}
        </span>
      )}
    </span>
  );
}
