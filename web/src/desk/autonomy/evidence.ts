/** How the page reads what speaks for and against an intent. */

import type { Intent, Level } from "../../api/autonomy";

export const LEVELS: Level[] = ["off", "shadow", "suggest", "auto"];

const rank = (level: Level): number => LEVELS.indexOf(level);

/** What went wrong with its answers. */
export const faultsOf = ({ evidence }: Pick<Intent, "evidence">): number =>
  evidence.recalls + evidence.fact_edits + evidence.complaints;

/** What needs a person's word first, then what went wrong, then what is seen most. */
export function byNeed(a: Intent, b: Intent): number {
  const proposed = Number(b.proposal !== null) - Number(a.proposal !== null);
  const seen = b.evidence.reviews - a.evidence.reviews;
  return proposed || faultsOf(b) - faultsOf(a) || seen || a.intent.localeCompare(b.intent);
}

/** Whether a level may be set: never above the policy, and no rise for money, liability and safety. */
export const isAllowed = (
  intent: Pick<Intent, "policy" | "effective" | "never_promoted">,
  level: Level,
): boolean =>
  rank(level) <= rank(intent.policy) && (!intent.never_promoted || rank(level) <= rank(intent.effective));
