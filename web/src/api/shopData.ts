/** The shop's data in files, in and out. */

import { ApiError, get, Unreachable } from "./http";

export const KINDS = [
  "products",
  "skus",
  "sizes",
  "orders",
  "shipments",
  "customers",
  "coupons",
  "promotions",
] as const;
export type Kind = (typeof KINDS)[number];
export type Format = "csv" | "xlsx" | "yml";

/** The first records as they are understood. */
export interface Sample {
  columns: string[];
  rows: string[][];
}

export interface Imported {
  created: number;
  updated: number;
  unchanged: number;
  checked_only: boolean;
  sample: Sample | null;
}

export interface Fault {
  line: number;
  column: string;
  reason: string;
}

/** The body of a refused file. */
export interface Refusal {
  faults?: number;
  rows?: Fault[];
  sample?: Sample | null;
}

export const listMappings = (): Promise<string[]> => get("/api/v1/shop/mappings");

export interface ImportWish {
  kind: Kind;
  format: Format;
  mapping: string | null;
  check: boolean;
}

/** Hand a file over; `onSent` hears the share that is under way. Throws like `request`. */
export function importFile(file: Blob, wish: ImportWish, onSent: (share: number) => void): Promise<Imported> {
  const query = new URLSearchParams({ format: wish.format, check: String(wish.check) });
  if (wish.mapping !== null) query.set("mapping", wish.mapping);
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest(); // fetch does not tell how much was sent
    call.open("POST", `/api/v1/shop/import/${wish.kind}?${query}`);
    call.setRequestHeader("X-Xiaoer-Csrf", "1");
    call.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    call.responseType = "json";
    call.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 1);
    call.upload.onload = () => onSent(1);
    call.onerror = () => reject(new Unreachable("import"));
    call.onload = () => {
      const body = call.response as ({ error?: string; message?: string } & Imported) | null;
      if (call.status === 200 && body !== null) resolve(body);
      else if ([502, 503, 504].includes(call.status)) reject(new Unreachable("import"));
      else {
        const code = body?.error ?? String(call.status);
        reject(new ApiError(call.status, code, body?.message ?? call.statusText, body));
      }
    };
    call.send(file);
  });
}

/** All records of a kind as a file. */
export async function exportFile(kind: Kind, format: Format): Promise<Blob> {
  let answered: Response;
  try {
    answered = await fetch(`/api/v1/shop/export/${kind}?format=${format}`, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-Xiaoer-Csrf": "1" },
    });
  } catch (cause) {
    throw new Unreachable("export", { cause });
  }
  if (!answered.ok) {
    const body = (await answered.json().catch(() => null)) as { error?: string; message?: string } | null;
    throw new ApiError(answered.status, body?.error ?? "", body?.message ?? answered.statusText, body);
  }
  return answered.blob();
}
