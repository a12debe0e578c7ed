/** Parts that several cards share. */

import type { ReactNode } from "react";
import type { Step } from "../../api/cards";
import { formatMoment } from "../../shared/time";
import { useWords } from "../words";

interface FrameProps {
  kind: string;
  label: string;
  title: ReactNode;
  state?: ReactNode;
  /** How the state is to be taken. */
  mood?: "good" | "warn" | "plain";
  children: ReactNode;
}

/** A card's frame: what it is about on the left, how it stands on the right. */
export function Frame({ kind, label, title, state, mood = "plain", children }: FrameProps) {
  return (
    <section className="card" data-card={kind} aria-label={label}>
      <header className="card-head">
        <strong>{title}</strong>
        {state !== undefined && (
          <span className="card-state" data-mood={mood}>
            {state}
          </span>
        )}
      </header>
      {children}
    </section>
  );
}

/** `订单 …8812`: enough to tell orders apart, the whole number on demand. */
export function OrderNo({ no }: { no: string }) {
  const words = useWords();
  return (
    <span className="card-no" title={no}>
      {words.orderNo} {no.length > 8 ? `…${no.slice(-6)}` : no}
    </span>
  );
}

/** Steps on a line: those done with their moment, the next ones pale. */
export function Steps({ steps, nameOf }: { steps: Step[]; nameOf: (name: string) => string }) {
  const last = steps.reduce((found, step, index) => (step.at !== null ? index : found), -1);
  return (
    <ol className="steps">
      {steps.map((step, index) => (
        <li key={`${step.name}-${step.at ?? index}`} data-done={step.at !== null}>
          <span aria-current={index === last ? "step" : undefined}>{nameOf(step.name)}</span>
          {step.at !== null && <time dateTime={step.at}>{formatMoment(step.at)}</time>}
        </li>
      ))}
    </ol>
  );
}

/** A number with a button that copies it. */
export function Copyable({ text, label }: { text: string; label: string }) {
  const words = useWords();
  return (
    <span className="copyable">
      <span>
        {label} {text}
      </span>
      {"clipboard" in navigator && (
        <button
          type="button"
          className="link"
          aria-label={`${words.copy} ${text}`}
          onClick={() => void navigator.clipboard.writeText(text)}
        >
          {words.copy}
        </button>
      )}
    </span>
  );
}
