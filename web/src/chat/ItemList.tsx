import { useId, useMemo, useState } from "react";
import type { Item } from "../api/chat";
import { formatPrice, Picture } from "./Picture";
import { findItems } from "./search";
import { useWords } from "./words";

interface ItemListProps {
  items: Item[];
  chosen: string | null;
  onChoose: (item: Item) => void;
}

/** The shop's items with a search field; one can be chosen. */
export function ItemList({ items, chosen, onChoose }: ItemListProps) {
  const words = useWords();
  const [query, setQuery] = useState("");
  const found = useMemo(() => findItems(items, query), [items, query]);
  const fieldId = useId();
  return (
    <>
      <label className="hidden" htmlFor={fieldId}>
        {words.findItem}
      </label>
      <input
        id={fieldId}
        className="search"
        type="search"
        placeholder={words.findItem}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {found.length === 0 && <p className="none">{words.noItems}</p>}
      <ul className="items">
        {found.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              className="item"
              aria-pressed={item.id === chosen}
              data-item={item.id}
              onClick={() => onChoose(item)}
            >
              <Picture item={item} />
              <span className="item-text">
                <span className="item-title">{item.title}</span>
                <span className="item-price">{formatPrice(item.price)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
