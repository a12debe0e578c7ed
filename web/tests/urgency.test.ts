import { expect, test } from "vitest";
import type { Handoff } from "../src/api/desk";
import { byUrgency } from "../src/desk/queue/urgency";

const handoff = (priority: number, waiting_since: string, state = "waiting"): Handoff => ({
  id: "h",
  team: "presales",
  priority,
  reason: "doubtful",
  severity: "none",
  state,
  waiting_since,
  claimed_by: null,
});
const row = (name: string, entry: Handoff | null, active_at = "2026-03-02T10:00:00Z") => ({
  name,
  handoff: entry,
  active_at,
});

test("the graver goes first, then who waits longer, then the latest to speak", () => {
  const rows = [
    row("quiet", null, "2026-03-02T09:00:00Z"),
    row("doubtful, new", handoff(5, "2026-03-02T10:02:00Z")),
    row("doubtful, old", handoff(5, "2026-03-02T10:01:00Z")),
    row("busy", null, "2026-03-02T10:05:00Z"),
    row("complaint", handoff(1, "2026-03-02T10:03:00Z")),
  ];
  expect(rows.sort(byUrgency).map(({ name }) => name)).toEqual([
    "complaint",
    "doubtful, old",
    "doubtful, new",
    "busy",
    "quiet",
  ]);
});

test("a claimed entry waits no more", () => {
  const rows = [row("claimed", handoff(0, "2026-03-02T10:00:00Z", "claimed")), row("waits", handoff(5, "x"))];
  expect(rows.sort(byUrgency).map(({ name }) => name)).toEqual(["waits", "claimed"]);
});
