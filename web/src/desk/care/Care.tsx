import type { BuyerPanel } from "../../api/customers";
import type { ConversationDetail, DeskMessage, Me } from "../../api/desk";
import { useKeys } from "../keys";
import { NewCall } from "./NewCall";
import { NewTicket } from "./NewTicket";

/** What an agent can take on for a customer. */
export type Matter = "ticket" | "call";

interface CareProps {
  conversation: ConversationDetail;
  messages: readonly DeskMessage[];
  panel: BuyerPanel | undefined;
  me: Me;
  open: Matter | null;
  onOpen: (matter: Matter | null) => void;
  onDone: () => void;
}

/** The forms by which a complaint is noted or a call booked, and their keys. */
export function Care({ conversation, messages, panel, me, open, onOpen, onDone }: CareProps) {
  useKeys({
    c: () => onOpen("ticket"),
    b: () => onOpen("call"),
  });
  const close = () => onOpen(null);
  const shared = { conversation, panel, onClose: close, onDone };
  if (open === "ticket") return <NewTicket {...shared} messages={messages} me={me} />;
  return open === "call" ? <NewCall {...shared} /> : null;
}
