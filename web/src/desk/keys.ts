import { useEffect, useRef } from "react";

/** Whether a key belongs to the field it is pressed in. An empty field gives its keys away. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) return target.value !== "";
  return target.isContentEditable;
}

/** Whether a key moves the focus or works a control where it is pressed. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("button, a, [role=dialog], [role=radio]") !== null;
}

/** Keys that work anywhere but in a text being written; Tab and Esc only outside controls, too. */
export function useKeys(handlers: Record<string, () => void>): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
      const handle = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!handle || isTyping(event.target)) return;
      if (event.key.length > 1 && isControl(event.target)) return;
      event.preventDefault();
      handle();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
