import "./office.css";

import type { Me } from "../api/desk";
import { Wall } from "./wall/Wall";

interface OfficeProps {
  page: string;
  me: Me;
  onOpen: (id: string) => void;
}

/** The pages beside the workplace, loaded when one is opened. */
export default function Office({ page, me, onOpen }: OfficeProps) {
  if (page === "wall") return <Wall me={me} onOpen={onOpen} />;
  return null;
}
