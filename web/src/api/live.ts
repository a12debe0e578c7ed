/** A Server-Sent Events stream that never gives up and says whether it is up. */

export type Link = "connecting" | "live" | "lost";

export interface LiveOptions {
  path: string;
  /** Event names with what to do with their parsed data. */
  on: Record<string, (data: unknown) => void>;
  /** Called at every change; on "live" the owner catches up with what it missed. */
  onLink: (link: Link) => void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/** How long to wait before try number `attempt` (from 0), in milliseconds. */
export function retryDelay(attempt: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
}

/** Open the stream; the result closes it for good. */
export function openLive({ path, on, onLink }: LiveOptions): () => void {
  let source: EventSource | null = null;
  let timer: number | undefined;
  let attempt = 0;

  const connect = () => {
    window.clearTimeout(timer);
    source?.close();
    const stream = new EventSource(path);
    source = stream;
    stream.onopen = () => {
      attempt = 0;
      onLink("live");
    };
    stream.onerror = () => {
      onLink("lost");
      // The browser resumes a broken stream itself (with Last-Event-ID); a refused one is ours to retry.
      if (stream.readyState === EventSource.CLOSED) {
        timer = window.setTimeout(connect, retryDelay(attempt++));
      }
    };
    for (const [name, handle] of Object.entries(on)) {
      stream.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data)));
    }
  };
  const lose = () => onLink("lost");

  window.addEventListener("online", connect);
  window.addEventListener("offline", lose);
  onLink("connecting");
  connect();
  return () => {
    window.removeEventListener("online", connect);
    window.removeEventListener("offline", lose);
    window.clearTimeout(timer);
    source?.close();
  };
}
