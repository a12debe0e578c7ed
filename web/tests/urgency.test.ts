import { expect, test } from "vitest";
import type { Clock, Owner, Severity } from "../src/api/desk";
import { leftOf, nextClock, pressureOf } from "../src/desk/queue/clocks";
import { byUrgency } from "../src/desk/queue/urgency";

const clock = (due_at: string, started_at = "2026-03-02T10:00:00Z"): Clock => ({
  kind: "first",
  started_at,
  due_at,
});
const row = (
  name: string,
  clocks: Clock[],
  { severity = "none", owner = "queue", active_at = "2026-03-02T10:00:00Z" } = {},
) => ({ name, clocks, severity: severity as Severity, owner: owner as Owner, active_at });

test("the clock about to be lost goes first, and those without one by the latest to speak", () => {
  const rows = [
    row("quiet", [], { owner: "bot", active_at: "2026-03-02T09:00:00Z" }),
    row("later", [clock("2026-03-02T10:02:00Z")]),
    row("sooner", [clock("2026-03-02T11:00:00Z"), clock("2026-03-02T10:01:00Z")]),
    row("busy", [], { owner: "bot", active_at: "2026-03-02T10:05:00Z" }),
  ];
  expect(rows.sort(byUrgency).map(({ name }) => name)).toEqual(["sooner", "later", "busy", "quiet"]);
});

test("a major complaint that nobody has stands above every clock, one that somebody has does not", () => {
  const rows = [
    row("held", [clock("2026-03-02T10:09:00Z")], { severity: "crisis", owner: "agent" }),
    row("doubtful", [clock("2026-03-02T10:01:00Z")]),
    row("complaint", [clock("2026-03-02T10:08:00Z")], { severity: "major" }),
  ];
  expect(rows.sort(byUrgency).map(({ name }) => name)).toEqual(["complaint", "doubtful", "held"]);
});

test("a clock is calm, then soon, then lost", () => {
  const minute = clock("2026-03-02T10:01:00Z");
  const at = (second: string) => Date.parse(`2026-03-02T10:${second}Z`);
  expect(pressureOf(minute, at("00:40"))).toBe("calm");
  expect(pressureOf(minute, at("00:41"))).toBe("soon");
  expect(pressureOf(minute, at("01:00"))).toBe("soon");
  expect(pressureOf(minute, at("01:01"))).toBe("lost");
  expect(leftOf(minute, at("01:05"))).toBe(-5);
});

test("clocks compare as moments, whatever their zone", () => {
  const [early, late] = [clock("2026-03-02T10:01:00Z"), clock("2026-03-02T18:02:00+08:00")];
  expect(nextClock([late, early])).toBe(early);
  expect(nextClock([])).toBeNull();
});
