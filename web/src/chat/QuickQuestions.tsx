import { useWords } from "./words";

interface QuickQuestionsProps {
  hasItem: boolean;
  onAsk: (question: string) => void;
  onPickItem: () => void;
}

/** Typical questions, one touch each. */
export function QuickQuestions({ hasItem, onAsk, onPickItem }: QuickQuestionsProps) {
  const words = useWords();
  return (
    <nav className="quick" aria-label={words.quick}>
      {!hasItem && (
        <button type="button" className="quick-item" onClick={onPickItem}>
          {words.pickItem}
        </button>
      )}
      {words.questions.map((question) => (
        <button key={question} type="button" onClick={() => onAsk(question)}>
          {question}
        </button>
      ))}
    </nav>
  );
}
