/** Which page of the desk is open: kept behind the `#`, so that back, reload and links work. */

import { useCallback, useSyncExternalStore } from "react";

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

/** `#/c/01JN…` → `["c", "01JN…"]`. */
export const partsOf = (hash: string): string[] =>
  hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);

export const hrefOf = (...parts: string[]): string => `#/${parts.map(encodeURIComponent).join("/")}`;

/** The open page's name and what it is about; the workplace is the empty one. */
export function useRoute(): { page: string; about: string | null; go: (...parts: string[]) => void } {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  const [page = "", about = null] = partsOf(hash);
  const go = useCallback((...parts: string[]) => {
    window.location.hash = hrefOf(...parts);
  }, []);
  return { page, about, go };
}
