import { describe, expect, test } from "vitest";
import type { Intent } from "../src/api/autonomy";
import type { Shift } from "../src/api/roster";
import { byNeed, isAllowed } from "../src/desk/autonomy/evidence";
import { isAbove, isAmount, roomOf } from "../src/desk/complaints/money";
import { addDays, daysOf, hoursOf, moved, shiftsOf, spanOf, startOfWeek } from "../src/desk/roster/week";
import { faultsToCsv, formatOf, sizeOf } from "../src/desk/shopdata/files";

const NO_EVIDENCE = {
  reviews: 0,
  accepted: 0,
  edited: 0,
  rejected: 0,
  fact_edits: 0,
  recalls: 0,
  complaints: 0,
  lower_bound: 0,
};
const topic = (intent: string, changed: Partial<Intent> = {}): Intent => ({
  intent,
  policy: "auto",
  level: "suggest",
  effective: "suggest",
  never_promoted: false,
  evidence: NO_EVIDENCE,
  proposal: null,
  ...changed,
});

describe("autonomy", () => {
  test("a proposal stands first, then what went wrong, then what is seen most", () => {
    const rows = [
      topic("quiet"),
      topic("seen", { evidence: { ...NO_EVIDENCE, reviews: 9 } }),
      topic("faulty", { evidence: { ...NO_EVIDENCE, recalls: 1 } }),
      topic("ripe", { proposal: { kind: "promote", level: "auto", reason: "" } }),
    ];
    expect(rows.sort(byNeed).map(({ intent }) => intent)).toEqual(["ripe", "faulty", "seen", "quiet"]);
  });

  test("nothing goes above the policy, and money, liability and safety never rise", () => {
    expect(isAllowed(topic("a"), "auto")).toBe(true);
    expect(isAllowed(topic("a", { policy: "suggest" }), "auto")).toBe(false);
    expect(isAllowed(topic("a", { never_promoted: true }), "auto")).toBe(false);
    expect(isAllowed(topic("a", { never_promoted: true }), "off")).toBe(true);
  });
});

describe("remedies", () => {
  test("all of one kind count together, in cents", () => {
    const given = [
      { kind: "coupon" as const, amount: "15.10" },
      { kind: "coupon" as const, amount: "0.20" },
      { kind: "gift" as const, amount: "9.00" },
    ];
    expect(roomOf("coupon", "20.00", given)).toEqual({ given: "15.30", left: "4.70" });
    expect(roomOf("coupon", "10.00", given).left).toBe("0.00");
  });

  test("an amount has at most two decimals and is above nothing", () => {
    expect(["1", "0.5", "12.34"].every(isAmount)).toBe(true);
    expect(["", "0", "-1", "1.234", "1e3", "abc"].some(isAmount)).toBe(false);
    expect(isAbove("4.71", "4.70")).toBe(true);
    expect(isAbove("4.70", "4.70")).toBe(false);
  });
});

describe("the roster's week", () => {
  const monday = new Date(2026, 2, 2);
  const shift = (id: string, starts: Date, ends: Date): Shift => ({
    id,
    agent: "lin",
    starts_at: starts.toISOString(),
    ends_at: ends.toISOString(),
    planned_by: "zhou",
  });

  test("begins on Monday, whatever day it is", () => {
    expect(startOfWeek(new Date(2026, 2, 8, 23, 59))).toEqual(monday);
    expect(startOfWeek(new Date(2026, 2, 2, 0, 0))).toEqual(monday);
    expect(daysOf(monday).map((day) => day.getDate())).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  test("an end that is not after its beginning is on the next day", () => {
    expect(spanOf(monday, "22:00", "06:00")).toEqual({
      starts: new Date(2026, 2, 2, 22),
      ends: new Date(2026, 2, 3, 6),
    });
    expect(spanOf(monday, "9", "18:00")).toBeNull();
    expect(spanOf(monday, "24:00", "18:00")).toBeNull();
  });

  test("a shift stands on the day it begins, and counts its hours", () => {
    const night = shift("n", new Date(2026, 2, 2, 22), new Date(2026, 2, 3, 6));
    expect(shiftsOf([night], "lin", monday)).toEqual([night]);
    expect(shiftsOf([night], "lin", addDays(monday, 1))).toEqual([]);
    expect(shiftsOf([night], "chen", monday)).toEqual([]);
    expect(hoursOf([night])).toBe(8);
    expect(moved(night, 7).starts).toEqual(new Date(2026, 2, 9, 22));
  });
});

describe("files of the shop's data", () => {
  test("the ending says the format", () => {
    expect(["a.CSV", "订单.2026.xlsx", "b.yaml"].map(formatOf)).toEqual(["csv", "xlsx", "yml"]);
    expect(["a.xls", "pdf", ""].map(formatOf)).toEqual([null, null, null]);
  });

  test("faults become a table that a spreadsheet opens, and no formula", () => {
    const csv = faultsToCsv([{ line: 3, column: "price", reason: '=1+1, "x"' }], ["行", "列", "原因"]);
    expect(csv).toBe('\ufeff行,列,原因\r\n3,price,"\'=1+1, ""x"""\r\n');
  });

  test("sizes are told in round figures", () => {
    expect([512, 2048, 3_500_000].map(sizeOf)).toEqual(["512 B", "2 KB", "3.3 MB"]);
  });
});
