import { Button } from "@chatui/core";
import { useEffect, useState, type SyntheticEvent } from "react";
import { rate } from "../api/aftercare";
import { ApiError } from "../api/http";
import { useWords } from "./words";

const THANKS_LAST_MS = 3000;

interface RatingProps {
  conversationId: string;
  onDone: () => void;
}

/** Asked once a conversation is over: 1 to 5, and a word if one likes. */
export function Rating({ conversationId, onDone }: RatingProps) {
  const words = useWords();
  const [score, setScore] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const [state, setState] = useState<"asking" | "sending" | "failed" | "thanked">("asking");
  useEffect(() => {
    if (state !== "thanked") return;
    const timer = window.setTimeout(onDone, THANKS_LAST_MS);
    return () => window.clearTimeout(timer);
  }, [state, onDone]);
  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (score === null) return;
    setState("sending");
    try {
      await rate(conversationId, score, said.trim());
      setState("thanked");
    } catch (error) {
      // Rated elsewhere meanwhile, or too late: there is nothing left to ask.
      if (error instanceof ApiError && error.status < 500) onDone();
      else setState("failed");
    }
  };
  if (state === "thanked") {
    return (
      <p className="rating thanked" role="status" data-testid="rating-thanks">
        {words.rateThanks}
      </p>
    );
  }
  return (
    <form className="rating" onSubmit={(event) => void send(event)} data-testid="rating">
      <fieldset>
        <legend>{words.rateTitle}</legend>
        <div className="scores">
          {words.rateScores.map((name, index) => (
            <label key={name} data-chosen={score === index + 1}>
              <input
                type="radio"
                name="score"
                value={index + 1}
                checked={score === index + 1}
                onChange={() => setScore(index + 1)}
              />
              <span className="score-number" aria-hidden="true">
                {index + 1}
              </span>
              <span className="score-name">{name}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {score !== null && (
        <input
          className="rating-words"
          value={said}
          maxLength={500}
          placeholder={words.rateWords}
          aria-label={words.rateWords}
          onChange={(event) => setSaid(event.target.value)}
        />
      )}
      {state === "failed" && (
        <p className="bad" role="alert">
          {words.rateFailed}
        </p>
      )}
      <div className="form-actions">
        <Button color="primary" size="sm" type="submit" disabled={score === null || state === "sending"}>
          {words.rateSend}
        </Button>
        <Button size="sm" onClick={onDone}>
          {words.rateLater}
        </Button>
      </div>
    </form>
  );
}
