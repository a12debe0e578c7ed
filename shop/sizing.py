"""Size advice from an item's size table: pure rules, and the reader that states them as facts (B2)."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from shop.errors import NotFound
from shop.facts import Reading, source
from shop.fit_learning import combine, learn
from shop.keys import split_key
from shop.models import Fit, Product
from shop.product import get_product, list_skus, match_size, size_order

Foot = Literal["high", "narrow"]
Rows = Sequence[Mapping[str, Any]]

SHOE_MEASURES = ("foot_mm",)
BODY_MEASURES = ("height_cm", "weight_kg", "bust_cm", "waist_cm", "hip_cm")
GIRTHS = ("bust_cm", "waist_cm", "hip_cm")
"""One girth is enough for advice; without one, height and weight are needed together."""


@dataclass(frozen=True, slots=True)
class Shifts:
    """How many sizes up or down the policy goes for a foot's shape."""

    high: float
    narrow: float


@dataclass(frozen=True, slots=True)
class Advice:
    """A size with what it rests on.

    `size` is None when data is `missing` or the measures lie outside the table. `by_measure` gives the
    size that each measure alone would need; `conflict` tells that they differ.
    """

    size: str | None
    basis: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    by_measure: tuple[tuple[str, str], ...] = ()
    conflict: bool = False


def advise_size(
    rows: Rows,
    fit: Fit,
    *,
    measures: Mapping[str, float],
    foot: Foot | None = None,
    usual: str | None = None,
    shifts: Shifts,
) -> Advice:
    """The size for these measures (millimetres, centimetres, kilograms) or the size usually worn (B2).

    A measure counts when the table has it. An item that runs large is taken one size down, one that runs
    small one size up; then comes the foot's shape.
    """
    rows = sorted(rows, key=lambda row: size_order(str(row["size"])))
    sizes = [str(row["size"]) for row in rows]
    known = {name for row in rows for name in row if name != "size"}
    given = {name: value for name, value in measures.items() if name in known}
    missing = _missing(known, given)
    if missing:
        worn = _worn(usual, sizes) if usual is not None else None
        if worn is None:
            return Advice(None, missing=missing)
        return _shifted(Advice(worn, basis=("usual",)), sizes, fit, foot, shifts, is_shoe="foot_mm" in known)
    return _shifted(_measured(rows, sizes, given), sizes, fit, foot, shifts, is_shoe="foot_mm" in known)


def _missing(known: set[str], given: Mapping[str, float]) -> tuple[str, ...]:
    """What must still be asked; a girth replaces height and weight."""
    if "foot_mm" in known:
        return () if "foot_mm" in given else ("foot_mm",)
    if any(name in given for name in GIRTHS):
        return ()
    return tuple(name for name in ("height_cm", "weight_kg") if name not in given)


def _worn(usual: str, sizes: list[str]) -> str | None:
    """The size of the table for the size usually worn; a half size it lacks goes up (38.5 to 39)."""
    number = _number(usual)
    return match_size(usual, sizes) or (move_size(usual, sizes, 0) if number is not None else None)


def _measured(rows: Rows, sizes: list[str], given: Mapping[str, float]) -> Advice:
    """The size by the measures alone: one that fits all, else the largest that any of them needs."""
    fitting = {name: _fitting(rows, name, value) for name, value in given.items()}
    if not all(fitting.values()):
        return Advice(None, basis=tuple(given))
    common = set.intersection(*(set(found) for found in fitting.values()))
    # Where they conflict, the larger one can at least be worn; where ranges overlap, the nearer is advised.
    index = min(common) if common else max(min(found) for found in fitting.values())
    by_measure = tuple((name, sizes[min(found)]) for name, found in fitting.items())
    return Advice(sizes[index], tuple(given), (), by_measure, conflict=not common)


def _fitting(rows: Rows, name: str, value: float) -> list[int]:
    """Rows whose range holds the value; in a gap between two, the larger; none outside the table."""
    ranges = [(i, *row[name]) for i, row in enumerate(rows) if name in row]
    inside = [i for i, low, high in ranges if low <= value <= high]
    if inside or not ranges or value < min(low for _, low, _ in ranges):
        return inside
    return [i for i, low, _ in ranges if low > value][:1]


def _shifted(
    advice: Advice, sizes: list[str], fit: Fit, foot: Foot | None, shifts: Shifts, *, is_shoe: bool
) -> Advice:
    """The advice after the item's fit and the foot's shape."""
    if advice.size is None:
        return advice
    steps = {Fit.LARGE: -1.0, Fit.SMALL: 1.0}.get(fit, 0.0)
    basis = advice.basis + (("fit",) if steps else ())
    if is_shoe and foot is not None:
        steps += shifts.high if foot == "high" else shifts.narrow
        basis += ("foot",)
    moved = move_size(advice.size, sizes, steps)
    return Advice(moved, basis, (), advice.by_measure, advice.conflict)


