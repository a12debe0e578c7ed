import { expect, test } from "vitest";
import type { ConversationSummary, DeskMessage } from "../src/api/desk";
import type { Note } from "../src/api/notes";
import { isUnread } from "../src/desk/conversations/useSeen";
import { formatValue } from "../src/desk/drafts/text";
import { mergeEntries } from "../src/desk/notes/entries";
import { listPages } from "../src/desk/pages";
import { typedOf } from "../src/desk/phrases/usePhrases";
import { hrefOf, partsOf } from "../src/desk/route";
import { mend } from "../src/desk/tone/mend";
import { countFigures } from "../src/desk/wall/figures";
import { scrollToRow, visibleRows } from "../src/shared/window";

test("of many rows only those in sight and a few around them are drawn", () => {
  expect(visibleRows(500, 88, 0, 880)).toEqual({ from: 0, to: 18 });
  expect(visibleRows(500, 88, 8800, 880)).toEqual({ from: 92, to: 118 });
  expect(visibleRows(500, 88, 43_120, 880)).toEqual({ from: 482, to: 500 });
});

test("a list that became shorter than its scrolling still draws its last row", () => {
  expect(visibleRows(3, 88, 8800, 880)).toEqual({ from: 2, to: 3 });
  expect(visibleRows(0, 88, 0, 880)).toEqual({ from: 0, to: 0 });
});

test("a row is scrolled to only when it is out of sight", () => {
  expect(scrollToRow(0, 88, 500, 880)).toBe(0);
  expect(scrollToRow(8, 88, 500, 880)).toBe(500);
  expect(scrollToRow(20, 88, 500, 880)).toBe(21 * 88 - 880);
});

test("a finding is mended by characters, also behind one that takes two of JavaScript's", () => {
  expect(mend("😊今天不能发", { start: 3, end: 5, better: "晚些" })).toBe("😊今天晚些发");
  expect(mend("嗯您好", { start: 0, end: 1, better: "" })).toBe("您好");
});

test("only a slash at the very start asks for a phrase", () => {
  expect(typedOf("/")).toBe("");
  expect(typedOf("/fh")).toBe("fh");
  expect(typedOf("1/2")).toBeNull();
  expect(typedOf("/两行\n字")).toBeNull();
});

const said = (id: number, created_at: string) => ({ id, created_at }) as DeskMessage;
const noted = (id: string, created_at: string) => ({ id, created_at }) as Note;

test("notes stand where they were written, whatever zone their time is in", () => {
  const entries = mergeEntries(
    [said(1, "2026-03-02T10:00:00Z"), said(2, "2026-03-02T10:02:00Z")],
    [noted("a", "2026-03-02T18:01:00+08:00"), noted("b", "2026-03-02T10:02:00Z")],
  );
  expect(entries.map(({ key }) => key)).toEqual(["m1", "na", "m2", "nb"]);
});

test("only newer words of the customer are unread", () => {
  const last = (author: "customer" | "bot") => ({
    last_message: { author, text: "x", created_at: "2026-03-02T10:00:00Z" },
  });
  expect(isUnread(last("customer"), undefined)).toBe(true);
  expect(isUnread(last("customer"), "2026-03-02T09:59:00Z")).toBe(true);
  expect(isUnread(last("customer"), "2026-03-02T10:00:00Z")).toBe(false);
  expect(isUnread(last("bot"), undefined)).toBe(false);
  expect(isUnread({ last_message: null }, undefined)).toBe(false);
});

test("an address names a page and what it is about", () => {
  expect(partsOf("#/c/01JN")).toEqual(["c", "01JN"]);
  expect(partsOf("")).toEqual([]);
  expect(partsOf(hrefOf("c", "a/b c"))).toEqual(["c", "a/b c"]);
});

test("a page is listed only for who may open it", () => {
  expect(listPages({ permissions: ["answer"] })).toEqual([]);
  expect(listPages({ permissions: ["supervise"] })).toContain("wall");
});

test("the wall counts who waits, what is late and who has the rest", () => {
  const now = Date.parse("2026-03-02T10:10:00Z");
  const clock = (due_at: string) => [{ kind: "first", started_at: "2026-03-02T10:00:00Z", due_at }];
  const open = [
    {
      owner: "queue",
      severity: "major",
      handoff: { waiting_since: "2026-03-02T10:05:00Z" },
      clocks: clock("2026-03-02T10:09:00Z"),
    },
    {
      owner: "queue",
      severity: "none",
      handoff: { waiting_since: "2026-03-02T10:04:00Z" },
      clocks: clock("2026-03-02T10:11:00Z"),
    },
    { owner: "agent", assignee: "lin", severity: "none", clocks: clock("2026-03-02T10:08:00Z") },
    { owner: "agent", assignee: "chen", severity: "none", clocks: [] },
    { owner: "agent", assignee: "lin", severity: "major", clocks: [] },
    { owner: "bot", severity: "none", clocks: [] },
  ] as unknown as ConversationSummary[];
  expect(countFigures(open, now)).toEqual({
    waiting: 2,
    longestSince: "2026-03-02T10:04:00Z",
    late: 2,
    grave: 1,
    withBot: 1,
    withPeople: 3,
  });
});

test("figures read as people say them, moments in short", () => {
  const day = new Date(2020, 0, 5, 9, 30);
  expect(formatValue(day.toISOString())).toBe("2020-01-05 09:30");
  expect(formatValue(["36", null])).toBe("36, —");
  expect(formatValue("2020-01-05")).toBe("2020-01-05");
  expect(formatValue(7)).toBe("7");
});
