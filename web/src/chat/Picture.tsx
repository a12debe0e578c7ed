import { useState } from "react";
import type { Item } from "../api/chat";

/** A colour of the wheel in degrees, always the same for an id. */
function hueOf(id: string): number {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (sum * 137) % 360; // the golden angle keeps neighbours apart
}

/** An item's picture; without one, the last character of its name, which says what kind of thing it is. */
export function Picture({ item }: { item: Pick<Item, "id" | "short_name" | "image"> }) {
  const [broken, setBroken] = useState(false);
  if (item.image && !broken) {
    return <img className="picture" src={item.image} alt="" onError={() => setBroken(true)} />;
  }
  const hue = hueOf(item.id);
  return (
    <span className="picture" style={{ "--hue": hue } as React.CSSProperties} aria-hidden="true">
      {item.short_name.slice(-1)}
    </span>
  );
}

/** `"238.00"` → `¥238`. */
export const formatPrice = (price: string): string => `¥${price.replace(/\.00$/, "")}`;
