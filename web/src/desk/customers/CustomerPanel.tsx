import { Descriptions, Tag } from "antd";
import type { ConversationDetail } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { formatValue } from "../drafts/text";
import { useWords } from "../words";
import { COMMANDS, REASONS, SEVERITIES, TEAMS, TIERS } from "../words/names";

/** Whom it is about: the customer, the hand-over slip, what was done in the shop. */
export function CustomerPanel({ conversation }: { conversation: ConversationDetail }) {
  const words = useWords();
  const { customer, handoff, note, item_id, order_no, commands, channel, severity } = conversation;
  const about: [string, string | null][] = [
    [words.customer, customer?.name ?? conversation.buyer_id],
    [words.tier, customer?.tier ? words.nameOf(TIERS, customer.tier) : null],
    [words.region, customer?.region ?? null],
    [words.channel, channel],
    [words.item, item_id],
    [words.order, order_no],
  ];
  const slip: [string, string | null][] = [
    [words.reason, handoff && words.nameOf(REASONS, handoff.reason)],
    [words.team, handoff && words.nameOf(TEAMS, handoff.team)],
    [words.waitingSince, handoff && formatMoment(handoff.waiting_since)],
    [words.severity, severity === "none" ? null : words.nameOf(SEVERITIES, severity)],
    [words.note, note],
  ];
  return (
    <aside className="panel" aria-label={words.customer}>
      <Slip title={words.customer} rows={about} />
      <Slip title={words.handover} rows={slip} />
      {commands.length > 0 && (
        <section>
          <h3>{words.commands}</h3>
          <ul className="commands">
            {commands.map((command) => (
              <li key={command.id}>
                <Tag color={command.state === "executed" ? "green" : "default"}>
                  {stateOf(command.state, words)}
                </Tag>
                {words.nameOf(COMMANDS, command.name)}
                <div className="soft small">{command.error ?? formatValue(command.args)}</div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </aside>
  );
}

function stateOf(state: string, words: { states: Record<string, string> }): string {
  return words.states[state] ?? state;
}

/** Rows that have something to say; nothing at all without any. */
function Slip({ title, rows }: { title: string; rows: [string, string | null][] }) {
  const filled = rows.filter(([, value]) => value !== null && value !== "");
  if (filled.length === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <Descriptions
        column={1}
        size="small"
        items={filled.map(([label, value]) => ({ key: label, label, children: value }))}
      />
    </section>
  );
}
