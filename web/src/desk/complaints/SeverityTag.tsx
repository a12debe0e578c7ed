import { Tag } from "antd";
import { useWords } from "../words";
import { SEVERITIES } from "../words/names";

const COLOURS: Record<string, string> = { general: "gold", major: "orange", crisis: "red" };

/** How grave a complaint is; what is a supervisor's stands out by its sign, too. */
export function SeverityTag({ severity }: { severity: string }) {
  const words = useWords();
  return (
    <Tag color={COLOURS[severity] ?? "default"}>
      {severity === "general" ? "" : "▲ "}
      {words.nameOf(SEVERITIES, severity)}
    </Tag>
  );
}
