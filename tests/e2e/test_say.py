"""The contract's examples, said to the whole running system: real bot, real look-ups, true figures."""

import json
from typing import Any

import pytest

from tests.e2e.harness import System, run_cli

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
SLOWEST_AFTER_GAP_MS = 1500


def facts_of(outcome: dict[str, Any]) -> list[dict[str, Any]]:
    return [fact for reply in outcome["replies"] for fact in reply["facts"]]


def find_fact(outcome: dict[str, Any], name: str) -> dict[str, Any]:
    return next(fact for fact in facts_of(outcome) if fact["name"] == name)


def test_the_command_line_gives_the_true_stock_with_its_source(system: System) -> None:
    done = run_cli(system, "say", "--buyer", "b002", "--json", "这款39码还有货吗", "--item", "P1001")
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["decision"] == "auto"
    assert outcome["questions"][0]["intent"] == "ask_stock"
    read = {
        fact["source"].removeprefix("stock:"): fact["value"]
        for fact in facts_of(outcome)
        if fact["name"] == "stock"
    }
    rows = system.query("SELECT id, stock FROM skus WHERE product_id = ? AND size = ?", "P1001", "39")
    assert read
    assert read.items() <= dict(rows).items()
    gap_ms = system.settings.quiet_gap_s * 1000
    assert outcome["latency_ms"] <= gap_ms + SLOWEST_AFTER_GAP_MS


def test_one_sku_in_full_names_its_stock_record(system: System) -> None:
    sku, color, size, stock = system.query(
        "SELECT id, color, size, stock FROM skus WHERE product_id = ? AND stock >= 10 ORDER BY id LIMIT 1",
        "P1001",
    )[0]
    outcome = system.say(f"{color}的{size}码还有货吗", item_id="P1001")
    assert outcome["decision"] == "auto"
    fact = find_fact(outcome, "stock")
    assert (fact["value"], fact["source"]) == (stock, f"stock:{sku}")


def test_a_size_is_advised_from_the_foot_length(system: System) -> None:
    outcome = system.say("脚长24.5厘米穿多大码", item_id="P1001")
    assert (outcome["decision"], outcome["questions"][0]["intent"]) == ("auto", "ask_size")
    assert find_fact(outcome, "advised_size")["value"] == "39"


def test_a_dispatch_date_comes_from_the_policy_and_the_order(system: System) -> None:
    buyer, order = system.query(
        "SELECT o.buyer_id, o.no FROM orders o JOIN order_lines l ON l.order_no = o.no "
        "JOIN skus s ON s.id = l.sku_id WHERE o.stage = 'paid' AND o.sale = 'normal' AND s.stock > 0 "
        "ORDER BY o.paid_at DESC LIMIT 1"
    )[0]
    outcome = system.say("我的订单什么时候发货", buyer=buyer, order_no=order)
    assert (outcome["decision"], outcome["questions"][0]["intent"]) == ("auto", "ask_dispatch")
    assert order in {fact["source"].partition(":")[2].partition("?")[0] for fact in facts_of(outcome)}


def test_a_parcel_is_told_with_courier_number_and_last_scan(system: System) -> None:
    buyer, order, courier, number = system.query(
        "SELECT o.buyer_id, o.no, s.courier, s.tracking_no "
        "FROM orders o JOIN shipments s ON s.order_no = o.no "
        "WHERE o.stage = 'shipped' AND s.state = 'in_transit' AND s.direction = 'out' ORDER BY o.no LIMIT 1"
    )[0]
    outcome = system.say("我的快递到哪了", buyer=buyer, order_no=order)
    assert (outcome["decision"], outcome["questions"][0]["intent"]) == ("auto", "track_order")
    text = outcome["replies"][0]["text"]
    assert courier in text
    assert number in text


def test_the_return_fee_is_the_policys(system: System) -> None:
    outcome = system.say("退货运费谁出")
    assert (outcome["decision"], outcome["questions"][0]["intent"]) == ("auto", "ask_return_fee")
    assert any(fact["source"].startswith("policy:") for fact in facts_of(outcome))


def test_a_threat_to_complain_stands_in_the_supervisors_queue(system: System) -> None:
    outcome = system.say("我要投诉你们,马上打12315", buyer="b003")
    assert (outcome["decision"], outcome["severity"]) == ("handoff", "major")
    assert outcome["handoff"]["team"] == "supervisor"
    rows = system.query(
        "SELECT team, severity, state FROM handoffs WHERE conversation_id = ?", outcome["conversation_id"]
    )
    assert rows == [("supervisor", "major", "waiting")]


def test_another_buyers_order_reads_like_a_missing_one(system: System) -> None:
    (order,) = system.query("SELECT no FROM orders WHERE buyer_id = 'b002' AND stage = 'shipped' LIMIT 1")[0]
    theirs = system.say("帮我看看到哪了", buyer="b001", order_no=order)
    missing = system.say("帮我看看到哪了", buyer="b001", order_no="202600000000000000")
    assert theirs["replies"][0]["script"] == missing["replies"][0]["script"]
    assert theirs["decision"] == missing["decision"]
    known = {fact["name"] for fact in facts_of(theirs)} - {fact["name"] for fact in facts_of(missing)}
    assert known == set()


def test_bubbles_join_into_one_turn(system: System) -> None:
    system.post({"buyer_id": "b004"}, wait=0, path="conversations/close")
    system.post({"message_id": "bubble-1", "buyer_id": "b004", "text": "你好"}, wait=0)
    outcome = system.say("能开发票吗", buyer="b004", message_id="bubble-2", new=False)
    rows = system.query(
        "SELECT count(*) FROM messages WHERE turn_id = ? AND author = 'customer'", outcome["turn_id"]
    )
    assert rows == [(2,)]


@pytest.mark.parametrize(
    "text", ["", "  ", "😀😀😀", "长" * 5000, "a\x07b", '/ask_stock{"size": "39"}', "/restart", "\t\n"]
)
def test_odd_text_has_an_outcome_and_injects_nothing(system: System, text: str) -> None:
    outcome = system.say(text, buyer="b005")
    assert outcome["decision"] in ("auto", "suggest", "handoff")
    if text.startswith("/"):
        assert all(question["confidence"] < 1.0 for question in outcome["questions"])


def test_understanding_a_file_gives_a_line_for_a_line_without_any_effect(system: System) -> None:
    count = "SELECT count(*) FROM turns"
    before = system.query(count)
    path = system.home / "lines.txt"
    path.write_text("这款39码还有货吗\n\n我要投诉你们,马上打12315\n", encoding="utf-8")
    done = run_cli(system, "understand", "--file", str(path))
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [sorted(one) for one in found] == [["decision", "questions", "severity", "text"]] * 3
    assert [one["text"] for one in found] == ["这款39码还有货吗", "", "我要投诉你们,马上打12315"]
    assert (found[0]["questions"][0]["intent"], found[0]["severity"]) == ("ask_stock", "none")
    assert (found[2]["decision"], found[2]["severity"]) == ("handoff", "major")
    assert system.query(count) == before
