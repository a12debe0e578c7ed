import type { Phrase } from "../../api/phrases";
import { useWords } from "../words";

interface PhraseMenuProps {
  id: string;
  phrases: Phrase[];
  /** The one that Enter takes. */
  at: number;
  onTake: (phrase: Phrase) => void;
}

/** The phrases above the field while "/" is typed. */
export function PhraseMenu({ id, phrases, at, onTake }: PhraseMenuProps) {
  const words = useWords();
  if (phrases.length === 0) return <div className="phrases soft small">{words.noPhrase}</div>;
  return (
    <ul className="phrases" id={id} role="listbox" aria-label={words.phrases}>
      {phrases.map((phrase, index) => (
        <li
          key={phrase.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          onMouseDown={(event) => {
            event.preventDefault(); // the field keeps the focus
            onTake(phrase);
          }}
        >
          <code>/{phrase.shortcut}</code> <strong>{phrase.title}</strong>{" "}
          <span className="soft">{phrase.text}</span>
        </li>
      ))}
    </ul>
  );
}
