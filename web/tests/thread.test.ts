import { describe, expect, test } from "vitest";
import type { Message } from "../src/api/chat";
import { emptyThread, next, TYPING_LASTS_MS, type Happening, type Outgoing } from "../src/chat/thread";

const WHEN = "2026-03-02T10:00:00+08:00";
const said = (id: number, author: Message["author"], more: Partial<Message> = {}): Message => ({
  id,
  author,
  text: `message ${id}`,
  created_at: WHEN,
  ...more,
});
const outgoing = (message_id: string): Outgoing => ({
  message_id,
  text: "还有货吗",
  created_at: WHEN,
  state: "waiting",
});
const play = (...happenings: Happening[]) => happenings.reduce(next, emptyThread());
const received = (...messages: Message[]): Happening => ({ type: "received", messages });
const typing = (on: boolean, now = 0): Happening => ({ type: "typing", on, now });

describe("a message on its way", () => {
  test("is replaced by the desk's own reading of it", () => {
    const thread = play(
      { type: "wrote", outgoing: outgoing("a") },
      received(said(7, "customer", { message_id: "a" })),
    );
    expect(thread.outgoing).toEqual([]);
    expect(thread.messages.map(({ id }) => id)).toEqual([7]);
  });

  test("stays until the desk shows it, though it was accepted", () => {
    const thread = play(
      { type: "wrote", outgoing: outgoing("a") },
      { type: "sent", message_id: "a", state: "accepted" },
      received(said(6, "bot")),
    );
    expect(thread.outgoing.map(({ state }) => state)).toEqual(["accepted"]);
  });

  test("that came back before its receipt does not come up again", () => {
    const thread = play(
      { type: "wrote", outgoing: outgoing("a") },
      received(said(7, "customer", { message_id: "a" })),
      { type: "sent", message_id: "a", state: "accepted" },
    );
    expect(thread.outgoing).toEqual([]);
  });

  test("only the discarded one goes", () => {
    const thread = play(
      { type: "wrote", outgoing: outgoing("a") },
      { type: "wrote", outgoing: outgoing("b") },
      { type: "discarded", message_id: "a" },
    );
    expect(thread.outgoing.map(({ message_id }) => message_id)).toEqual(["b"]);
  });
});

describe("the typing sign", () => {
  test("goes when an answer comes", () => {
    expect(play(typing(true), received(said(1, "bot"))).typingUntil).toBeNull();
  });

  test("stays when the customer's own message comes back", () => {
    expect(play(typing(true), received(said(1, "customer"))).typingUntil).toBe(TYPING_LASTS_MS);
  });

  test("is not taken away by an answer that was known before", () => {
    const thread = play(received(said(1, "bot")), typing(true), received(said(1, "bot")));
    expect(thread.typingUntil).toBe(TYPING_LASTS_MS);
  });

  test("goes when the turn ends without an answer", () => {
    expect(play(typing(true), typing(false)).typingUntil).toBeNull();
  });

  test("goes by itself once its time is over, not before", () => {
    const before = play(typing(true, 1000), { type: "ticked", now: 1000 + TYPING_LASTS_MS - 1 });
    expect(before.typingUntil).toBe(1000 + TYPING_LASTS_MS);
    expect(next(before, { type: "ticked", now: 1000 + TYPING_LASTS_MS }).typingUntil).toBeNull();
  });

  test("goes when the connection is lost", () => {
    expect(play(typing(true), { type: "linked", link: "lost" }).typingUntil).toBeNull();
  });
});

describe("the place in the queue", () => {
  const place = { position: 3, eta_seconds: 240 };

  test("is shown from the receipt on and follows it", () => {
    const later = { position: 2, eta_seconds: 60 };
    expect(play({ type: "queued", place }, { type: "queued", place: later }).place).toEqual(later);
  });

  test("stays while the conversation is the queue's", () => {
    expect(play({ type: "queued", place }, { type: "owned", owner: "queue" }).place).toEqual(place);
  });

  test.each(["agent", "bot", "closed"])("ends when the conversation is the %s's", (owner) => {
    expect(play({ type: "queued", place }, { type: "owned", owner }).place).toBeNull();
  });
});

test("catching up after a break neither loses nor doubles anything", () => {
  const thread = play(
    { type: "linked", link: "live" },
    received(said(1, "customer", { message_id: "a" }), said(2, "bot")),
    { type: "linked", link: "lost" },
    { type: "wrote", outgoing: outgoing("b") },
    { type: "sent", message_id: "b", state: "failed" },
    { type: "linked", link: "live" },
    received(said(2, "bot"), said(3, "agent")),
    { type: "sent", message_id: "b", state: "accepted" },
    received(said(4, "customer", { message_id: "b" })),
    received(said(3, "agent"), said(4, "customer", { message_id: "b" })),
  );
  expect(thread.messages.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  expect(thread.outgoing).toEqual([]);
  expect(thread.link).toBe("live");
});
