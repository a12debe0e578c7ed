import { Input, Modal } from "antd";
import { useEffect, useState, type KeyboardEvent } from "react";
import { searchConversations, type Hit } from "../../api/search";
import { Nothing } from "../Plain";
import { useExplain } from "../useAct";
import { useWords } from "../words";

const PAUSE_MS = 200;

interface SearchProps {
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** Conversations by order number, customer or words; arrows and Enter pick one. */
export function Search({ onOpen, onClose }: SearchProps) {
  const words = useWords();
  const explain = useExplain();
  const [text, setText] = useState("");
  const [hits, setHits] = useState<Hit[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const wanted = text.trim();

  useEffect(() => {
    if (wanted === "") {
      setHits(null);
      return;
    }
    let overtaken = false;
    const timer = window.setTimeout(() => {
      searchConversations(wanted).then(
        (found) => {
          if (overtaken) return;
          setHits(found);
          setProblem(null);
          setAt(0);
        },
        (error: unknown) => overtaken || setProblem(explain(error)),
      );
    }, PAUSE_MS);
    return () => {
      overtaken = true;
      window.clearTimeout(timer);
    };
  }, [wanted, explain]);

  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || !hits?.length) return;
    if (event.key === "ArrowDown") setAt((at + 1) % hits.length);
    else if (event.key === "ArrowUp") setAt((at + hits.length - 1) % hits.length);
    else if (event.key === "Enter") hits.slice(at, at + 1).forEach((hit) => onOpen(hit.conversation.id));
    else return;
    event.preventDefault();
  };
  const places: Record<string, string> = words.foundIn;
  return (
    <Modal open footer={null} title={words.search} onCancel={onClose} width={640}>
      <Input
        autoFocus
        allowClear
        maxLength={60}
        value={text}
        placeholder={words.searchHint}
        aria-label={words.searchHint}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
      />
      {problem !== null && <p role="alert">{problem}</p>}
      {hits?.length === 0 && <Nothing text={words.noHit} />}
      <ul className="hits">
        {hits?.map(({ conversation, found_in, snippet }, index) => (
          <li key={conversation.id}>
            <button type="button" aria-current={index === at} onClick={() => onOpen(conversation.id)}>
              <strong>{conversation.buyer_name ?? conversation.buyer_id}</strong>{" "}
              <span className="soft">
                {words.owners[conversation.owner]} · {places[found_in] ?? found_in}
              </span>
              <div>{snippet}</div>
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
