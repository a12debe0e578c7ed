import { useCallback, useEffect, useRef, useState } from "react";

export interface Loaded<T> {
  data: T | null;
  error: unknown;
  /** Look again; many calls in a short time become one, and one always follows the last call. */
  reload: () => void;
}

const GATHER_MS = 120;

/** What `load` gives, kept while it is loaded again; an answer that was overtaken is dropped. */
export function useLoaded<T>(load: () => Promise<T>, gatherMs = GATHER_MS): Loaded<T> {
  const [state, setState] = useState<{ from: unknown; data: T | null; error: unknown }>({
    from: load,
    data: null,
    error: null,
  });
  const round = useRef(0);
  const timer = useRef<number | undefined>(undefined);
  const running = useRef(false);
  const wanted = useRef(false);

  const run = useCallback(async () => {
    const mine = ++round.current;
    running.current = true;
    try {
      const data = await load();
      if (mine === round.current) setState({ from: load, data, error: null });
    } catch (error) {
      const keep = (old: { from: unknown; data: T | null }) => (old.from === load ? old.data : null);
      if (mine === round.current) setState((old) => ({ from: load, data: keep(old), error }));
    }
    if (mine !== round.current) return;
    running.current = false;
    if (!wanted.current) return;
    wanted.current = false;
    void run();
  }, [load]);

  // Under a stream of events this must neither wait for a quiet moment nor ask twice at once.
  const reload = useCallback(() => {
    if (timer.current !== undefined) return;
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      if (running.current) wanted.current = true;
      else void run();
    }, gatherMs);
  }, [run, gatherMs]);

  useEffect(() => {
    void run();
    return () => {
      window.clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [run]);

  const current = state.from === load;
  return { data: current ? state.data : null, error: current ? state.error : null, reload };
}
