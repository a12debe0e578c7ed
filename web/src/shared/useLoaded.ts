import { useCallback, useEffect, useRef, useState } from "react";

export interface Loaded<T> {
  data: T | null;
  error: unknown;
  /** Look again; many calls in a short time become one. */
  reload: () => void;
}

const GATHER_MS = 120;

/** What `load` gives, kept while it is loaded again; an answer that was overtaken is dropped. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ from: unknown; data: T | null; error: unknown }>({
    from: load,
    data: null,
    error: null,
  });
  const round = useRef(0);
  const timer = useRef<number | undefined>(undefined);

  const run = useCallback(async () => {
    const mine = ++round.current;
    try {
      const data = await load();
      if (mine === round.current) setState({ from: load, data, error: null });
    } catch (error) {
      const keep = (old: { from: unknown; data: T | null }) => (old.from === load ? old.data : null);
      if (mine === round.current) setState((old) => ({ from: load, data: keep(old), error }));
    }
  }, [load]);

  const reload = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => void run(), GATHER_MS);
  }, [run]);

  useEffect(() => {
    void run();
    return () => window.clearTimeout(timer.current);
  }, [run]);

  const current = state.from === load;
  return { data: current ? state.data : null, error: current ? state.error : null, reload };
}
