"""What a cart costs: the best allowed way with promotions and coupons, to the cent (B7, B8, B10, B11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from shop.coupons import Usable, covers, list_usable
from shop.errors import NotFound
from shop.facts import Reading, source
from shop.models import Coupon, Customer, Promotion
from shop.product import get_sku
from shop.promotions import covers as promoted
from shop.promotions import flash_price, list_running, price_with
from shop.shipping import find_region_rule

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
MOST_LINES = 20
MOST_PIECES = 999

Why = Literal["applied", "flash", "other_goods", "below_threshold", "not_with_promotion", "other_is_better"]


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of a SKU; yuan a piece, and what is still to pay for all of them."""

    sku_id: str
    product_id: str
    unit: Decimal
    pieces: int
    pay: Decimal = ZERO
    is_flash: bool = False

    @property
    def total(self) -> Decimal:
        """The plain price of all pieces."""
        return self.unit * self.pieces


@dataclass(frozen=True, slots=True)
class Total:
    """What a cart costs: the plain total, what lowers it, what is paid for the goods; yuan."""

    lines: tuple[Line, ...]
    total: Decimal
    pay: Decimal
    promotion: Promotion | None = None
    coupon: Coupon | None = None
    flash: bool = False


def compute_total(
    lines: Sequence[Line],
    *,
    promotions: Sequence[Promotion],
    coupons: Sequence[Coupon],
    not_with_flash: bool,
) -> Total:
    """The cheapest allowed way to pay (B7, B8).

    A flash price replaces a line's price and bars other promotions for it; the policy may bar coupons, too.
    Over the other lines goes at most one promotion, over the cart at most one coupon, both together where the
    coupon may be combined. A threshold counts what is to be paid for the goods it covers. Never below zero.
    """
    priced = tuple(_price(line, promotions) for line in lines)
    total = sum((line.total for line in lines), ZERO)
    flash = any(line.is_flash for line in priced)
    plain = Total(priced, total, _sum(priced), flash=flash)
    ways = [plain, *(_promote(plain, one) for one in promotions if one.kind != "flash")]
    ways += [_redeem(way, one, not_with_flash=not_with_flash) for way in tuple(ways) for one in coupons]
    return min(ways, key=lambda way: (way.pay, way.coupon is not None, way.promotion is not None))


def _price(line: Line, promotions: Sequence[Promotion]) -> Line:
    flash = flash_price(promotions, line.sku_id)
    unit = line.unit if flash is None else flash
    return replace(line, pay=unit * line.pieces, is_flash=flash is not None)


def _sum(lines: Sequence[Line]) -> Decimal:
    return sum((line.pay for line in lines), ZERO)


def _promote(way: Total, promotion: Promotion) -> Total:
    """The way with a promotion over the lines it covers; the same way where it changes nothing."""
    covered = [line for line in way.lines if not line.is_flash and promoted(promotion, line.product_id)]
    before = _sum(covered)
    after = max(price_with(promotion, before), ZERO)
    if after >= before:
        return way
    lines = _take_off(way.lines, covered, before - after)
    return replace(way, lines=lines, pay=_sum(lines), promotion=promotion)


def _redeem(way: Total, coupon: Coupon, *, not_with_flash: bool) -> Total:
    """The way with a coupon; the same way where it may not be used."""
    if way.coupon is not None or (way.promotion is not None and not coupon.stackable):
        return way
    covered = _list_covered(way, coupon, not_with_flash=not_with_flash)
    before = _sum(covered)
    if not covered or before < coupon.threshold or before <= coupon.amount_off:
        return way
    lines = _take_off(way.lines, covered, coupon.amount_off)
    return replace(way, lines=lines, pay=_sum(lines), coupon=coupon)


def _list_covered(way: Total, coupon: Coupon, *, not_with_flash: bool) -> list[Line]:
    return [
        line
        for line in way.lines
        if covers(coupon, line.product_id) and not (line.is_flash and not_with_flash)
    ]


def _take_off(lines: Sequence[Line], covered: Sequence[Line], off: Decimal) -> tuple[Line, ...]:
    """An amount taken off the covered lines in proportion; what rounding leaves, off those with room."""
    whole = _sum(covered)
    shares = {id(line): (off * line.pay / whole).quantize(CENT, rounding=ROUND_DOWN) for line in covered}
    left = off - sum(shares.values(), ZERO)
    for line in reversed(covered):
        more = min(left, line.pay - shares[id(line)])
        shares[id(line)] += more
        left -= more
    return tuple(replace(line, pay=line.pay - shares.get(id(line), ZERO)) for line in lines)


def explain_coupon(coupon: Coupon, best: Total, *, not_with_flash: bool) -> tuple[Why, Decimal]:
    """Why a coupon was not used in the best way to pay, and what is missing to its threshold (B8)."""
    if best.coupon is not None and best.coupon.id == coupon.id:
        return "applied", ZERO
    of_goods = [line for line in best.lines if covers(coupon, line.product_id)]
    if not of_goods:
        return "other_goods", ZERO
    usable = [line for line in of_goods if not (line.is_flash and not_with_flash)]
    if not usable:
        return "flash", ZERO
    amount = sum((line.total if not line.is_flash else line.pay for line in usable), ZERO)
    if amount >= coupon.threshold and best.promotion is not None and not coupon.stackable:
        return "not_with_promotion", ZERO
    after = min(amount, _sum(usable) + (best.coupon.amount_off if best.coupon else ZERO))
    missing = max(coupon.threshold - after, ZERO)
    return ("below_threshold", missing) if missing else ("other_is_better", ZERO)


