import { useEffect, useRef } from "react";

function isField(target: EventTarget | null): target is HTMLTextAreaElement | HTMLInputElement {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
}

/** Whether a key belongs to what has the focus: a letter to any field, Tab and Esc to one being written. */
function isTaken(event: KeyboardEvent): boolean {
  const { key, target } = event;
  const named = key.length > 1;
  if (isField(target)) return !named || target.value !== "";
  // Tab must go on from control to control, and Esc close a dialog.
  return named && target instanceof HTMLElement && target.closest("button, a, [role=dialog]") !== null;
}

/** Keys of the workplace, one handler each. */
export function useKeys(handlers: Record<string, () => void>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
      const handle = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!handle || isTaken(event)) return;
      event.preventDefault();
      if (isField(event.target)) event.target.blur(); // the next key may be a shortcut again
      handle();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
