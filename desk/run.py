"""Starts one whole Xiaoer: bot worker(s), action server, desk. Checks first what would stop it."""

import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console
from rich.markup import escape

from desk.secret import ensure_internal_secret
from desk.settings import DeskSettings
from desk.supervisor import Part

CODE = Path(__file__).parents[1]
"""The checkout: the bot's environment and the trained model lie here."""
LOOPBACK, HTTP_PORT = "127.0.0.1", 80
BOT_PYTHON = CODE / "bot" / ".venv" / "bin" / "python"
MODELS = CODE / "models"
QUIET = {"PYTHONWARNINGS": "ignore"}
"""Rasa's libraries of 2021 warn of what we cannot change; a dozen lines at every start hide what matters."""
COLOURS = {"desk": "cyan", "actions": "blue", "bot": "magenta", "xiaoer": "bold"}


class CannotStart(Exception):
    """Something is missing or taken; the message says what to do."""


def check_built() -> None:
    """Raises CannotStart when the bot's environment or the model is missing."""
    if not BOT_PYTHON.exists():
        raise CannotStart("the bot's Python environment is missing: run `make setup`")
    if not any(MODELS.glob("*.tar.gz")):
        raise CannotStart("there is no trained model: run `make train`")


def check_ports(settings: DeskSettings) -> None:
    """Raises CannotStart for a port that another program has."""
    bot = urlsplit(settings.bot_url)
    for host, port, setting in (
        (settings.host, settings.port, "XIAOER_PORT"),
        (bot.hostname or LOOPBACK, bot.port or HTTP_PORT, "XIAOER_BOT_URL"),
        (settings.actions_host, settings.actions_port, "XIAOER_ACTIONS_PORT"),
    ):
        check_port(host, port, setting)


def check_port(host: str, port: int, setting: str) -> None:
    """Raises CannotStart when another program listens there, naming the setting to change."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"{host}:{port} cannot be used ({error.strerror}): stop the program that has it, "
                f"or set {setting} to another one"
            ) from error


def make_parts(settings: DeskSettings) -> tuple[Part, ...]:
    """The processes of one Xiaoer, bound together by the shared secret."""
    env = make_environment(settings)
    return (
        Part("desk", (sys.executable, "-m", "desk.app"), env, CODE),
        Part("actions", (sys.executable, "-m", "actions.server"), env, CODE),
        Part("bot", (str(BOT_PYTHON), "-m", "bot.server"), {**env, **QUIET}, CODE),
    )


def make_environment(settings: DeskSettings) -> Mapping[str, str]:
    """What the parts need to find each other, whatever this process got it from."""
    bot = urlsplit(settings.bot_url)
    return {
        "XIAOER_HOME": str(settings.home),
        "XIAOER_INTERNAL_SECRET": ensure_internal_secret(settings),
        "XIAOER_HOST": settings.host,
        "XIAOER_PORT": str(settings.port),
        "XIAOER_BOT_URL": settings.bot_url,
        "XIAOER_BOT_HOST": bot.hostname or LOOPBACK,
        "XIAOER_BOT_PORT": str(bot.port or HTTP_PORT),
        "XIAOER_BOT_WORKERS": str(settings.bot_workers),
        "XIAOER_ACTIONS_URL": f"http://{settings.actions_host}:{settings.actions_port}/webhook",
        "XIAOER_ACTIONS_HOST": settings.actions_host,
        "XIAOER_ACTIONS_PORT": str(settings.actions_port),
        "XIAOER_DATABASE_URL": settings.database_url,
        "XIAOER_POLICY": str(settings.policy),
        "XIAOER_SCRIPTS": str(settings.scripts),
        "XIAOER_DEMO": str(settings.demo).lower(),
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONUNBUFFERED": "1",
    }


def make_speaker(console: Console) -> Callable[[str, str], None]:
    """Prints a part's lines with its name before them."""

    def say(name: str, line: str) -> None:
        colour = COLOURS.get(name.split("-", maxsplit=1)[0], "white")
        console.print(f"[{colour}]{name:>8}[/] │ {escape(line)}", soft_wrap=True, highlight=False)

    return say
