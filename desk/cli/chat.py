"""`xiaoer chat`: a conversation as a buyer, line by line."""

from typing import TYPE_CHECKING, Any

import typer

from desk.cli.say import DEFAULT_CHANNEL, Buyer, ChannelName, Item, OrderNo, make_message
from desk.cli.shared import load_settings

if TYPE_CHECKING:
    from desk.cli.client import ChannelClient

LEAVE = frozenset({"/quit", "/exit"})
SPEAKER = {"bot": "店小二", "agent": "客服", "system": "系统"}


def chat(
    buyer: Buyer, order: OrderNo = None, item: Item = None, channel: ChannelName = DEFAULT_CHANNEL
) -> None:
    """Talk to the shop as a buyer. An empty line looks for new answers; /quit or Ctrl-D leaves."""
    from desk.cli.client import ChannelClient

    with ChannelClient(load_settings(), channel) as client:
        _talk(client, buyer, order, item)


def _talk(client: "ChannelClient", buyer: str, order: str | None, item: str | None) -> None:
    """A line in, what the shop wrote since out, until the buyer leaves."""
    conversation, seen = "", 0
    while True:
        try:
            text = typer.prompt(buyer, default="", show_default=False, prompt_suffix="> ").strip()
        except typer.Abort:
            typer.echo("")
            return
        if text in LEAVE:
            return
        if text:
            outcome = client.post_message(make_message(buyer, text, order, item))
            if outcome["conversation_id"] != conversation:
                conversation, seen = outcome["conversation_id"], 0
        if conversation:
            seen = _show_new(client.list_messages(conversation, seen), seen)


def _show_new(messages: list[dict[str, Any]], seen: int) -> int:
    """Print what the shop wrote; the id of the last message."""
    for message in messages:
        if message["author"] in SPEAKER:
            typer.echo(f"{SPEAKER[message['author']]}: {message['text']}")
        seen = max(seen, int(message["id"]))
    return seen
