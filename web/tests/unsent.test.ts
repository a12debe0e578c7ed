import { beforeEach, expect, test, vi } from "vitest";
import { findUnsent, keepUnsent } from "../src/desk/conversations/unsent";

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  });
});

test("words keep their id as long as they stay the same, in each conversation its own", () => {
  keepUnsent("c1", "您好");
  keepUnsent("c2", "您好");
  const first = findUnsent("c1");
  keepUnsent("c1", "您好");
  expect(findUnsent("c1")).toEqual(first);
  expect(findUnsent("c2")?.id).not.toBe(first?.id);
  keepUnsent("c1", "您好，请稍等");
  expect(findUnsent("c1")?.text).toBe("您好，请稍等");
  expect(findUnsent("c1")?.id).not.toBe(first?.id);
});

test("what was sent is forgotten, and of very many the oldest go", () => {
  keepUnsent("c0", "您好");
  for (let number = 1; number <= 100; number++) keepUnsent(`c${number}`, "您好");
  expect(findUnsent("c0")).toBeNull();
  expect(findUnsent("c1")?.text).toBe("您好");
  keepUnsent("c1", "");
  expect(findUnsent("c1")).toBeNull();
});
