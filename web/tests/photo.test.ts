import { afterEach, expect, test, vi } from "vitest";
import { leavePhoto, sendMessage } from "../src/api/chat";
import { ApiError, Unreachable } from "../src/api/http";
import { explain } from "../src/chat/photo";
import { toRows } from "../src/chat/rows";
import { emptyThread } from "../src/chat/thread";
import type { Words } from "../src/chat/words";

const words = {
  photoUnsent: "unsent",
  photoTooLarge: "large",
  photoRefused: "refused",
} as Words;

afterEach(() => vi.unstubAllGlobals());

test("a photo goes out as the file it is, then as the photo of a message", async () => {
  const asked: [string, RequestInit][] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    asked.push([path, init]);
    return Promise.resolve(Response.json({ id: "p1" }));
  });
  const file = new Blob(["x"], { type: "image/png" });
  await sendMessage("m1", "", undefined, [(await leavePhoto(file)).id]);
  expect(asked.map(([path, { method }]) => [method, path])).toEqual([
    ["POST", "/api/v1/chat/photos"],
    ["POST", "/api/v1/chat/messages"],
  ]);
  expect(asked[0]?.[1].body).toBe(file);
  expect(asked[0]?.[1].headers).toEqual({ "Content-Type": "image/png", "X-Xiaoer-Csrf": "1" });
  expect(JSON.parse(asked[1]?.[1].body as string)).toEqual({ message_id: "m1", text: "", photos: ["p1"] });
});

const told: [Error, string][] = [
  [new ApiError(413, "too_large", ""), "large"],
  [new ApiError(415, "photo_refused", ""), "refused"],
  [new ApiError(500, "internal", ""), "unsent"],
  [new Unreachable("POST"), "unsent"],
];

test.each(told)("%s is told as: %s", (error, said) => {
  expect(explain(error, words)).toBe(said);
});

test("a message's photos come with its row", () => {
  const at = "2026-03-01T10:00:00+08:00";
  const message = { id: 1, author: "customer" as const, text: "", created_at: at, photos: ["p1"] };
  const [row] = toRows({ ...emptyThread(), messages: [message] }, words);
  expect(row?.content).toMatchObject({ text: "", author: "customer", photos: ["p1"] });
});
