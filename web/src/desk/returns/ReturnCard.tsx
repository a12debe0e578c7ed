import { Button, Tag } from "antd";
import { photoUrl, type Me } from "../../api/desk";
import type { Return } from "../../api/returns";
import { formatMoment } from "../../shared/time";
import { useNow } from "../../shared/useNow";
import { useWords } from "../words";
import { RETURN_KINDS, RETURN_REASONS } from "../words/office.names";
import { Steps } from "./Steps";

const LOOK_MS = 10_000;

interface ReturnCardProps {
  request: Return;
  me: Me;
  onDone: () => void;
  onOpen: (id: string) => void;
}

/** One request: whose, what comes back and why, how far it is, and what may be done with it now. */
export function ReturnCard({ request, me, onDone, onOpen }: ReturnCardProps) {
  const words = useWords();
  const now = useNow(LOOK_MS);
  const said = words.returns;
  const { conversation_id: conversation, due_at: due, courier, tracking_no: number } = request;
  const late = due !== null && request.may.length > 0 && Date.parse(due) < now;
  const reads = me.permissions.includes("read_conversations");
  const states: Record<string, string> = said.states;
  return (
    <article className="task" data-late={late} data-return={request.id}>
      <header className="order-head">
        <strong>{request.order_no}</strong>
        <Tag>{words.nameOf(RETURN_KINDS, request.kind)}</Tag>
        <Tag color="cyan">{states[request.state] ?? request.state}</Tag>
        <span className="grow" />
        {due !== null && (
          <span className={late ? "warn" : "soft"}>
            {late && "⚠ "}
            {said.by(formatMoment(due))}
          </span>
        )}
      </header>
      <ul className="plain-list">
        {request.goods.map((goods) => (
          <li key={`${goods.title} ${goods.color} ${goods.size}`}>
            {goods.title}{" "}
            <span className="soft">
              {goods.color} {goods.size} ×{goods.quantity} ¥{goods.unit_price}
            </span>
          </li>
        ))}
      </ul>
      {request.wanted !== null && <p>{said.wants(request.wanted)}</p>}
      <p className="task-todo">
        {request.buyer_name ?? request.buyer_id}: {request.words}
      </p>
      <p className="soft small">
        {words.nameOf(RETURN_REASONS, request.reason)}
        {request.fault_claimed && ` · ${said.fault}`}
        {request.fault_confirmed !== null && ` · ${request.fault_confirmed ? said.confirmed : said.wear}`}
        {request.passed !== null && ` · ${request.passed ? said.passed : said.failed}`}
        {request.inspection !== null && request.inspection !== "" && `: ${request.inspection}`}
      </p>
      {courier !== null && <p className="soft small">{said.back(courier, number ?? "")}</p>}
      {request.photos.length > 0 && (
        <p className="return-photos">
          {request.photos.map((photo) => (
            <a key={photo} href={photoUrl(photo)} target="_blank" rel="noreferrer">
              <img src={photoUrl(photo)} alt={words.photo} />
            </a>
          ))}
        </p>
      )}
      {request.refund_amount !== null && <p>{said.refunded(request.refund_amount)}</p>}
      {request.may.length > 0 && <Steps key={request.state} request={request} onDone={onDone} />}
      <details className="soft small">
        <summary>{said.history}</summary>
        <History request={request} />
      </details>
      {reads && conversation !== null && (
        <Button size="small" type="link" onClick={() => onOpen(conversation)}>
          {words.complaints.toConversation}
        </Button>
      )}
    </article>
  );
}

function History({ request: { steps } }: { request: Return }) {
  const words = useWords();
  const names: Record<string, string> = words.returns.steps;
  return (
    <ol className="plain-list">
      {steps.map(({ step, by, at, detail }) => (
        <li key={`${step} ${at}`}>
          {formatMoment(at)} {names[step] ?? step} · {by} {detail}
        </li>
      ))}
    </ol>
  );
}
