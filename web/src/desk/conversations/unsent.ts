/** What an agent wrote and has not sent, kept in this tab: neither a look elsewhere nor a reload costs it. */

const STORED = "xiaoer.unsent";
const MOST = 100;

export interface Unsent {
  text: string;
  /** Stays with these words, however often they are sent: the desk takes them once. */
  id: string;
}
type Kept = Record<string, Unsent>;

function read(): Kept {
  try {
    return JSON.parse(sessionStorage.getItem(STORED) ?? "{}") as Kept;
  } catch {
    return {};
  }
}

/** What was written to a customer and not sent; null when nothing was. */
export const findUnsent = (conversation: string): Unsent | null => read()[conversation] ?? null;

/** Keep what is written; empty words are forgotten, other words get an id of their own. */
export function keepUnsent(conversation: string, text: string): void {
  const { [conversation]: before, ...others } = read();
  if (before?.text === text || (before === undefined && text === "")) return;
  const kept = Object.entries(others).slice(1 - MOST);
  if (text !== "") kept.push([conversation, { text, id: crypto.randomUUID() }]);
  sessionStorage.setItem(STORED, JSON.stringify(Object.fromEntries(kept)));
}
