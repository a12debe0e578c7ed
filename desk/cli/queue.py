"""`xiaoer queue` and `xiaoer drafts`: what waits for people, for those without the web page."""

from typing import Annotated, Any

import typer

from desk.cli.shared import get_console, load_settings, open_sessions, print_json, run_async


def queue(
    team: Annotated[str | None, typer.Option(help="only this team's")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List who waits for a person, the most urgent first."""
    from rich.table import Table

    rows = run_async(_list_queue(team))
    if as_json:
        print_json(rows)
        return
    table = Table(
        "place", "team", "priority", "reason", "severity", "buyer", "waiting since", "conversation", box=None
    )
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    get_console().print(table)


def drafts(
    conversation: Annotated[str | None, typer.Option(help="only this conversation's")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List the drafts that wait for a person."""
    from rich.markup import escape

    rows = run_async(_list_drafts(conversation))
    if as_json:
        print_json(rows)
        return
    console = get_console()
    for row in rows:
        head = (
            f"{row['id']} · {'+'.join(row['intents'])} {row['confidence']:.2f} · {', '.join(row['reasons'])}"
        )
        console.print(f"[bold]{escape(head)}[/] [dim]{row['conversation_id']}[/]")
        for reply in row["replies"]:
            console.print(f"  {escape(reply['text'])}")
        for proposal in row["proposals"]:
            console.print(f"  [cyan]! {escape(proposal['name'])} {escape(str(proposal['args']))}[/]")


async def _list_queue(team: str | None) -> list[dict[str, Any]]:
    from desk import handoff
    from desk.cli.idle import open_idle_desk
    from desk.models import Conversation

    async with open_idle_desk(load_settings()) as desk, desk.reads() as session:
        rows = []
        for entry in await handoff.list_queue(session, desk, team=team):
            conversation = await session.get_one(Conversation, entry.handoff.conversation_id)
            rows.append(
                {
                    "position": entry.position,
                    "team": entry.handoff.team,
                    "priority": entry.handoff.priority,
                    "reason": entry.handoff.reason,
                    "severity": entry.handoff.severity,
                    "buyer_id": conversation.buyer_id,
                    "waiting_since": entry.handoff.waiting_since.isoformat(timespec="seconds"),
                    "conversation_id": conversation.id,
                }
            )
        return rows


async def _list_drafts(conversation_id: str | None) -> list[dict[str, Any]]:
    from desk import drafts

    async with open_sessions(load_settings()) as sessions, sessions() as session:
        return [
            {
                "id": draft.id,
                "conversation_id": draft.conversation_id,
                "intents": draft.intents,
                "confidence": draft.confidence,
                "reasons": draft.reasons,
                "replies": draft.replies,
                "proposals": draft.proposals,
            }
            for draft in await drafts.list_drafts(session, conversation_id=conversation_id)
        ]
