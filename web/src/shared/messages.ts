/** Lists of messages as the desk numbers them: ids rise. */

/** Both lists as one: each id once, the later reading wins, in the desk's order. */
export function mergeMessages<M extends { id: number }>(known: readonly M[], incoming: readonly M[]): M[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of incoming) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** The id to ask for what came after; 0 before the first. */
export const lastId = (messages: readonly { id: number }[]): number => messages.at(-1)?.id ?? 0;
