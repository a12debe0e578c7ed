import { useCallback, useLayoutEffect, useRef } from "react";
import { readCard, type Card as CardData } from "../../api/cards";
import { ApiError } from "../../api/http";
import { useLoaded } from "../../shared/useLoaded";
import { useWords } from "../words";
import { OrderView } from "./OrderView";
import { ParcelView } from "./ParcelView";
import { ReturnView } from "./ReturnView";
import { StockView } from "./StockView";

/** So close to the end counts as being there. */
const NEAR_END_PX = 120;

/** One card, read when it is shown; what is gone or another's shows nothing. */
export function Card({ address }: { address: string }) {
  const words = useWords();
  const { data, error, reload } = useLoaded(useCallback(() => readCard(address), [address]));
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (data !== null && place.current) keepInView(place.current);
  }, [data]);
  if (data !== null) {
    return (
      <div ref={place}>
        <View card={data} />
      </div>
    );
  }
  if (error === null) {
    return (
      <div className="card card-waiting" aria-busy="true" aria-label={words.loading}>
        <i />
        <i />
      </div>
    );
  }
  if (error instanceof ApiError && error.status === 404) return null;
  return (
    <div className="card card-failed" role="status">
      {words.cardFailed}
      <button type="button" className="link" onClick={reload}>
        {words.again}
      </button>
    </div>
  );
}

/** A reader at the end of the chat stays there when the card under the last bubble grows. */
function keepInView(card: HTMLElement): void {
  const list = card.closest(".PullToRefresh");
  if (!list) return;
  const below = list.scrollHeight - list.scrollTop - list.clientHeight;
  if (below < card.offsetHeight + NEAR_END_PX) list.scrollTop = list.scrollHeight;
}

function View({ card }: { card: CardData }) {
  switch (card.kind) {
    case "order":
      return <OrderView card={card} />;
    case "parcel":
      return <ParcelView card={card} />;
    case "item":
      return <StockView card={card} />;
    case "return":
      return <ReturnView card={card} />;
  }
}
