"""`xiaoer say`: one message as a buyer, and what came of it."""

import uuid
from typing import Annotated, Any

import typer

from desk.cli.shared import fail, load_settings, print_json

DEFAULT_CHANNEL = "cli"
Buyer = Annotated[str, typer.Option("--buyer", help="the buyer's id; `xiaoer demo --list` shows some")]
OrderNo = Annotated[str | None, typer.Option("--order", help="the order the buyer is looking at")]
Item = Annotated[str | None, typer.Option("--item", help="the item the buyer is looking at")]
ChannelName = Annotated[str, typer.Option("--channel", help="the channel to speak through")]


def say(
    text: Annotated[str, typer.Argument(help="what the buyer writes")],
    *,
    buyer: Buyer,
    order: OrderNo = None,
    item: Item = None,
    new: Annotated[bool, typer.Option("--new", help="close the old conversation first")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="the outcome as JSON")] = False,
    channel: ChannelName = DEFAULT_CHANNEL,
) -> None:
    """Write to the shop as a buyer and show the outcome of the turn."""
    from desk.cli.client import WAIT_S, ChannelClient

    with ChannelClient(load_settings(), channel) as client:
        if new:
            client.close(buyer)
        outcome = client.post_message(make_message(buyer, text, order, item))
    if as_json:
        print_json(outcome)
    elif "decision" in outcome:
        from desk.cli.outcome import print_outcome

        print_outcome(outcome)
    if "decision" not in outcome:
        fail(f"the message is stored, but no outcome came within {WAIT_S} s; people will see it")


def make_message(buyer: str, text: str, order: str | None = None, item: str | None = None) -> dict[str, Any]:
    """The body of a message with a fresh id."""
    context = {name: value for name, value in (("item_id", item), ("order_no", order)) if value}
    body: dict[str, Any] = {"message_id": f"cli-{uuid.uuid4().hex}", "buyer_id": buyer, "text": text}
    return {**body, "context": context} if context else body