def parse_cart(key: str) -> list[tuple[str, int]]:
    """SKUs and pieces of a key `P1001-BK-39*2,P2001-GY-L*1`. Raises NotFound when it is none."""
    wanted: dict[str, int] = {}
    for part in key.split(","):
        sku_id, _, pieces = part.partition("*")
        if not sku_id or not (pieces or "1").isdigit():
            raise NotFound(f"no cart {key!r}")
        wanted[sku_id] = wanted.get(sku_id, 0) + int(pieces or "1")
    if len(wanted) > MOST_LINES or not all(1 <= pieces <= MOST_PIECES for pieces in wanted.values()):
        raise NotFound(f"no quote for {key!r}")
    return list(wanted.items())


def join_cart(wanted: Sequence[tuple[str, int]]) -> str:
    """The key of a cart."""
    return ",".join(f"{sku_id}*{pieces}" for sku_id, pieces in wanted)


async def read_total(reading: Reading, key: str) -> tuple[Total, list[Usable], list[Promotion]]:
    """The best total of a cart for this buyer now, with the coupons and promotions there are."""
    skus = [(await get_sku(reading.session, sku_id), pieces) for sku_id, pieces in parse_cart(key)]
    lines = [Line(sku.id, sku.product_id, sku.price, pieces) for sku, pieces in skus]
    promotions = await list_running(reading.session, reading.now)
    usable = await list_usable(reading.session, reading.buyer_id, reading.now)
    best = compute_total(
        lines,
        promotions=promotions,
        coupons=[one.coupon for one in usable],
        not_with_flash=reading.policy.coupons.not_with_flash_sale,
    )
    return best, usable, promotions


@source("cart")
async def read_cart(reading: Reading, key: str) -> dict[str, Any]:
    """What a cart costs this buyer now, with the fee to their region and the gifts it earns."""
    best, usable, promotions = await read_total(reading, key)
    held = best.coupon and next(one.state for one in usable if one.coupon.id == best.coupon.id)
    region = await _find_region(reading.session, reading.buyer_id)
    shipping = reading.policy.shipping
    rule = find_region_rule(region, shipping) if region else None
    fee = rule[1].fee if rule and best.pay < shipping.free_from else ZERO
    return {
        "goods": [await _describe(reading, line) for line in best.lines],
        "total": best.total,
        "saved": best.total - best.pay,
        "promotion": best.promotion.title if best.promotion else None,
        "coupon": best.coupon.title if best.coupon else None,
        "claim_at": best.coupon.claim_at if best.coupon and held == "open" else None,
        "flash": best.flash,
        "pay": best.pay,
        "free_from": shipping.free_from,
        "free_shipping": best.pay >= shipping.free_from,
        "region": region,
        "fee": fee,
        "due": best.pay + fee,
        "gifts": _list_gifts(promotions, best),
    }


async def _describe(reading: Reading, line: Line) -> dict[str, Any]:
    sku = await get_sku(reading.session, line.sku_id)
    return {"item": sku.product.short_name, "color": sku.color, "size": sku.size, "pieces": line.pieces}


async def _find_region(session: AsyncSession, buyer_id: str) -> str | None:
    customer = await session.get(Customer, buyer_id)
    return customer.region if customer else None


def _list_gifts(promotions: Sequence[Promotion], best: Total) -> list[str]:
    """Gifts of running promotions whose threshold the goods reach (B10)."""
    gifts = []
    for one in promotions:
        covered = [line.pay for line in best.lines if promoted(one, line.product_id)]
        if (
            one.kind == "gift"
            and covered
            and sum(covered, ZERO) >= Decimal(str(one.rules.get("threshold", 0)))
        ):
            gifts.append(str(one.rules["gift"]))
    return gifts


@source("coupon_check")
async def read_coupon_check(reading: Reading, key: str) -> dict[str, Any]:
    """Why a coupon does not apply to a cart: key `C-SHOP10@P1001-BK-39*1` (B8)."""
    coupon_id, _, cart = key.partition("@")
    coupon = await reading.session.get(Coupon, coupon_id)
    if coupon is None:
        raise NotFound(f"no coupon {coupon_id!r}")
    best, usable, _ = await read_total(reading, cart)
    why, missing = _explain(reading, coupon, best, usable)
    return {
        "coupon": coupon.title,
        "threshold": coupon.threshold,
        "amount_off": coupon.amount_off,
        "ends_at": coupon.ends_at.astimezone(reading.policy.zone),
        "starts_at": coupon.starts_at.astimezone(reading.policy.zone),
        "claim_at": coupon.claim_at,
        "why": why,
        "missing": missing,
        "promotion": best.promotion.title if best.promotion else None,
        "used_coupon": best.coupon.title if best.coupon else None,
    }


def _explain(reading: Reading, coupon: Coupon, best: Total, usable: Sequence[Usable]) -> tuple[str, Decimal]:
    if coupon.ends_at <= reading.now:
        return "over", ZERO
    if coupon.starts_at > reading.now:
        return "not_yet", ZERO
    if coupon.id not in {one.coupon.id for one in usable}:
        return "not_yours", ZERO
    return explain_coupon(coupon, best, not_with_flash=reading.policy.coupons.not_with_flash_sale)