def move_size(size: str, sizes: list[str], steps: float) -> str | None:
    """The size so many steps up or down; half a step where there are no half sizes goes up. None: outside."""
    numbers = [_number(name) for name in sizes]
    start = _number(size)
    if start is None or None in numbers:
        index = sizes.index(size) + math.ceil(steps)
        return sizes[index] if 0 <= index < len(sizes) else None
    target = start + Decimal(str(steps))
    if target < min(number for number in numbers if number is not None):
        return None
    reached = (name for name, n in zip(sizes, numbers, strict=True) if n is not None and n >= target)
    return next(reached, None)


def _number(size: str) -> Decimal | None:
    try:
        return Decimal(size)
    except InvalidOperation:
        return None


def read_length(asked: str) -> int | None:
    """The foot length in millimetres that a size such as `245` or `24.5` stands for, or None."""
    number = _number(asked)
    if number is None:
        return None
    if 100 <= number < 320:
        return int(number)
    return int(number * 10) if 10 <= number < 32 else None


def match_offered(asked: str, product: Product, sizes: Collection[str]) -> str | None:
    """The size of the item that a customer means by its name, or by the foot length it is made for."""
    found = match_size(asked, sizes)
    length = read_length(asked) if found is None else None
    rows = [row for row in list_size_rows(product) if "foot_mm" in row and str(row["size"]) in sizes]
    fitting = (str(r["size"]) for r in rows if length and r["foot_mm"][0] <= length <= r["foot_mm"][1])
    return found or next(fitting, None)


def list_size_rows(product: Product) -> list[dict[str, Any]]:
    """The rows of an item's size table; empty when it has none."""
    return list(product.size_chart.rows) if product.size_chart else []


async def list_offered_rows(reading: Reading, product: Product) -> list[dict[str, Any]]:
    """The rows of the table for sizes that the item comes in."""
    offered = {sku.size for sku in await list_skus(reading.session, product.id)}
    return [row for row in list_size_rows(product) if str(row["size"]) in offered]


@source("size_advice")
async def read_size_advice(reading: Reading, key: str) -> dict[str, Any]:
    """The size advised for what the key tells: `P1001?foot=high&foot_mm=245` or `P1001?usual=39`."""
    product_id, told = split_key(key)
    product = await get_product(reading.session, product_id)
    rows = await list_offered_rows(reading, product)
    if not rows:
        raise NotFound(f"product {product_id!r} has no size table")
    measures = {name: float(told[name]) for name in (*SHOE_MEASURES, *BODY_MEASURES) if name in told}
    foot: Foot | None = "high" if told.get("foot") == "high" else "narrow" if "foot" in told else None
    limits = reading.policy.sizing
    learned = await learn(reading.session, product.id, limits, reading.now)
    fit, reports = combine(product.fit, learned)
    advice = advise_size(
        rows,
        fit,
        measures=measures,
        foot=foot,
        usual=told.get("usual"),
        shifts=Shifts(limits.shift_high_instep, limits.shift_narrow_foot),
    )
    facts = _to_facts(product, advice, measures, foot, told.get("usual"))
    return facts | {"fit": fit.value, "fit_reports": reports}


def _to_facts(
    product: Product, advice: Advice, measures: dict[str, float], foot: Foot | None, usual: str | None
) -> dict[str, Any]:
    told = {name: _plain_number(measures.get(name)) for name in (*SHOE_MEASURES, *BODY_MEASURES)}
    return told | {
        "item": product.short_name,
        "advised_size": advice.size,
        "fit": product.fit.value,
        "foot": foot,
        "usual": usual,
        "basis": list(advice.basis),
        "missing": list(advice.missing),
        "conflict": advice.conflict,
        "by_measure": dict(advice.by_measure),
    }


def _plain_number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


@source("size_chart")
async def read_size_chart(reading: Reading, key: str) -> dict[str, Any]:
    """The measures one size of an item is made for: key `P1001?size=39`; without a size, all sizes."""
    product_id, asked = split_key(key)
    product = await get_product(reading.session, product_id)
    rows = await list_offered_rows(reading, product)
    if not rows:
        raise NotFound(f"product {product_id!r} has no size table")
    row = next((row for row in rows if str(row["size"]) == asked.get("size")), {})
    ranges = {name: row.get(name) for name in (*SHOE_MEASURES, *BODY_MEASURES)}
    return ranges | {
        "item": product.short_name,
        "size": asked.get("size"),
        "sizes": sorted((str(row["size"]) for row in rows), key=size_order),
        "fit": product.fit.value,
    }
