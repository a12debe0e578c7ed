import { Alert, Button, Progress } from "antd";
import type { Draft, FactChange } from "../../api/desk";
import { useWords } from "../words";
import { COMMANDS, INTENTS, REASONS } from "../words/names";
import { Facts } from "./Facts";
import { RejectReasons } from "./RejectReasons";
import { formatConfidence, formatValue } from "./text";

interface DraftCardProps {
  draft: Draft;
  /** Its place in the list, from 1: the key that takes it. */
  number: number;
  busy: boolean;
  changes: FactChange[];
  rejecting: boolean;
  onAccept: () => void;
  onEdit: () => void;
  /** null: it is to be rejected, the reason comes next. */
  onReject: (reason: string | null) => void;
}

/** One proposed answer: what it says, what it rests on, what it would do, and how sure it is. */
export function DraftCard(props: DraftCardProps) {
  const { draft, number, busy, changes, rejecting, onAccept, onEdit, onReject } = props;
  const words = useWords();
  const facts = draft.replies.flatMap((reply) => reply.facts);
  return (
    <article className="draft" aria-label={words.draft(number)} data-draft={draft.id}>
      <header className="draft-head">
        <strong>{words.draft(number)}</strong>
        <span>{draft.intents.map((intent) => words.nameOf(INTENTS, intent)).join(" + ")}</span>
        <span className="sure" title={words.sure}>
          <Progress
            percent={Math.round(draft.confidence * 100)}
            steps={4}
            size={[10, 8]}
            showInfo={false}
            strokeColor="var(--accent)"
            aria-label={words.sure}
          />
          {formatConfidence(draft.confidence)}
        </span>
        <span className="grow" />
        <Button size="small" type="primary" disabled={busy} onClick={onAccept}>
          {words.accept} <kbd>{number}</kbd>
        </Button>
        <Button size="small" onClick={onEdit}>
          {words.edit} {number === 1 && <kbd>Tab</kbd>}
        </Button>
        <Button size="small" onClick={() => onReject(null)}>
          {words.reject} {number === 1 && <kbd>Esc</kbd>}
        </Button>
      </header>
      {rejecting && <RejectReasons onReject={onReject} />}
      {draft.replies.map((reply) => (
        <p key={reply.script} className="draft-text">
          {reply.text}
        </p>
      ))}
      {changes.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={words.changed}
          action={
            <Button size="small" onClick={onAccept}>
              {words.sendChanged}
            </Button>
          }
        />
      )}
      <Facts facts={facts} changes={changes} />
      {draft.proposals.map((command) => (
        <p key={command.name} className="draft-command">
          {words.willRun}
          <strong>{words.nameOf(COMMANDS, command.name)}</strong>{" "}
          <span className="soft">{formatValue(command.args)}</span>
        </p>
      ))}
      {draft.reasons.length > 0 && (
        <p className="soft small">
          {words.why}
          {draft.reasons.map((reason) => words.nameOf(REASONS, reason)).join(words.comma)}
        </p>
      )}
    </article>
  );
}
