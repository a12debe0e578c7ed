import { expect, test } from "vitest";
import { lastWords } from "../src/desk/care/said";

const said = (author: "customer" | "bot", text: string, recalled_by: string | null = null) => ({
  author,
  text,
  recalled_by,
});

test("a complaint begins with the last three messages, without photos and what was taken back", () => {
  const messages = [
    said("customer", "你好"),
    said("customer", "鞋子开胶了"),
    said("bot", "非常抱歉"),
    said("customer", " "),
    said("customer", "才穿两天 "),
    said("customer", "打错了", "b001"),
    said("customer", "我要投诉"),
  ];
  expect(lastWords(messages)).toBe("鞋子开胶了\n才穿两天\n我要投诉");
  expect(lastWords([])).toBe("");
});
