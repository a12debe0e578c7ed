"""Logs hide phones, addresses and secrets, and stay quick on any text."""

import json
import logging
import subprocess
import sys
import time

import pytest

from desk.logs import mask, mask_text
from tests.fixtures import ROOT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我的电话13812345678,谢谢", "我的电话138****5678,谢谢"),
        ("+86 138-1234-5678", "138****5678"),
        ("0571-88886666", "0571****6666"),
        ("浙江省杭州市示例区青禾路1号3栋502室", "***"),
        ("寄到青禾路 99号,谢谢", "***,谢谢"),
        ("单号 7730012345678901", "单号 7730012345678901"),
        ("订单 2026030212345678901 到哪了", "订单 2026030212345678901 到哪了"),
        ("这款39码还有货吗", "这款39码还有货吗"),
    ],
)
def test_private_parts_of_a_text_are_hidden(text: str, shown: str) -> None:
    assert mask_text(text) == shown


def test_private_keys_are_hidden_at_any_depth() -> None:
    event = {"order": {"address": "x", "phone": "13812345678", "no": "1"}, "names": ["a", "13812345678"]}
    assert mask(event) == {
        "order": {"address": "***", "phone": "138****5678", "no": "1"},
        "names": ["a", "138****5678"],
    }
    assert mask({"password": "", "secret": "s", "token": None}) == {
        "password": "",
        "secret": "***",
        "token": None,
    }


@pytest.mark.parametrize("text", ["路1" * 2500, "市区路" * 1600, "1路a" * 1600, "1" * 5000])
def test_masking_stays_quick_on_the_longest_text(text: str) -> None:
    began = time.perf_counter()
    mask_text(text)
    assert time.perf_counter() - began < 1.0


def test_both_kinds_of_logger_write_masked_json() -> None:
    code = (
        "import logging, structlog; from desk.logs import configure_logs; configure_logs()\n"
        "structlog.get_logger('a').info('told', phone='13812345678', secret='s')\n"
        "logging.getLogger('b').warning('call %s', '13812345678')\n"
        "logging.getLogger('httpx').info('quiet')\n"
        "try:\n    raise ValueError('13812345678')\n"
        "except ValueError:\n    structlog.get_logger('c').exception('failed')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["told", "call 138****5678", "failed"]
    assert (lines[0]["phone"], lines[0]["secret"], lines[0]["level"]) == ("138****5678", "***", "info")
    assert "13812345678" not in done.stderr
    assert logging.getLogger("b").level == 0
