import { useEffect, useState } from "react";
import { readItem, type Item } from "../api/chat";
import { formatPrice, Picture } from "./Picture";
import { useWords } from "./words";

interface ItemCardProps {
  item: Item;
  onChange: () => void;
  onDrop: () => void;
}

/** The item the conversation is about, with its price as the shop has it now. */
export function ItemCard({ item, onChange, onDrop }: ItemCardProps) {
  const words = useWords();
  const [fresh, setFresh] = useState(item);
  useEffect(() => {
    let gone = false;
    setFresh(item);
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
      <Picture item={fresh} />
      <div className="item-text">
        <span className="item-label">{words.aboutItem}</span>
        <span className="item-title">{fresh.title}</span>
        <span className="item-price">{formatPrice(fresh.price)}</span>
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
