"""The reference client of examples/channel talks to the running system as a marketplace would."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.harness import ROOT, System, run_cli
from tests.services import free_port

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]
CLIENT = Path(ROOT) / "examples/channel/client.py"


def test_the_client_sends_signed_and_gets_the_signed_answer(system: System) -> None:
    port = free_port()
    added = run_cli(system, "channel", "add", "myshop", "--callback", f"http://127.0.0.1:{port}/")
    found = re.search(r"myshop\s+(\S+)", added.stdout)
    assert found, added.stderr
    command = [sys.executable, str(CLIENT), "--address", system.url, "--port", str(port)]
    ask = [*command, "--buyer", "b012", "--item", "P1001", "这款39码还有货吗"]
    env = {**os.environ, "XIAOER_SECRET": found[1]}
    done = subprocess.run(ask, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("bot: ")
    assert "39" in done.stdout
    wrong = subprocess.run(
        ask, env={**env, "XIAOER_SECRET": "guess"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert wrong.returncode == 1
    assert wrong.stdout.startswith("401: ")
