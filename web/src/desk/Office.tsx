import "./office.css";

import type { Me } from "../api/desk";
import { Approvals } from "./approvals/Approvals";
import { Audit } from "./audit/Audit";
import { Autonomy } from "./autonomy/Autonomy";
import { Complaints } from "./complaints/Complaints";
import type { Page } from "./pages";
import { Returns } from "./returns/Returns";
import { Roster } from "./roster/Roster";
import { ShopData } from "./shopdata/ShopData";
import { Users } from "./users/Users";
import { Wall } from "./wall/Wall";
import { Warehouse } from "./warehouse/Warehouse";

interface OfficeProps {
  page: Page;
  /** What of the page is open. */
  about: string | null;
  me: Me;
  onOpen: (id: string) => void;
  onPage: (...parts: string[]) => void;
}

/** The pages beside the workplace, loaded when one is opened. */
export default function Office({ page, about, me, onOpen, onPage }: OfficeProps) {
  switch (page) {
    case "wall":
      return <Wall me={me} onOpen={onOpen} />;
    case "approvals":
      return <Approvals onOpen={onOpen} />;
    case "complaints":
      return (
        <Complaints me={me} about={about} onOpen={onOpen} onPick={(ticket) => onPage("complaints", ticket)} />
      );
    case "warehouse":
      return <Warehouse />;
    case "returns":
      return <Returns me={me} onOpen={onOpen} />;
    case "autonomy":
      return <Autonomy />;
    case "roster":
      return <Roster />;
    case "data":
      return <ShopData />;
    case "users":
      return <Users />;
    case "audit":
      return <Audit />;
  }
}
