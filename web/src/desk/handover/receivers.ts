/** To whom a conversation may be handed, the likeliest first. */

import type { Colleague } from "../../api/handover";

const room = ({ load, capacity }: Colleague): number => capacity - load;

/** All but oneself: those at the desk first, of these who has most room. */
export const listReceivers = (all: readonly Colleague[], me: string): Colleague[] =>
  all
    .filter(({ name }) => name !== me)
    .sort((a, b) => Number(b.online) - Number(a.online) || room(b) - room(a) || a.name.localeCompare(b.name));
