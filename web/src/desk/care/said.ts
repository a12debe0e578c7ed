/** What a customer said last: the words a complaint is noted in. */

import type { DeskMessage } from "../../api/desk";

const MOST = 3;

type Said = Pick<DeskMessage, "author" | "text" | "recalled_by">;

/** The customer's last few messages, one below the other; photos have no words. */
export const lastWords = (messages: readonly Said[]): string =>
  messages
    .filter(({ author, text, recalled_by }) => author === "customer" && text.trim() !== "" && !recalled_by)
    .slice(-MOST)
    .map(({ text }) => text.trim())
    .join("\n");
