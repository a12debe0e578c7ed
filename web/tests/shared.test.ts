import { expect, test } from "vitest";
import { retryDelay } from "../src/api/live";
import { findItems } from "../src/chat/search";
import { formatValue, textOf } from "../src/desk/drafts/text";
import {
  dayOf,
  formatDuration,
  formatMoment,
  fromField,
  minutesOf,
  secondsSince,
  toField,
} from "../src/shared/time";

test("the wait between tries doubles up to a quarter of a minute", () => {
  expect([0, 1, 2, 5, 30].map(retryDelay)).toEqual([500, 1000, 2000, 15_000, 15_000]);
});

test.each([
  [-3, "0:00"],
  [42.9, "0:42"],
  [725, "12:05"],
  [3723, "1:02:03"],
])("%d seconds read as %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test("a moment of today is its time, another day carries its date", () => {
  const now = new Date(2026, 2, 2, 12, 0);
  expect(formatMoment(new Date(2026, 2, 2, 9, 5).toISOString(), now)).toBe("09:05");
  expect(formatMoment(new Date(2026, 1, 28, 23, 59).toISOString(), now)).toBe("02-28 23:59");
});

const SHANGHAI = "Asia/Shanghai";
const BERLIN = "Europe/Berlin";

test("a moment is read in the shop's zone, wherever its reader is", () => {
  const now = new Date("2026-03-02T17:00:00Z"); // the 3rd in Shanghai
  expect(formatMoment("2026-03-02T16:05:00Z", now, SHANGHAI)).toBe("00:05");
  expect(formatMoment("2026-03-02T15:59:00Z", now, SHANGHAI)).toBe("03-02 23:59");
  expect(formatMoment("2026-03-02T15:59:00Z", now, BERLIN)).toBe("16:59");
  expect(dayOf(now, SHANGHAI)).toBe("2026-03-03");
});

test("a moment of another year carries its year", () => {
  const now = new Date("2026-01-01T10:00:00Z");
  expect(formatMoment("2025-12-31T10:00:00Z", now, SHANGHAI)).toBe("2025-12-31 18:00");
});

test.each([
  ["2026-03-02T09:05", SHANGHAI, "2026-03-02T01:05:00.000Z"],
  ["2026-03-29T03:30", BERLIN, "2026-03-29T01:30:00.000Z"], // the hour after the clocks went on
  ["2026-10-25T01:30", BERLIN, "2026-10-24T23:30:00.000Z"], // the hour before they go back
])("a field of %s in %s is the moment %s, and back", (field, zone, iso) => {
  const at = fromField(field, zone);
  expect(at?.toISOString()).toBe(iso);
  expect(at && toField(at, zone)).toBe(field);
});

test("an empty field is no moment", () => {
  expect(fromField("", SHANGHAI)).toBeNull();
});

test("an estimate is never under a minute and never too short", () => {
  expect([0, 59, 60, 61, 250].map(minutesOf)).toEqual([1, 1, 1, 2, 5]);
});

test("seconds since a moment count its zone", () => {
  expect(secondsSince("2026-03-02T10:00:00+08:00", Date.parse("2026-03-02T02:00:30Z"))).toBe(30);
});

const item = (id: string, title: string) => ({ id, title, short_name: "", price: "1.00", image: null });

test("an item is found by every word of the query, in any order, by its id too", () => {
  const items = [item("P1001", "青禾 轻羽跑鞋 透气"), item("P1002", "青禾 马丁靴")];
  expect(findItems(items, "跑鞋 青禾").map(({ id }) => id)).toEqual(["P1001"]);
  expect(findItems(items, "p1002").map(({ id }) => id)).toEqual(["P1002"]);
  expect(findItems(items, "  ")).toEqual(items);
  expect(findItems(items, "跑鞋 马丁")).toEqual([]);
});

test.each([
  [null, "—"],
  ["", "—"],
  [0, "0"],
  [false, "false"],
  ["12.00", "12.00"],
  [["38", "39"], "38, 39"],
  [{ order_no: "1", quantity: 2, note: null }, "1 2"],
])("the figure %j reads as %s", (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test("a draft's sentences stand one below the other", () => {
  const reply = (text: string) => ({ text, script: "s", facts: [] });
  const draft = { replies: [reply("一"), reply("二")] };
  expect(textOf(draft)).toBe("一\n二");
});
