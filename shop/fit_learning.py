"""What returns teach about an item's fit: 偏大 and 偏小, counted, believed when they are enough (B2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Fit, FitReport, Order, Sku
from shop.policy import SizingSection

Verdict = Literal["large", "small"]

_WORDS: tuple[tuple[Verdict, re.Pattern[str]], ...] = (
    ("large", re.compile(r"偏大|太大|大了|有点大|宽大|松了|太松|不跟脚|掉跟")),
    ("small", re.compile(r"偏小|太小|小了|有点小|挤脚|夹脚|顶脚|紧了|太紧|穿不(?:进|上|下)")),
)


@dataclass(frozen=True, slots=True)
class Learned:
    """How an item runs by its buyers, and how many said so; STANDARD where they do not agree."""

    fit: Fit
    reports: int


def read_verdict(words: str) -> Verdict | None:
    """Whether a reason for a return says that the goods run large or small; None for neither or both."""
    found = [verdict for verdict, pattern in _WORDS if pattern.search(words)]
    return found[0] if len(found) == 1 else None


def learn_fit(large: int, small: int, sizing: SizingSection) -> Learned:
    """What so many reports teach: enough of them, and by far the most of one kind."""
    most, fit = max((large, Fit.LARGE), (small, Fit.SMALL))
    if most < sizing.learn_from_reports or most < (large + small) * sizing.learn_share:
        return Learned(Fit.STANDARD, 0)
    return Learned(fit, most)


def combine(marked: Fit, learned: Learned) -> tuple[Fit, int]:
    """The fit to advise by and the reports it rests on (0: on the item's own mark).

    A mark that the shop made itself goes first; buyers then tell of the marked size, not of the standard.
    """
    return (marked, 0) if marked is not Fit.STANDARD else (learned.fit, learned.reports)


async def count_reports(session: AsyncSession, product_id: str, since: datetime) -> tuple[int, int]:
    """How many buyers found the item large, and how many small, since that moment."""
    query = (
        select(FitReport.verdict, func.count(func.distinct(FitReport.order_no)))
        .where(FitReport.product_id == product_id, FitReport.reported_at > since)
        .group_by(FitReport.verdict)
    )
    counted = {str(row[0]): int(row[1]) for row in await session.execute(query)}
    return counted.get("large", 0), counted.get("small", 0)


async def learn(session: AsyncSession, product_id: str, sizing: SizingSection, now: datetime) -> Learned:
    """What the returns of the policy's time teach about an item."""
    since = now - timedelta(days=sizing.learn_days)
    return learn_fit(*await count_reports(session, product_id, since), sizing)


async def record_fit(
    session: AsyncSession, order: Order, words: str, now: datetime, *, sku_ids: Iterable[str] | None = None
) -> int:
    """Note what a return's reason says of the fit of its goods; gives how many goods it was noted for.

    Once an order and SKU, whatever is said later. Without `sku_ids` only an order of one kind of goods tells
    which are meant.
    """
    verdict = read_verdict(words)
    meant = list(sku_ids) if sku_ids is not None else list({line.sku_id for line in order.lines})
    if verdict is None or (sku_ids is None and len(meant) != 1):
        return 0
    noted = 0
    for sku_id in meant:
        sku = await session.get(Sku, sku_id)
        known = select(FitReport.id).where(FitReport.order_no == order.no, FitReport.sku_id == sku_id)
        if sku is None or await session.scalar(known) is not None:
            continue
        report = FitReport(
            order_no=order.no, sku_id=sku_id, product_id=sku.product_id, verdict=verdict, reported_at=now
        )
        try:
            async with session.begin_nested():
                session.add(report)
            noted += 1
        except IntegrityError:  # another request for the same goods was faster
            continue
    return noted
