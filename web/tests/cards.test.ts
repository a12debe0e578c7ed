import { describe, expect, test } from "vitest";
import type { Colleague } from "../src/api/handover";
import type { Attachment, Fact } from "../src/api/desk";
import { cardsByMessage } from "../src/desk/conversations/cards";
import { listReceivers } from "../src/desk/handover/receivers";

const OWN = ["2026112200150030", "2026112200150031"];
const read_at = "2026-03-02T02:00:00Z";
const fact = (source: string): Fact => ({ name: "stage", value: "paid", source, read_at });
const said = (id: number, text: string, facts: Fact[] = [], attachments: Attachment[] = []) => ({
  id,
  text,
  facts,
  attachments,
});

describe("cards under messages", () => {
  test("an order is a card when it is named, rested on or come with, and only the buyer's own", () => {
    const found = cardsByMessage(
      [
        said(1, "2026112200150030 到哪了"),
        said(2, "2026999900150030 呢"),
        said(3, "已发货", [fact("order:2026112200150031")]),
        said(4, "", [], [{ type: "order", order_no: "2026112200150030" }]),
      ],
      OWN,
    );
    expect([...found.values()].map(({ orders }) => orders)).toEqual([
      ["2026112200150030"],
      [],
      ["2026112200150031"],
      ["2026112200150030"],
    ]);
  });

  test("an item is a card when the customer came with it or a figure of it was told", () => {
    const found = cardsByMessage(
      [
        said(1, "有货吗", [], [{ type: "item", item_id: "P1001" }]),
        said(2, "这款也有", [fact("range:P1002?size=39")]),
        said(3, "运费", [fact("policy:shipping")]),
      ],
      OWN,
    );
    expect([...found.values()].map(({ items }) => items)).toEqual([["P1001"], ["P1002"], []]);
  });

  test("what the talk is about already stands once", () => {
    const about = (id: number) => said(id, "", [fact("order:2026112200150030")]);
    const found = cardsByMessage([about(1), said(2, "好的"), about(3)], OWN);
    expect([...found.values()].map(({ orders }) => orders.length)).toEqual([1, 0, 0]);
  });
});

test("a conversation goes to who is there and has most room, never to oneself", () => {
  const one = (name: string, online: boolean, load: number): Colleague => ({
    name,
    display_name: name,
    teams: [],
    online,
    load,
    capacity: 8,
  });
  const all = [one("lin", true, 1), one("chen", true, 7), one("zhou", false, 0), one("sun", true, 2)];
  expect(listReceivers(all, "lin").map(({ name }) => name)).toEqual(["sun", "chen", "zhou"]);
});
