import { Popconfirm, Popover } from "antd";
import type { Order } from "../../api/customers";
import { photoUrl, type DeskMessage } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { Facts } from "../drafts/Facts";
import { useWords } from "../words";
import type { Cards } from "./cards";
import { Files } from "./Files";
import { MessageCards } from "./MessageCards";

interface MessageItemProps {
  message: DeskMessage;
  cards: Cards | undefined;
  /** The buyer's, for the cards. */
  orders: readonly Order[];
  /** Take it back; undefined for who may not. */
  onRecall: ((id: number) => void) | undefined;
  /** Fetch its pictures once more; undefined for who may not. */
  onFetch: ((id: number) => void) | undefined;
}

/** One bubble with who said it, its cards, what it rests on, and the way to take it back. */
export function MessageItem({ message, cards, orders, onRecall, onFetch }: MessageItemProps) {
  const words = useWords();
  const { id, author, agent, text, created_at, script, facts, recalled_by } = message;
  if (author === "system" && script === null) return <li className="note">{text}</li>;
  const photos = message.attachments.flatMap(({ photo }) => (photo ? [photo] : []));
  const recalled = recalled_by !== null && recalled_by !== undefined;
  const ours = author === "bot" || author === "agent";
  return (
    <li className="message" data-author={author} data-recalled={recalled} data-message={id}>
      <span className="author" title={agent ?? undefined}>
        {author === "agent" && agent !== null ? agent : words.authors[author]}
      </span>
      {(text !== "" || message.attachments.length === 0) && (
        <div className="bubble">{recalled ? <s>{text}</s> : text}</div>
      )}
      {photos.map((photo) => (
        <a key={photo} className="photo" href={photoUrl(photo)} target="_blank" rel="noreferrer">
          <img src={photoUrl(photo)} alt={words.photo} />
        </a>
      ))}
      {!recalled && (
        <Files attachments={message.attachments} onFetch={onFetch && (() => onFetch(id))} />
      )}
      {!recalled && cards && <MessageCards cards={cards} orders={orders} />}
      <span className="meta">
        {formatMoment(created_at)}
        {recalled && <span className="warn"> · {words.recalled(recalled_by)}</span>}
        {author === "bot" && (
          <Popover content={<Basis script={script} facts={facts} />} trigger="click">
            <button type="button" className="link">
              {words.facts}
              {facts.length > 0 && ` ${facts.length}`}
            </button>
          </Popover>
        )}
        {ours && !recalled && onRecall && (
          <Popconfirm
            title={words.recallTitle}
            okText={words.recall}
            cancelText={words.cancel}
            onConfirm={() => onRecall(id)}
          >
            <button type="button" className="link">
              ↩ {words.recall}
            </button>
          </Popconfirm>
        )}
      </span>
    </li>
  );
}

function Basis({ script, facts }: Pick<DeskMessage, "script" | "facts">) {
  const words = useWords();
  return (
    <div className="basis">
      {script !== null && (
        <p className="soft">
          {words.script}: {script}
        </p>
      )}
      {facts.length ? <Facts facts={facts} changes={[]} /> : <p className="soft">{words.noFacts}</p>}
    </div>
  );
}
