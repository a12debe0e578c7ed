import { Skeleton, Tag } from "antd";
import { type ReactNode } from "react";
import type { ConversationDetail, Me } from "../../api/desk";
import { useLanguage } from "../../shared/language";
import { parseRefusal, sayRefusal } from "../../shared/refusals";
import { dayOf, formatMoment } from "../../shared/time";
import type { Loaded } from "../../shared/useLoaded";
import type { Matter } from "../care/Care";
import { Owed } from "../care/Owed";
import { formatValue } from "../drafts/text";
import { PacketSlip } from "../handover/PacketSlip";
import { OrderCard } from "../orders/OrderCard";
import { Failed } from "../Plain";
import { useWords } from "../words";
import { COMMANDS, REASONS, SEVERITIES } from "../words/names";
import { BuyerCard } from "./BuyerCard";
import { Item } from "./Item";
import type { BuyerWithPacket } from "./useBuyer";

interface CustomerPanelProps {
  conversation: ConversationDetail;
  buyer: Loaded<BuyerWithPacket>;
  me: Me;
  onOpen: (id: string) => void;
  onCare: (matter: Matter) => void;
}

/** Whom and what it is about: buyer, orders, coupons, the hand-over slip, what was done, what was before. */
export function CustomerPanel({ conversation, buyer, me, onOpen, onCare }: CustomerPanelProps) {
  const words = useWords();
  const { data, error, reload } = buyer;
  const { item_id, order_no } = conversation;
  return (
    <aside className="panel" aria-label={words.customer} tabIndex={0}>
      {data === null && error === null && <Skeleton active paragraph={{ rows: 8 }} />}
      {data === null && error !== null && <Failed onAgain={reload} />}
      {data && (
        <>
          {data.panel.customer ? (
            <BuyerCard buyer={data.panel.customer} me={me} />
          ) : (
            <p className="soft">{words.guest}</p>
          )}
          {item_id !== null && <Item id={item_id} />}
          <Part title={words.orders} count={data.panel.orders.length}>
            {data.panel.orders.map((order) => (
              <OrderCard key={order.no} order={order} current={order.no === order_no} me={me} />
            ))}
          </Part>
          <Owed panel={data.panel} me={me} onOpen={onCare} onDone={reload} />
          <section>
            <h3>{words.handover}</h3>
            <Slip conversation={conversation} />
            <PacketSlip packet={data.packet} />
          </section>
          <Commands conversation={conversation} />
          <Part title={words.coupons} count={data.panel.coupons.length}>
            <ul className="plain-list">
              {data.panel.coupons.map((coupon) => (
                <li key={coupon.id}>
                  {coupon.title}{" "}
                  <span className="soft">
                    {words.couponRule(coupon.amount_off, coupon.threshold)} ·{" "}
                    {words.until(dayOf(new Date(coupon.ends_at)))}
                  </span>
                </li>
              ))}
            </ul>
          </Part>
          <Part title={words.earlier} count={data.panel.earlier.length}>
            <ul className="plain-list">
              {data.panel.earlier.map((other) => (
                <li key={other.id}>
                  <button type="button" className="link first" onClick={() => onOpen(other.id)}>
                    {formatMoment(other.opened_at)}
                  </button>{" "}
                  {other.severity !== "none" && <Tag>{words.nameOf(SEVERITIES, other.severity)}</Tag>}
                  <span className="soft">{other.note}</span>
                </li>
              ))}
            </ul>
          </Part>
        </>
      )}
    </aside>
  );
}

/** A part with its number; nothing at all without content. */
function Part({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <section>
      <h3>
        {title} <span className="soft">{count}</span>
      </h3>
      {children}
    </section>
  );
}

function Slip({ conversation: { handoff, note } }: { conversation: ConversationDetail }) {
  const words = useWords();
  return (
    <dl className="pairs">
      {handoff && (
        <>
          <dt>{words.reason}</dt>
          <dd>{words.nameOf(REASONS, handoff.reason)}</dd>
          <dt>{words.waitingSince}</dt>
          <dd>{formatMoment(handoff.waiting_since)}</dd>
        </>
      )}
      {note !== null && note !== "" && (
        <>
          <dt>{words.note}</dt>
          <dd>{note}</dd>
        </>
      )}
    </dl>
  );
}

function Commands({ conversation: { commands } }: { conversation: ConversationDetail }) {
  const words = useWords();
  const { language } = useLanguage();
  const states: Record<string, string> = words.states;
  const explain = (kept: string) => {
    const refusal = parseRefusal(kept);
    return (refusal && sayRefusal(refusal, language)) ?? kept;
  };
  if (commands.length === 0) return null;
  return (
    <section>
      <h3>{words.commands}</h3>
      <ul className="commands">
        {commands.map((command) => (
          <li key={command.id}>
            <Tag color={command.state === "executed" ? "green" : "default"}>
              {states[command.state] ?? command.state}
            </Tag>
            {words.nameOf(COMMANDS, command.name)}
            <div className="soft small">
              {command.error === null ? formatValue(command.args) : explain(command.error)}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
