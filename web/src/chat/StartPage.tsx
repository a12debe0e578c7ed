import { Button } from "@chatui/core";
import { useState } from "react";
import type { ChatConfig } from "../api/chat";
import { Header } from "./Header";
import { ItemList } from "./ItemList";
import { guestVisit, type Visit } from "./visit";
import { useWords } from "./words";

/** Demo mode: pick the buyer to be and, if wished, an item to ask about. */
export function StartPage({ config, onStart }: { config: ChatConfig; onStart: (visit: Visit) => void }) {
  const words = useWords();
  const [buyerId, setBuyerId] = useState<string | null>(null);
  const [itemId, setItemId] = useState<string | null>(null);
  if (!config.demo || config.buyers.length === 0) {
    return (
      <div className="frame">
        <Header title={config.shop_name} />
        <main className="plain">
          <p>{config.demo ? words.noBuyers : words.signInFirst}</p>
        </main>
      </div>
    );
  }
  return (
    <div className="frame">
      <Header title={config.shop_name} />
      <main className="start">
        <h2 id="buyers-title">{words.startTitle}</h2>
        <p className="hint">{words.startHint}</p>
        <div className="buyers" role="radiogroup" aria-labelledby="buyers-title">
          {config.buyers.map((buyer) => (
            <label key={buyer.id} className="buyer">
              <input
                type="radio"
                name="buyer"
                value={buyer.id}
                checked={buyer.id === buyerId}
                onChange={() => setBuyerId(buyer.id)}
              />
              <span className="buyer-face" aria-hidden="true">
                {buyer.name.slice(0, 1)}
              </span>
              <span className="buyer-text">
                <span className="buyer-name">{buyer.name}</span>
                <span className="buyer-hint">{words.tryAsking(buyer.hint)}</span>
              </span>
            </label>
          ))}
        </div>
        <h2>{words.itemTitle}</h2>
        <ItemList
          items={config.items}
          chosen={itemId}
          onChoose={(item) => setItemId((old) => (old === item.id ? null : item.id))}
        />
      </main>
      <footer className="start-footer">
        <Button
          color="primary"
          block
          size="lg"
          disabled={buyerId === null}
          onClick={() => buyerId !== null && onStart({ buyerId, itemId })}
        >
          {words.startChat}
        </Button>
        {config.guests && (
          <Button block onClick={() => onStart({ ...guestVisit(config), itemId })}>
            {words.asGuest}
          </Button>
        )}
      </footer>
    </div>
  );
}
