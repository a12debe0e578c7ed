import { Tag } from "antd";
import { useState } from "react";
import type { Buyer, FullData } from "../../api/customers";
import type { Me } from "../../api/desk";
import { useWords } from "../words";
import { TIERS } from "../words/names";
import { Unmask } from "./Unmask";

/** Who the customer is; phone and address in full only on demand. */
export function BuyerCard({ buyer, me }: { buyer: Buyer; me: Me }) {
  const words = useWords();
  const [full, setFull] = useState<FullData | null>(null);
  const shown = full ?? buyer;
  return (
    <section>
      <div className="buyer-head">
        <strong>{shown.name ?? buyer.id}</strong>
        <Tag color="gold">{words.nameOf(TIERS, buyer.tier)}</Tag>
        {buyer.do_not_contact && <Tag color="red">{words.doNotContact}</Tag>}
      </div>
      <dl className="pairs">
        <dt>{words.phone}</dt>
        <dd>{shown.phone ?? words.none}</dd>
        <dt>{words.address}</dt>
        <dd>
          {shown.region} {shown.address}
        </dd>
      </dl>
      {full === null && me.permissions.includes("see_full_data") && (
        <Unmask kind="customer" id={buyer.id} onSeen={setFull} />
      )}
    </section>
  );
}
