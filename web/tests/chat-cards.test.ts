import { describe, expect, test } from "vitest";
import type { Message } from "../src/api/chat";
import { stepsOf } from "../src/chat/cards/ReturnView";
import { toRows, type RowContent } from "../src/chat/rows";
import { emptyThread, next } from "../src/chat/thread";
import type { Words } from "../src/chat/words";

const words = { bot: "bot", agent: "agent", shop: "shop" } as Words;
const said = (id: number, cards: string[]): Message => ({
  id,
  author: "bot",
  text: "…",
  created_at: "2026-03-02T10:00:00+08:00",
  cards,
});
const cardsOf = (...messages: Message[]) =>
  toRows(next(emptyThread(), { type: "received", messages }), words).map(
    (row) => (row.content as RowContent).cards,
  );

describe("cards", () => {
  test("stand once, below the last message that speaks of them", () => {
    const rows = cardsOf(said(1, ["order:A", "stock:S"]), said(2, ["order:A"]));
    expect(rows).toEqual([["stock:S"], ["order:A"]]);
  });

  test("go with a message that is taken back", () => {
    const thread = [
      { type: "received" as const, messages: [said(1, ["order:A"])] },
      { type: "recalled" as const, id: 1 },
    ].reduce(next, emptyThread());
    expect(thread.messages).toMatchObject([{ text: "", cards: [], recalled: true }]);
  });
});

describe("the steps of a return", () => {
  const at = "2026-03-01T12:00:00+08:00";
  const done = (...names: string[]) => names.map((name) => ({ name, at }));

  test("are those taken, then those of its kind still to come", () => {
    const taken = done("requested", "approved");
    const steps = stepsOf({ request_kind: "exchange", state: "approved", steps: taken });
    expect(steps.map(({ name, at }) => [name, at !== null])).toEqual([
      ["requested", true],
      ["approved", true],
      ["shipped_back", false],
      ["received", false],
      ["checked", false],
      ["exchange_sent", false],
    ]);
  });

  test("leave out a step that was skipped", () => {
    const steps = stepsOf({
      request_kind: "return",
      state: "shipped_back",
      steps: done("requested", "shipped_back"),
    });
    expect(steps[1]?.name).toBe("shipped_back");
  });

  test("end with a request that was declined", () => {
    const taken = done("requested", "rejected");
    const steps = stepsOf({ request_kind: "return", state: "rejected", steps: taken });
    expect(steps.map(({ name }) => name)).toEqual(["requested", "rejected"]);
  });
});

test("a new word after the end opens the conversation again", () => {
  const closed = next(emptyThread(), { type: "owned", owner: "closed" });
  const again = next(closed, { type: "received", messages: [{ ...said(9, []), author: "customer" }] });
  expect([closed.owner, again.owner]).toEqual(["closed", null]);
});
