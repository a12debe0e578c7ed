import { useCallback, useState } from "react";
import type { ConversationSummary } from "../../api/desk";

const STORED = "xiaoer.seen";
const MOST = 500;
type Seen = Record<string, string>;

function read(): Seen {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "{}") as Seen;
  } catch {
    return {};
  }
}

/** Whether the customer's last words are newer than what this person saw. */
export function isUnread(
  { last_message: last }: Pick<ConversationSummary, "last_message">,
  seenAt: string | undefined,
): boolean {
  return last?.author === "customer" && (seenAt === undefined || last.created_at > seenAt);
}

/** What this person has seen of each conversation, kept in this browser. */
export function useSeen(): { seen: Seen; see: (id: string, at: string) => void } {
  const [seen, setSeen] = useState(read);
  const see = useCallback((id: string, at: string) => {
    setSeen((old) => {
      if (old[id] === at) return old;
      const others = Object.entries(old).filter(([key]) => key !== id);
      const next: Seen = Object.fromEntries([...others.slice(1 - MOST), [id, at] as const]);
      localStorage.setItem(STORED, JSON.stringify(next));
      return next;
    });
  }, []);
  return { seen, see };
}
