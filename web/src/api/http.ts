/** Calls to the desk's API: one place for time-outs, cookies and errors. */

const TIMEOUT_MS = 10_000;

/** A photo over a slow network takes its time. */
const UPLOAD_TIMEOUT_MS = 60_000;

/** Only a page of ours can send the second one: the desk wants it with every change. */
const CHANGE_HEADERS = { "Content-Type": "application/json", "X-Xiaoer-Csrf": "1" };

/** The desk answered, but not with what was asked for. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly body: unknown = null,
  ) {
    super(message);
  }

  /** The stable name of the ground, where the code has several. */
  get reason(): string | null {
    return (this.body as ErrorBody | null)?.reason ?? null;
  }
}

/** No answer at all: no network, desk down, or too slow. */
export class Unreachable extends Error {}

/** What every error answer of the desk holds; some carry more. */
interface ErrorBody {
  error?: string;
  message?: string;
  reason?: string;
}

async function toApiError(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as ErrorBody | null;
  const code = body?.error ?? String(response.status);
  return new ApiError(response.status, code, body?.message ?? response.statusText, body);
}

async function ask<T>(path: string, init: RequestInit, timeout: number): Promise<T> {
  const name = `${init.method} ${path}`;
  let response: Response;
  try {
    response = await fetch(path, {
      credentials: "same-origin",
      signal: AbortSignal.timeout(timeout),
      ...init,
    });
  } catch (cause) {
    throw new Unreachable(name, { cause });
  }
  if ([502, 503, 504].includes(response.status)) throw new Unreachable(name);
  if (!response.ok) throw await toApiError(response);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** Ask the desk; throws ApiError or Unreachable (which a starting desk or its proxy counts as). */
export const request = <T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> =>
  ask(
    path,
    { method, ...(method === "POST" ? { body: JSON.stringify(body), headers: CHANGE_HEADERS } : {}) },
    TIMEOUT_MS,
  );

/** Hand over a file as it is; throws like `request`. */
export const upload = <T>(path: string, file: Blob): Promise<T> => {
  const headers = { ...CHANGE_HEADERS, "Content-Type": file.type || "application/octet-stream" };
  return ask(path, { method: "POST", body: file, headers }, UPLOAD_TIMEOUT_MS);
};

export const get = <T>(path: string): Promise<T> => request<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}): Promise<T> => request<T>("POST", path, body);
