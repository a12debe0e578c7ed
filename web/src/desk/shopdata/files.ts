/** What the page knows of files: their format, and the list of faults as a file of its own. */

import type { Fault, Format } from "../../api/shopData";

const ENDINGS: Record<string, Format> = {
  csv: "csv",
  tsv: "csv",
  txt: "csv",
  xlsx: "xlsx",
  xlsm: "xlsx",
  yml: "yml",
  yaml: "yml",
};

/** `订单 2026.xlsx` → `xlsx`; null for what cannot be read. */
export const formatOf = (name: string): Format | null =>
  ENDINGS[name.toLowerCase().split(".").pop() ?? ""] ?? null;

const quoted = (cell: string | number): string => {
  // A spreadsheet must not take a reason for a formula.
  const text = /^[=+\-@\t]/.test(String(cell)) ? `'${cell}` : String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The faults as CSV that spreadsheets open, with the names of its columns. */
export function faultsToCsv(faults: readonly Fault[], head: readonly [string, string, string]): string {
  const rows = [head, ...faults.map(({ line, column, reason }) => [line, column, reason] as const)];
  return `\ufeff${rows.map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}

/** `12345` → `12 KB`. */
export function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kb = bytes / 1024;
  return kb < 1024 ? `${Math.round(kb)} KB` : `${(kb / 1024).toFixed(1)} MB`;
}

/** Let the browser keep a file. */
export function keepFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
