"""Days as customers name them, kept relative: who reads them knows today."""

import re
from collections.abc import Iterator

from bot.components.entities.found import Found, number

DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
NAMED = re.compile(r"(大前|大后|前|昨|今|明|后)(?:天|晚上?|早上?|日|儿)(?![气才])")
WEEKDAY = re.compile(r"(上+|这|本|下+)?个?(?:周|星期|礼拜)([一二三四五六日天末1-6])(?![年次共样])")
MONTH_DAY = re.compile(
    r"(?:(20\d\d)年)?(?<!\d)(1[0-2]|[1-9])(?:月|[./](?=\d{1,2}号))\s*(3[01]|[12]\d|[1-9])(?:号|日)?(?![\d码])"
)
DAY = re.compile(
    r"(?<![\d.月])(3[01]|[12]\d|[1-9])号(?=之?[前后上下晚]|[到能可以才就发送用有要结婚走,的 ]|$)"
)
IN_DAYS = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]+)天(?:之?[后内]|以内)")
MONTH_PART = re.compile(r"(这个?|本|下个?)?月([底初末])")


def find(text: str) -> Iterator[Found]:
    """Yield dates as strings.

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
    for match in DAY.finditer(text):
        yield Found("date", f"date:{int(match[1]):02d}", *match.span())
    for match in IN_DAYS.finditer(text):
        yield Found("date", f"day:{int(number(match[1])):+d}", *match.span())
    for match in MONTH_PART.finditer(text):
        ahead = 1 if (match[1] or "").startswith("下") else 0
        yield Found("date", f"month:{ahead:+d}:{'start' if match[2] == '初' else 'end'}", *match.span())


def _weekday(match: re.Match[str]) -> str:
    lead = match[1] or ""
    weeks = len(lead) * {"上": -1, "下": 1}.get(lead[:1], 0)
    if match[2] == "末":
        return f"week:{weeks:+d}:weekend"
    day = 7 if match[2] in "日天" else int(number(match[2]))
    return f"week:{weeks:+d}:{day}"
