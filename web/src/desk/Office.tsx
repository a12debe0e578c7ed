import "./office.css";

import type { Me } from "../api/desk";
import { Approvals } from "./approvals/Approvals";
import { Audit } from "./audit/Audit";
import type { Page } from "./pages";
import { Users } from "./users/Users";
import { Wall } from "./wall/Wall";
import { Warehouse } from "./warehouse/Warehouse";

interface OfficeProps {
  page: Page;
  me: Me;
  onOpen: (id: string) => void;
}

/** The pages beside the workplace, loaded when one is opened. */
export default function Office({ page, me, onOpen }: OfficeProps) {
  switch (page) {
    case "wall":
      return <Wall me={me} onOpen={onOpen} />;
    case "approvals":
      return <Approvals onOpen={onOpen} />;
    case "warehouse":
      return <Warehouse />;
    case "users":
      return <Users />;
    case "audit":
      return <Audit />;
  }
}
