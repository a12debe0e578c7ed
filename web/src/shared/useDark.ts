import { useSyncExternalStore } from "react";

const query = window.matchMedia("(prefers-color-scheme: dark)");

function subscribe(changed: () => void): () => void {
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

/** Whether the reader's system asks for dark pages. */
export const useDark = (): boolean => useSyncExternalStore(subscribe, () => query.matches);
