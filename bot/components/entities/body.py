"""Measures of the wearer: foot, height, weight."""

import re
from collections.abc import Iterator

from bot.components.entities.found import CHINESE, DIGITS, NUMBER, Found, number

# 脚宽, 脚背 and the like measure something else than the foot's length.
_FOOT = r"(?:脚长|脚(?![宽背围踝趾跟面型胖瘦肥]|底))"
FOOT_AFTER = re.compile(
    rf"{_FOOT}[^\d零一二三四五六七八九十,.;码号]{{0,6}}({NUMBER})\s*(cm|厘米|公分|mm|毫米)?(?!\s*[码号斤])"
)
FOOT_BEFORE = re.compile(rf"({NUMBER})\s*(cm|厘米|公分|mm|毫米)的?脚")
HEIGHT = re.compile(r"(?:身高|个子|净高|高)[^\d一二,.;]{0,4}(\d{2,3})\s*(?:cm|厘米|公分)?(?!\d|[.米码号斤])")
HEIGHT_METRES = re.compile(
    r"([1一])(?:米|m(?![a-zA-Z]))([\d一二三四五六七八九零]{1,2})(?![\d块元])|(?<![\d/.])(1\.[3-9]\d)\s*米?(?=[的,\s高体]|$)"
)
HEIGHT_PAIR = re.compile(
    r"(?<!\d)(1[3-9]\d|20\d)\s*(?:cm|厘米|公分)?\s*[/,,\s、体重的和]{0,4}\s*(?=\d{2,3}(?:\.\d)?\s*(?:斤|kg|公斤|千克))"
)
HEIGHT_UNIT = re.compile(r"(?<![\d.])(1[2-9]\d|20\d)\s*(?:cm|厘米|公分)(?!的?脚)")
WEIGHT = re.compile(rf"({NUMBER})\s*(多?斤|kg|公斤|千克)(?!装|一?[箱袋])", re.IGNORECASE)
WEIGHT_NAMED = re.compile(
    rf"体重[^\d一二三四五六七八九,.;]{{0,4}}({DIGITS}|{CHINESE})(?!\s*(?:斤|kg|公斤|千克|\d))", re.IGNORECASE
)
PAIR = re.compile(r"(?<!\d)(1[3-9]\d|20\d)\s*[/,,\s]\s*(\d{2,3})(?![\dA-Za-z])(?=.*[穿码号])")

# Under this a bare body weight is read as kilograms, from it on as jin (half kilograms).
BARE_JIN_FROM = 80


def find(text: str) -> Iterator[Found]:
    """Yield foot_mm and height_cm as whole numbers, weight_kg with one decimal."""
    yield from _feet(text)
    yield from _heights(text)
    yield from _weights(text)


def _feet(text: str) -> Iterator[Found]:
    for pattern in (FOOT_AFTER, FOOT_BEFORE):
        for match in pattern.finditer(text):
            length = number(match[1])
            in_mm = length if (match[2] or "") in ("mm", "毫米") or length >= 100 else length * 10
            if 90 <= in_mm <= 320:
                yield Found(
                    "foot_mm", round(in_mm), match.start(1), match.end(2) if match[2] else match.end(1)
                )


def _heights(text: str) -> Iterator[Found]:
    for pattern in (HEIGHT, HEIGHT_PAIR, HEIGHT_UNIT):
        for match in pattern.finditer(text):
            if 50 <= int(match[1]) <= 220:
                yield Found("height_cm", int(match[1]), *match.span(1))
    for match in HEIGHT_METRES.finditer(text):
        if match[3]:
            yield Found("height_cm", round(float(match[3]) * 100), *match.span(3))
        else:
            tail = "".join(str(int(number(char))) for char in match[2])
            yield Found("height_cm", 100 + int(tail.ljust(2, "0")), *match.span())


def _weights(text: str) -> Iterator[Found]:
    for match in WEIGHT.finditer(text):
        weight = number(match[1]) * (0.5 if match[2].endswith("斤") and match[2] != "公斤" else 1)
        named = "体重" in text[max(0, match.start() - 6) : match.start()]
        if 25 <= weight <= 200 or (named and 2 <= weight <= 200):
            yield Found("weight_kg", round(weight, 1), *match.span())
    for match in WEIGHT_NAMED.finditer(text):
        written = number(match[1])
        if 20 <= written <= 300:
            yield Found(
                "weight_kg", round(written / 2 if written >= BARE_JIN_FROM else written, 1), *match.span(1)
            )
    for match in PAIR.finditer(text):
        height, weight = int(match[1]), float(match[2])
        if 35 <= weight <= 300:
            yield Found("height_cm", height, *match.span(1))
            yield Found(
                "weight_kg", round(weight / 2 if weight >= BARE_JIN_FROM else weight, 1), *match.span(2)
            )
