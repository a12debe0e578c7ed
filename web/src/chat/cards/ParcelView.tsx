import { useState } from "react";
import type { ParcelCard } from "../../api/cards";
import { formatMoment } from "../../shared/time";
import { useWords } from "../words";
import { Copyable, Frame, OrderNo } from "./parts";

/** How many scans a parcel shows before it is asked for more. */
const FIRST_SCANS = 3;
const TROUBLES = new Set(["stalled", "exception", "returned", "refused"]);

/** A parcel's way through the country, the newest scan on top. */
export function ParcelView({ card }: { card: ParcelCard }) {
  const words = useWords();
  const [all, setAll] = useState(false);
  const scans = all ? card.scans : card.scans.slice(0, FIRST_SCANS);
  const more = card.scans.length - scans.length;
  const troubled = card.late || TROUBLES.has(card.state);
  return (
    <Frame
      kind="parcel"
      label={`${card.courier} ${card.tracking_no}`}
      title={card.title}
      state={words.parcels[card.state] ?? card.state}
      mood={troubled ? "warn" : "good"}
    >
      <div className="card-line soft">
        <Copyable label={card.courier} text={card.tracking_no} />
        <OrderNo no={card.order_no} />
      </div>
      {card.expected_on !== null && card.state !== "signed" && (
        <p className={card.late ? "card-expected late" : "card-expected"}>
          {card.late ? words.wasExpected(card.expected_on) : words.expected(card.expected_on)}
        </p>
      )}
      {scans.length > 0 ? (
        <ol className="route">
          {scans.map((scan) => (
            <li key={`${scan.at} ${scan.text}`}>
              <span className="route-place">{scan.place}</span>
              <span className="route-text">{scan.text}</span>
              <time dateTime={scan.at}>{formatMoment(scan.at)}</time>
            </li>
          ))}
        </ol>
      ) : (
        <p className="card-empty soft">{words.noScans(formatMoment(card.shipped_at))}</p>
      )}
      {(more > 0 || all) && card.scans.length > FIRST_SCANS && (
        <button type="button" className="card-more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? words.fewerScans : words.moreScans(more)}
        </button>
      )}
    </Frame>
  );
}
