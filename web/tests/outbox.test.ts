import { expect, test } from "vitest";
import { ApiError, Unreachable } from "../src/api/http";
import { Outbox } from "../src/chat/outbox";
import type { Outgoing, SendState } from "../src/chat/thread";

const message = (message_id: string): Outgoing => ({
  message_id,
  text: message_id,
  created_at: "2026-03-02T10:00:00+08:00",
  state: "waiting",
});

/** An outbox to a desk that answers as told: nothing to say means it takes the message. */
function outboxTo(answers: Record<string, unknown[]>) {
  const sent: string[] = [];
  const states: [string, SendState][] = [];
  const outbox = new Outbox({
    send: ({ message_id }) => {
      sent.push(message_id);
      const answer = answers[message_id]?.shift();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve();
    },
    onState: (id, state) => states.push([id, state]),
  });
  return { outbox, sent, states };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("messages go out one after the other, in order", async () => {
  const { outbox, sent, states } = outboxTo({});
  outbox.add(message("a"));
  outbox.add(message("b"));
  await settled();
  expect(sent).toEqual(["a", "b"]);
  expect(states).toEqual([
    ["a", "sending"],
    ["a", "accepted"],
    ["b", "sending"],
    ["b", "accepted"],
  ]);
});

test("what the network failed holds those behind it and goes out first, under the same id", async () => {
  const { outbox, sent, states } = outboxTo({ a: [new Unreachable("a")] });
  outbox.add(message("a"));
  await settled();
  expect(states).toEqual([
    ["a", "sending"],
    ["a", "failed"],
  ]);
  outbox.add(message("b"));
  await settled();
  expect(sent).toEqual(["a", "a", "b"]);
  expect(states.at(-1)).toEqual(["b", "accepted"]);
});

test("what the desk refused is put aside and does not hold up the rest", async () => {
  const { outbox, sent, states } = outboxTo({ a: [new ApiError(422, "invalid", "too long")] });
  outbox.add(message("a"));
  outbox.add(message("b"));
  await settled();
  await outbox.retry();
  expect(sent).toEqual(["a", "b"]);
  expect(states).toContainEqual(["a", "refused"]);
  expect(states).toContainEqual(["b", "accepted"]);
});

test.each([500, 429])("an answer %i is tried again", async (status) => {
  const { outbox, sent, states } = outboxTo({ a: [new ApiError(status, "busy", "busy")] });
  outbox.add(message("a"));
  await settled();
  expect(states.at(-1)).toEqual(["a", "failed"]);
  await outbox.retry();
  expect(sent).toEqual(["a", "a"]);
  expect(states.at(-1)).toEqual(["a", "accepted"]);
});

test("two tries at once send a message once", async () => {
  const { outbox, sent } = outboxTo({});
  outbox.add(message("a"));
  await Promise.all([outbox.retry(), outbox.retry()]);
  await settled();
  expect(sent).toEqual(["a"]);
});

test("a message that came back by another way is not sent again", async () => {
  const { outbox, sent } = outboxTo({ a: [new Unreachable("answer lost")] });
  outbox.add(message("a"));
  await settled();
  outbox.settle(new Set(["a"]));
  await outbox.retry();
  expect(sent).toEqual(["a"]);
});
