/** What may still be given. Amounts are yuan in words of two decimals, reckoned in cents. */

import type { Remedy, RemedyKind } from "../../api/complaints";

const cents = (yuan: string): number => Math.round(Number(yuan) * 100);
const yuan = (amount: number): string => (amount / 100).toFixed(2);

export interface Room {
  given: string;
  left: string;
}

/** All remedies of a kind count together against its limit. */
export function roomOf(
  kind: RemedyKind,
  limit: string,
  remedies: readonly Pick<Remedy, "kind" | "amount">[],
): Room {
  const given = remedies
    .filter((one) => one.kind === kind)
    .reduce((sum, { amount }) => sum + cents(amount), 0);
  return { given: yuan(given), left: yuan(Math.max(0, cents(limit) - given)) };
}

/** Whether what is typed is an amount: above zero, at most two decimals. */
export const isAmount = (typed: string): boolean => /^\d{1,7}(\.\d{1,2})?$/.test(typed) && Number(typed) > 0;

export const isAbove = (amount: string, limit: string): boolean => cents(amount) > cents(limit);
