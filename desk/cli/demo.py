"""`xiaoer demo`: an invented shop that answers, and what to try in it."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from desk.cli.database import prepare
from desk.cli.run import check, supervise
from desk.cli.shared import (
    desk_address,
    fail,
    get_console,
    load_settings,
    open_sessions,
    print_json,
    run_async,
    tell_bot,
)

if TYPE_CHECKING:
    from desk.seed import SignIn
    from desk.settings import DeskSettings
    from shop.demo.hints import DemoHint


def demo(
    show: Annotated[bool, typer.Option("--list", help="only show buyers, orders and items to try")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="with --list: as JSON")] = False,
) -> None:
    """Make the demo shop and start everything. Ctrl-C stops all of it."""
    settings = load_settings()
    settings.demo = True
    if show:
        _show_hints(run_async(_list_hints(settings)), as_json=as_json)
        return
    check(settings)
    run_async(_run(settings))


async def _run(settings: "DeskSettings") -> None:
    sign_ins = await prepare_demo(settings)
    await supervise(settings, get_console(), lambda: _print_addresses(settings, sign_ins))


async def prepare_demo(settings: "DeskSettings") -> "list[SignIn]":
    """Tables, the demo's goods and orders, channels, accounts with fresh passwords."""
    from desk.seed import add_demo_phrases, ensure_channels, renew_demo_users
    from shop.clock import system_clock
    from shop.demo.fill import DEMO_FOLDER, renew_demo
    from shop.errors import ShopError

    await prepare(settings.database_url)
    now = system_clock()
    async with open_sessions(settings) as sessions:
        try:
            summary = await renew_demo(sessions, DEMO_FOLDER, now)
        except ShopError as error:
            fail(str(error))
        await tell_bot(sessions)
        await ensure_channels(sessions)
        sign_ins = await renew_demo_users(sessions, now)
        await add_demo_phrases(sessions, DEMO_FOLDER / "phrases.yml", now)
    typer.echo(
        f"demo shop: {summary.products} products, {summary.skus} SKUs, {summary.customers} buyers, "
        f"{summary.orders} orders"
    )
    return sign_ins


def _print_addresses(settings: "DeskSettings", sign_ins: "list[SignIn]") -> None:
    address = desk_address(settings)
    console = get_console()
    console.print(f"\n  [bold]customer page[/]  {address}/chat")
    console.print(f"  [bold]agent desk[/]     {address}/")
    for sign_in in sign_ins:
        console.print(f"      {sign_in.role:<11} {sign_in.name:<6} {sign_in.password}", markup=False)
    console.print("  [bold]try[/]            xiaoer demo --list\n")


async def _list_hints(settings: "DeskSettings") -> "list[DemoHint]":
    from shop.clock import system_clock
    from shop.demo.hints import list_demo

    async with open_sessions(settings) as sessions, sessions() as session:
        return await list_demo(session, system_clock())


def _show_hints(hints: "list[DemoHint]", *, as_json: bool) -> None:
    from dataclasses import asdict

    from rich.markup import escape

    if as_json:
        print_json([asdict(hint) for hint in hints])
        return
    if not hints:
        fail("there is no demo shop in this database: run `make demo`")
    console = get_console()
    for hint in hints:
        console.print(f"[bold]{escape(hint.shows)}[/]")
        for text in hint.say:
            console.print(f"  {escape(make_command(hint, text))}", soft_wrap=True)


def make_command(hint: "DemoHint", text: str) -> str:
    """The command line that says it."""
    words = ["xiaoer", "say", "--buyer", hint.buyer_id]
    if hint.order_no:
        words += ["--order", hint.order_no]
    if hint.item_id:
        words += ["--item", hint.item_id]
    return shlex.join([*words, text])
