import type { Item } from "../api/chat";

/** Items whose title, short name or id holds every word of the query; all of them for an empty one. */
export function findItems(items: readonly Item[], query: string): Item[] {
  const parts = query.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    const text = `${item.title} ${item.short_name} ${item.id}`.toLowerCase();
    return parts.every((part) => text.includes(part));
  });
}
