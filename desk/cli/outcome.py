"""How the command line shows the outcome of a turn."""

from typing import Any

from rich.markup import escape

from desk.cli.shared import get_console

COLOUR = {"auto": "green", "suggest": "yellow", "handoff": "red"}


def print_outcome(outcome: dict[str, Any]) -> None:
    """Decision, readings, replies with the facts they rest on, commands, and the place in the queue."""
    console = get_console()
    decision = outcome["decision"]
    severity = "" if outcome["severity"] == "none" else f" · severity {outcome['severity']}"
    colour = COLOUR.get(decision, "white")
    console.print(f"[bold {colour}]{decision}[/]{severity} · {outcome['latency_ms']} ms")
    for question in outcome["questions"]:
        entities = " ".join(f"{item['entity']}={item.get('value')}" for item in question["entities"])
        line = f"{question['text']} → {question['intent']} {question['confidence']:.2f} {entities}"
        console.print(f"  [dim]? {escape(line)}[/]")
    for reply in outcome["replies"]:
        console.print(f"  [bold]{escape(reply['text'])}[/] [dim]({escape(reply['script'] or '')})[/]")
        for source, facts in _by_source(reply["facts"]).items():
            console.print(f"      [cyan]{escape(source)}[/] [dim]{escape(facts)}[/]")
    for command in outcome["commands"]:
        console.print(
            f"  [cyan]! {escape(command['name'])} {escape(str(command['args']))}: {command['state']}[/]"
        )
    if outcome["handoff"]:
        console.print(f"  [magenta]{escape(_describe_handoff(outcome['handoff']))}[/]")
    elif decision == "suggest":
        console.print("  [dim]waits for a person: `xiaoer drafts`, or the agents' page[/]")


def _by_source(facts: list[dict[str, Any]]) -> dict[str, str]:
    """Source → its facts as `name=value`, without those that are empty; `--json` shows all."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        if fact["value"] not in (None, [], ""):
            found.setdefault(fact["source"], []).append(f"{fact['name']}={_show(fact['value'])}")
    return {source: " ".join(shown) for source, shown in found.items()}


def _show(value: Any) -> str:
    return "/".join(map(str, value)) if isinstance(value, list) else str(value)


def _describe_handoff(handoff: dict[str, Any]) -> str:
    place = f"place {handoff['position']}" if handoff["position"] is not None else "no place known"
    eta = handoff["eta_seconds"]
    wait = "nobody on duty" if eta is None else f"about {eta} s"
    return (
        f"queue {handoff['team']} · priority {handoff['priority']} · {handoff['reason']} · {place} · {wait}"
    )
