import { useEffect, useState } from "react";
import { readItem, type Item, type ItemDetail } from "../api/chat";
import { formatPrice, Picture } from "./Picture";
import { useWords, type Words } from "./words";

interface ItemCardProps {
  item: Item;
  onChange: () => void;
  onDrop: () => void;
}

/** The item the conversation is about, with its price as the shop has it now. */
export function ItemCard({ item, onChange, onDrop }: ItemCardProps) {
  const words = useWords();
  const [fresh, setFresh] = useState<ItemDetail | null>(null);
  useEffect(() => {
    let gone = false;
    setFresh(null);
    readItem(item.id).then(
      (read) => !gone && setFresh(read),
      () => undefined, // the card known from the list is good enough
    );
    return () => {
      gone = true;
    };
  }, [item]);
  return (
    <section className="item-card" aria-label={`${words.aboutItem}: ${item.title}`} data-item={item.id}>
      <Picture item={item} />
      <div className="item-text">
        <span className="item-label">{words.aboutItem}</span>
        <span className="item-title">{item.title}</span>
        <span className="item-facts">
          <span className="item-price">{formatPrice(fresh?.price ?? item.price)}</span>
          {fresh && <span className="item-range">{rangeOf(fresh, words)}</span>}
        </span>
      </div>
      <div className="item-actions">
        <button type="button" className="quiet" onClick={onChange}>
          {words.changeItem}
        </button>
        <button type="button" className="quiet icon" onClick={onDrop} aria-label={words.dropItem}>
          ×
        </button>
      </div>
    </section>
  );
}

/** `黑色 / 白色 · 38–44`; that nothing of it is left is said first. */
function rangeOf(item: ItemDetail, words: Words): string {
  const [first, last] = [item.sizes[0], item.sizes.at(-1)];
  const sizes = first === last ? first : `${first}–${last}`;
  const parts = [item.in_stock === false ? words.soldOut : "", item.colors.join(" / "), sizes ?? ""];
  return parts.filter(Boolean).join(" · ");
}
