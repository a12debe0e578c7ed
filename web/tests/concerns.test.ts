import { describe, expect, it } from "vitest";
import { concerns } from "../src/desk/conversations/concerns";

const SHOWN = new Set(["c1"]);

describe("what makes a list read again", () => {
  it("one's own list hears of its conversations only", () => {
    expect(concerns("mine", SHOWN, "c1", "message")).toBe(true);
    expect(concerns("mine", SHOWN, "c2", "message")).toBe(false);
    expect(concerns("mine", SHOWN, "c2", "turn")).toBe(false);
  });

  it("a conversation that moves may have come or gone", () => {
    for (const kind of ["owner", "transfer", "offer"]) expect(concerns("mine", SHOWN, "c2", kind)).toBe(true);
  });

  it("after a lost link anything may be different", () => {
    expect(concerns("mine", SHOWN, null, "link")).toBe(true);
  });

  it("the lists of everybody hear of everything", () => {
    for (const view of ["queue", "bot", "all"] as const) {
      expect(concerns(view, SHOWN, "c2", "message")).toBe(true);
    }
  });
});
