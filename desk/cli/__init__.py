"""The command `xiaoer`. Commands import what they need when they run, so that each starts quickly."""

import os
import sys
from typing import Any

import typer

from desk.cli.channel import app as channel_app
from desk.cli.chat import chat
from desk.cli.database import app as database_app
from desk.cli.demo import demo
from desk.cli.labels import app as labels_app
from desk.cli.outbox import app as outbox_app
from desk.cli.policy import app as policy_app
from desk.cli.queue import drafts, queue
from desk.cli.run import run
from desk.cli.say import say
from desk.cli.shared import FAILED, first_line
from desk.cli.shop import app as shop_app
from desk.cli.understand import understand
from desk.cli.user import app as user_app


class Cli(typer.Typer):
    """Typer whose failures are one line on stderr; XIAOER_DEBUG=1 shows where they came from."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line."""
        try:
            return super().__call__(*args, **kwargs)
        except KeyboardInterrupt:
            sys.exit(130)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(FAILED)
        except Exception as error:  # the edge of the command line
            if os.environ.get("XIAOER_DEBUG"):
                raise
            typer.echo(f"xiaoer: {first_line(error)} (XIAOER_DEBUG=1 shows more)", err=True)
            sys.exit(FAILED)


app = Cli(
    name="xiaoer",
    help="店小二: the service desk assistant of a marketplace shop.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
for command in (say, chat, understand, demo, run, queue, drafts):
    app.command()(command)
for name, group in {
    "policy": policy_app,
    "shop": shop_app,
    "user": user_app,
    "channel": channel_app,
    "labels": labels_app,
    "outbox": outbox_app,
    "db": database_app,
}.items():
    app.add_typer(group, name=name)
