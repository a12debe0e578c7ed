"""Days and times as customers name them, days kept relative: who reads them knows today."""

import re
from collections.abc import Iterator

from bot.components.entities.found import Found, number

DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
NAMED = re.compile(r"(大前|大后|前|昨|今|明|后)(?:天|晚上?|早上?|日|儿)(?![气才])")
WEEKDAY = re.compile(r"(上+|这|本|下+)?个?(?:周|星期|礼拜)([一二三四五六日天末1-6])(?![年次共样])")
MONTH_DAY = re.compile(
    r"(?:(20\d\d)年)?(?<!\d)(1[0-2]|[1-9])(?:月|[./](?=\d{1,2}号))\s*(3[01]|[12]\d|[1-9])(?:号|日)?(?![\d码])"
)
_CHINESE_DAY = r"三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九]"
CHINESE_DAY = re.compile(rf"(十[一二]?|[一二三四五六七八九])月({_CHINESE_DAY})[号日]")
SHORT_DAY = re.compile(
    r"(?<![\d./])(1[0-2]|[1-9])[./](3[01]|[12]\d|0?[1-9])(?=买|下的|下单|拍|发的|付|签收|收到|之?前|到)"
)
FESTIVALS = {"双十一": "11-11", "双11": "11-11", "双十二": "12-12", "双12": "12-12"}
FESTIVAL = re.compile("|".join(FESTIVALS))
DAY = re.compile(
    r"(?<![\d.月服楼柜桌店第])(3[01]|[12]\d|[1-9])号(?=之?[前后上下晚]|[到能可以才就发送用有要结婚走,的 ]|$)"
)
IN_DAYS = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]+)天(?:之?[后内]|以内)")
_DAYPART = r"凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜里"
_HOUR = r"1\d|2[0-4]|\d|十[一二]?|[一二两三四五六七八九]"
TIME = re.compile(
    rf"({_DAYPART})?\s*(?<![\d.第差有多])({_HOUR})点(半|一刻|[1-5]\d分?)?钟?(?=(之?前|之?后|以[前后]|左右|再|到)?)(?![\d儿])"
)
_MINUTES = {"半": 30, "一刻": 15}
CLOCK = re.compile(r"(?<![\d:/])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")
MONTH_PART = re.compile(r"(这个?|本|[上下]个?)?月([底初末])")


def find(text: str) -> Iterator[Found]:
    """Yield dates as strings, and times as `15:00`.

    `day:+1` counts from today; `week:+1:5` is Friday of next week (`weekend` for 周末);
    `date:2026-11-25` or `date:11-25` a day of the calendar, `date:25` of this or the next month;
    `month:+0:end` the end of this month.
    """
    for match in NAMED.finditer(text):
        yield Found("date", f"day:{DAYS[match[1]]:+d}", *match.span())
    for match in WEEKDAY.finditer(text):
        yield Found("date", _weekday(match), *match.span())
    for match in MONTH_DAY.finditer(text):
        year = f"{match[1]}-" if match[1] else ""
        yield Found("date", f"date:{year}{int(match[2]):02d}-{int(match[3]):02d}", *match.span())
    for match in [*CHINESE_DAY.finditer(text), *SHORT_DAY.finditer(text)]:
        month, day = int(number(match[1])), int(number(match[2]))
        yield Found("date", f"date:{month:02d}-{day:02d}", *match.span())
    for match in FESTIVAL.finditer(text):
        yield Found("date", f"date:{FESTIVALS[match[0]]}", *match.span())
    for match in DAY.finditer(text):
        yield Found("date", f"date:{int(match[1]):02d}", *match.span())
    for match in IN_DAYS.finditer(text):
        yield Found("date", f"day:{int(number(match[1])):+d}", *match.span())
    for match in MONTH_PART.finditer(text):
        ahead = {"下": 1, "上": -1}.get((match[1] or "")[:1], 0)
        yield Found("date", f"month:{ahead:+d}:{'start' if match[2] == '初' else 'end'}", *match.span())
    yield from _times(text)


def _times(text: str) -> Iterator[Found]:
    for match in CLOCK.finditer(text):
        yield Found("time", f"{int(match[1]):02d}:{match[2]}", *match.span())
    for match in TIME.finditer(text):
        before = text[: match.start()]
        part = match[1] or _part_before(before)
        # 一点 alone is "a little", 3点 alone a point of a list.
        if part or match[3] or match[4]:
            minutes = _MINUTES.get(match[3]) or int((match[3] or "0").rstrip("分"))
            yield Found("time", f"{_hour(part, int(number(match[2]))):02d}:{minutes:02d}", *match.span())


def _part_before(before: str) -> str:
    """The part of the day that the date before a time names: 今晚12点; 早一点 only means sooner."""
    if before.endswith(("今晚", "明晚", "昨晚", "后晚", "当晚")):
        return "晚上"
    return "早上" if before.endswith(("今早", "明早", "昨早", "一早", "大早")) else ""


def _hour(part: str, said: int) -> int:
    """Return the hour of the day: 下午三点 is 15, 晚上12点 midnight, 中午一点 13."""
    if part in ("凌晨", "晚上", "夜里") and said == 12:
        return 0
    late = part in ("下午", "傍晚", "晚上") or (part == "中午" and said < 10)
    return (said + 12 if late and said < 12 else said) % 24


def _weekday(match: re.Match[str]) -> str:
    lead = match[1] or ""
    weeks = len(lead) * {"上": -1, "下": 1}.get(lead[:1], 0)
    if match[2] == "末":
        return f"week:{weeks:+d}:weekend"
    day = 7 if match[2] in "日天" else int(number(match[2]))
    return f"week:{weeks:+d}:{day}"
