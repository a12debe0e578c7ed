import { Tag } from "antd";
import type { ConversationSummary } from "../../api/desk";
import { useWords } from "../words";
import { REASONS, SEVERITIES, TEAMS } from "../words/names";

const COLOURS = { none: "default", general: "gold", major: "orange", crisis: "red" } as const;

/** Why a conversation is here: the queue's reason, how grave it is, whose it is to answer. */
export function Why({ conversation }: { conversation: ConversationSummary }) {
  const words = useWords();
  const { handoff, severity, open_drafts } = conversation;
  return (
    <span className="why">
      {severity !== "none" && (
        <Tag color={COLOURS[severity]}>
          {severity === "general" ? "" : "▲ "}
          {words.nameOf(SEVERITIES, severity)}
        </Tag>
      )}
      {handoff && <Tag>{words.nameOf(REASONS, handoff.reason)}</Tag>}
      {handoff && <span className="soft">{words.nameOf(TEAMS, handoff.team)}</span>}
      {open_drafts > 0 && (
        <Tag color="cyan">
          {words.drafts} {open_drafts}
        </Tag>
      )}
    </span>
  );
}
