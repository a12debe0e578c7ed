import { useCallback } from "react";
import { readPanel, type BuyerPanel } from "../../api/customers";
import { readPacket, type Packet } from "../../api/handover";
import { useLoaded, type Loaded } from "../../shared/useLoaded";
import { useLiveEvents } from "../live/events";

export interface BuyerWithPacket {
  panel: BuyerPanel;
  packet: Packet;
}

/** What the shop knows of the buyer and what this conversation has come to, fresh at every event. */
export function useBuyer(id: string): Loaded<BuyerWithPacket> {
  const load = useCallback(async () => {
    const [panel, packet] = await Promise.all([readPanel(id), readPacket(id)]);
    return { panel, packet };
  }, [id]);
  const loaded = useLoaded(load);
  const { reload } = loaded;
  useLiveEvents(useCallback((about) => (about === null || about === id) && reload(), [id, reload]));
  return loaded;
}
