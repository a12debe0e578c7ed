import { useCallback } from "react";
import { readCard, type Card as CardData } from "../../api/cards";
import { ApiError } from "../../api/http";
import { useLoaded } from "../../shared/useLoaded";
import { useWords } from "../words";
import { OrderView } from "./OrderView";
import { ParcelView } from "./ParcelView";
import { ReturnView } from "./ReturnView";
import { StockView } from "./StockView";

/** One card, read when it is shown; what is gone or another's shows nothing. */
export function Card({ address }: { address: string }) {
  const words = useWords();
  const { data, error, reload } = useLoaded(useCallback(() => readCard(address), [address]));
  if (data !== null) return <View card={data} />;
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
