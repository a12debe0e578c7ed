"""Measures of the wearer: foot, height, weight, girths."""

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
# 一米六一百零五斤 is 1.60 m and 105 jin: a digit before 十 or 百 begins the next number.
_HUNDREDTHS = r"\d{1,2}(?![\d块元])|[零一二三四五六七八九][一二三四五六七八九](?![十百])|[一二三四五六七八九]"
HEIGHT_METRES = re.compile(
    rf"(?:[1一])(?:米|m(?![a-zA-Z]))({_HUNDREDTHS})|(?<![\d/.])(1\.[3-9]\d?)\s*(?:米|m(?![a-zA-Z])|(?=[的,\s高体/]|$))"
)
HEIGHT_TALL = re.compile(r"(?<![\d.])(1[3-9]\d|20\d)\s*(?:cm|厘米|公分)?的?个?高(?![跟帮腰])")
HEIGHT_PAIR = re.compile(
    r"(?<!\d)(1[3-9]\d|20\d)\s*(?:cm|厘米|公分)?\s*[/,,\s、体重的和]{0,4}\s*(?=\d{2,3}(?:\.\d)?\s*(?:斤|kg|公斤|千克))"
)
HEIGHT_UNIT = re.compile(r"(?<![\d.])(1[2-9]\d|20\d)\s*(?:cm|厘米|公分)(?!的?脚)")
WEIGHT = re.compile(rf"({NUMBER})\s*(多?斤|kg|公斤|千克)(?!装|一?[箱袋])", re.IGNORECASE)
WEIGHT_NAMED = re.compile(
    rf"体重[^\d一二三四五六七八九,.;]{{0,4}}({DIGITS}|{CHINESE})(?!\s*(?:斤|kg|公斤|千克|\d))", re.IGNORECASE
)
PAIR = re.compile(r"(?<!\d)(1[3-9]\d|20\d)\s*[/,,\s]\s*(\d{2,3})(?![\dA-Za-z])(?=.*[穿码号])")

SPOKEN_PAIR = re.compile(
    r"米[\d一二三四五六七八九]{0,2}[\s,]*(一百[一二三四五六七八九](?:十[一二三四五六七八九]?)?)(?![斤块元])"
)

_CHI = r"[1-4一二两三四]尺(?:[1-9一二三四五六七八九]寸?)?"
_TENS = "[一二三四五六七八九]?十[一二三四五六七八九]?"
_GIRTH = rf"(\d{{2,3}}(?:\.\d)?(?![\d码号])|{_TENS}|{_CHI})\s*(?:cm|厘米|公分)?"
GIRTHS = {
    "waist_cm": re.compile(
        rf"腰围[^\d一二两三四五六七八九十,.;码]{{0,3}}{_GIRTH}|腰\s*是?({_CHI})|({_CHI})的?腰"
    ),
    "bust_cm": re.compile(rf"胸围[^\d一二两三四五六七八九十,.;码]{{0,3}}{_GIRTH}"),
    "hip_cm": re.compile(rf"臀围[^\d一二两三四五六七八九十,.;码]{{0,3}}{_GIRTH}"),
}
THREE_GIRTHS = re.compile(r"三围[^\d]{0,3}(\d{2,3})[-/,\s]+(\d{2,3})[-/,\s]+(\d{2,3})")
GIRTH_RANGE = (40, 160)
CM_OF_CHI = 100 / 3

# Under this a bare body weight is read as kilograms, from it on as jin (half kilograms).
BARE_JIN_FROM = 80


def find(text: str) -> Iterator[Found]:
    """Yield foot_mm, height_cm, waist_cm, bust_cm and hip_cm as whole numbers, weight_kg with one decimal."""
    yield from _feet(text)
    yield from _heights(text)
    yield from _weights(text)
    yield from _girths(text)


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
    for pattern in (HEIGHT, HEIGHT_PAIR, HEIGHT_UNIT, HEIGHT_TALL):
        for match in pattern.finditer(text):
            if 50 <= int(match[1]) <= 220:
                yield Found("height_cm", int(match[1]), *match.span(1))
    for match in HEIGHT_METRES.finditer(text):
        if match[2]:
            yield Found("height_cm", round(float(match[2]) * 100), *match.span())
        else:
            tail = "".join(str(int(number(char))) for char in match[1])
            yield Found("height_cm", 100 + int(tail.ljust(2, "0")), *match.span())


def _weights(text: str) -> Iterator[Found]:
    for match in WEIGHT.finditer(text):
        weight = number(match[1]) * (0.5 if match[2].endswith("斤") and match[2] != "公斤" else 1)
        named = "体重" in text[max(0, match.start() - 6) : match.start()] or _is_after_height(text, match)
        if 25 <= weight <= 200 or (named and 2 <= weight <= 200):
            yield Found("weight_kg", round(weight, 1), *match.span())
    for match in WEIGHT_NAMED.finditer(text):
        written = number(match[1])
        if 20 <= written <= 300:
            yield Found(
                "weight_kg", round(written / 2 if written >= BARE_JIN_FROM else written, 1), *match.span(1)
            )
    for match in SPOKEN_PAIR.finditer(text):
        yield Found("weight_kg", round(number(match[1]) / 2, 1), *match.span(1))
    for match in PAIR.finditer(text):
        height, weight = int(match[1]), float(match[2])
        if 35 <= weight <= 300:
            yield Found("height_cm", height, *match.span(1))
            yield Found(
                "weight_kg", round(weight / 2 if weight >= BARE_JIN_FROM else weight, 1), *match.span(2)
            )


def _is_after_height(text: str, match: re.Match[str]) -> bool:
    return any(height.end() <= match.start() <= height.end() + 3 for height in HEIGHT_METRES.finditer(text))


def _girths(text: str) -> Iterator[Found]:
    for match in THREE_GIRTHS.finditer(text):
        for group, entity in enumerate(("bust_cm", "waist_cm", "hip_cm"), start=1):
            yield Found(entity, int(match[group]), *match.span(group))
    for entity, pattern in GIRTHS.items():
        for match in pattern.finditer(text):
            group = match.lastindex or 1
            length = _centimetres(match[group])
            if GIRTH_RANGE[0] <= length <= GIRTH_RANGE[1]:
                yield Found(
                    entity, round(length), match.start(group), match.end() if group == 1 else match.end(group)
                )


def _centimetres(written: str) -> float:
    """Return centimetres of `74`, `七十五` or feet and inches of the old measure: 2尺1 is 2.1 chi, 70 cm."""
    whole, chi, tenth = written.removesuffix("寸").partition("尺")
    return (number(whole) + (number(tenth) / 10 if tenth else 0)) * CM_OF_CHI if chi else number(whole)
