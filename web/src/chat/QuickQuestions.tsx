import { useWords } from "./words";

interface QuickQuestionsProps {
  /** What is worth asking as this buyer, before the typical ones. */
  own: string | undefined;
  hasItem: boolean;
  onAsk: (question: string) => void;
  onPickItem: () => void;
}

/** Typical questions, one touch each. */
export function QuickQuestions({ own, hasItem, onAsk, onPickItem }: QuickQuestionsProps) {
  const words = useWords();
  const questions = own ? [own, ...words.questions.filter((question) => question !== own)] : words.questions;
  return (
    <nav className="quick" aria-label={words.quick}>
      {!hasItem && (
        <button type="button" className="quick-item" onClick={onPickItem}>
          {words.pickItem}
        </button>
      )}
      {questions.map((question) => (
        <button key={question} type="button" onClick={() => onAsk(question)}>
          {question}
        </button>
      ))}
    </nav>
  );
}
