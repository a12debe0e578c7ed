import { useEffect, useRef } from "react";

/** Inputs that take no letters: the views in the bar are radio buttons. */
const CHOICES = new Set(["radio", "checkbox", "button", "file"]);

function isField(target: EventTarget | null): target is HTMLTextAreaElement | HTMLInputElement {
  if (target instanceof HTMLInputElement) return !CHOICES.has(target.type);
  return target instanceof HTMLTextAreaElement;
}

/** Whether a key belongs to what has the focus: a letter to any field, Tab and Esc to one being written. */
function isTaken(event: KeyboardEvent): boolean {
  const { key, target } = event;
  const named = key.length > 1;
  if (isField(target)) return !named || target.value !== "";
  // Tab must go on from control to control, and Esc close a dialog.
  return named && target instanceof HTMLElement && target.closest("button, a, [role=dialog]") !== null;
}

const SEQUENCE_MS = 1000;

/** Keys of the workplace, one handler each; `"g q"` is the one after the other. */
export function useKeys(handlers: Record<string, () => void>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    let before = { key: "", at: 0 };
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.shiftKey && event.key !== "?") return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const follows = event.timeStamp - before.at < SEQUENCE_MS;
      const handle = (follows && latest.current[`${before.key} ${key}`]) || latest.current[key];
      before = { key, at: event.timeStamp };
      if (!handle || isTaken(event)) return;
      event.preventDefault();
      if (isField(event.target)) event.target.blur(); // the next key may be a shortcut again
      handle();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
