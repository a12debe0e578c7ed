import { Popover } from "antd";
import { photoUrl, type DeskMessage } from "../../api/desk";
import { formatMoment } from "../../shared/time";
import { Facts } from "../drafts/Facts";
import { useWords } from "../words";

/** One bubble with who said it; what the assistant said shows its facts on demand. */
export function MessageItem({ message }: { message: DeskMessage }) {
  const words = useWords();
  const { author, agent, text, created_at, script, facts } = message;
  const photos = message.attachments.flatMap(({ photo }) => (photo ? [photo] : []));
  if (author === "system" && script === null) return <li className="note">{text}</li>;
  const basis = (
    <div className="basis">
      {script !== null && (
        <p className="soft">
          {words.script}: {script}
        </p>
      )}
      {facts.length ? <Facts facts={facts} changes={[]} /> : <p className="soft">{words.noFacts}</p>}
    </div>
  );
  return (
    <li className="message" data-author={author}>
      <span className="author" title={agent ?? undefined}>
        {author === "agent" && agent !== null ? agent : words.authors[author]}
      </span>
      {(text !== "" || photos.length === 0) && <div className="bubble">{text}</div>}
      {photos.map((id) => (
        <a key={id} className="photo" href={photoUrl(id)} target="_blank" rel="noreferrer">
          <img src={photoUrl(id)} alt={words.photo} />
        </a>
      ))}
      <span className="meta">
        {formatMoment(created_at)}
        {author === "bot" && (
          <Popover content={basis} trigger="click">
            <button type="button" className="link">
              {words.facts}
              {facts.length > 0 && ` ${facts.length}`}
            </button>
          </Popover>
        )}
      </span>
    </li>
  );
}
