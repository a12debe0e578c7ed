import { expect, test } from "vitest";
import { lastId, mergeMessages } from "../src/shared/messages";

const at = (id: number, text = "") => ({ id, text });

test("a message that comes twice stands once", () => {
  expect(mergeMessages([at(1), at(2)], [at(2), at(3)])).toEqual([at(1), at(2), at(3)]);
});

test("a message that comes late is put where its id belongs", () => {
  expect(mergeMessages([at(1), at(4)], [at(3)]).map(({ id }) => id)).toEqual([1, 3, 4]);
});

test("the later reading of a message wins", () => {
  expect(mergeMessages([at(1, "old")], [at(1, "new")])).toEqual([at(1, "new")]);
});

test("ids are compared as numbers", () => {
  expect(mergeMessages([at(9)], [at(10)]).map(({ id }) => id)).toEqual([9, 10]);
});

test("the lists given stay as they were", () => {
  const known = [at(2)];
  mergeMessages(known, [at(1)]);
  expect(known).toEqual([at(2)]);
});

test("before the first message the catch-up asks from the start", () => {
  expect(lastId([])).toBe(0);
  expect(lastId([at(3), at(8)])).toBe(8);
});
