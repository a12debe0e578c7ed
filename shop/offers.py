"""Bargaining with its memory: the case from the database, and the command that grants an offer (B9)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pydantic import Field
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shop.bargaining import Case, Limits, PastOffer, Rung, Step, get_floor, next_step, read_asked
from shop.commands import Args, CommandContext, command
from shop.errors import NotFound, Refused
from shop.facts import Reading, source
from shop.keys import split_key
from shop.models import Offer, OfferBudget, Product
from shop.pricing import Quote, quote_skus
from shop.product import get_product, list_skus


@dataclass(frozen=True, slots=True)
class Haggle:
    """A case with the records it was made from."""

    product: Product
    quote: Quote
    case: Case


async def read_haggle(reading: Reading, product_id: str, asked: Decimal | None = None) -> Haggle:
    """This buyer's haggle over an item, at the lowest price of its SKUs, so that the floor holds for all."""
    product = await get_product(reading.session, product_id)
    quotes = await quote_skus(reading, await list_skus(reading.session, product_id))
    if not quotes:
        raise NotFound(f"product {product_id!r} has no SKU")
    lowest = min(quotes, key=lambda found: found.pay)
    policy = reading.policy.bargaining
    case = Case(
        price=lowest.pay,
        floor=get_floor(product.list_price, product.floor_price, policy.floor_share),
        limits=_limits(reading, lowest.pay),
        past=await _list_past(reading, product_id),
        spent=await get_spent(reading.session, local_day(reading)),
        has_coupon=lowest.coupon is not None,
        asked=read_asked([asked] if asked else [], lowest.pay),
    )
    return Haggle(product, lowest, case)


def _limits(reading: Reading, price: Decimal) -> Limits:
    policy = reading.policy.bargaining
    pays_shipping = price < reading.policy.shipping.free_from
    return Limits(
        rounds=policy.rounds,
        authority_off=policy.authority_off,
        daily_budget=policy.daily_budget,
        gift=policy.gift is not None,
        free_shipping=policy.free_shipping_by_application and pays_shipping,
    )


async def _list_past(reading: Reading, product_id: str) -> tuple[PastOffer, ...]:
    since = reading.now - timedelta(days=reading.policy.bargaining.memory_days)
    query = select(Offer.kind, Offer.off).where(
        Offer.buyer_id == reading.buyer_id, Offer.product_id == product_id, Offer.offered_at > since
    )
    rows = (await reading.session.execute(query.order_by(Offer.id))).all()
    return tuple(PastOffer(Rung(kind), off) for kind, off in rows)


def local_day(reading: Reading) -> date:
    """The day of the shop's budget."""
    return reading.now.astimezone(reading.policy.zone).date()


async def get_spent(session: AsyncSession, day: date) -> Decimal:
    """What bargaining has taken off that day, in yuan."""
    spent = await session.scalar(select(OfferBudget.spent).where(OfferBudget.day == day))
    return spent or Decimal("0.00")


@source("bargain")
async def read_bargain(reading: Reading, key: str) -> dict[str, Any]:
    """What the desk may answer this buyer's haggling now: key `P1001?asked=180`."""
    product_id, told = split_key(key)
    haggle = await read_haggle(reading, product_id, Decimal(told["asked"]) if "asked" in told else None)
    step = next_step(haggle.case)
    return {
        "item": haggle.product.short_name,
        "round": step.round,
        "rung": step.rung.value,
        "off": step.off,
        "now_price": haggle.case.price,
        "pay": haggle.case.price - step.off,
        "gift": reading.policy.bargaining.gift,
        "coupon_id": haggle.quote.coupon.id if haggle.quote.coupon else None,
    }


class OfferArgs(Args):
    """The offer that a reply makes. Yuan."""

    product_id: str
    round: int = Field(ge=1)
    kind: Rung
    off: Decimal = Field(default=Decimal("0.00"), ge=0, max_digits=10, decimal_places=2)
    detail: str = Field(default="", max_length=200)


@command("grant_offer", needs="auto")
async def grant_offer(session: AsyncSession, args: OfferArgs, *, by: CommandContext) -> dict[str, Any]:
    """Remember an offer and take it from the day's budget. Raises Refused when the ladder has moved on."""
    reading = Reading(session, by.policy, by.now, by.buyer_id)
    day = local_day(reading)
    await _lock_day(session, day)
    haggle = await read_haggle(reading, args.product_id)
    step = next_step(haggle.case)
    if not _is_covered(args, step):
        raise Refused(
            f"the ladder is at round {step.round}, {step.rung.value} up to {step.off} yuan",
            because="bargain_limit",
        )
    await _spend(session, day, args.off, by.policy.bargaining.daily_budget)
    offer = Offer(
        buyer_id=by.buyer_id,
        product_id=args.product_id,
        round=args.round,
        kind=args.kind.value,
        off=args.off,
        detail=args.detail,
        offered_at=by.now,
    )
    session.add(offer)
    await session.flush()
    return {"offer_id": offer.id, "round": offer.round, "kind": offer.kind, "off": f"{offer.off:.2f}"}


def _is_covered(args: OfferArgs, step: Step) -> bool:
    """Whether the step that may be made now is this offer, or one that gives no less."""
    return step.round > 0 and (args.round, args.kind) == (step.round, step.rung) and args.off <= step.off


async def _lock_day(session: AsyncSession, day: date) -> None:
    """Hold the day's row until the transaction ends: grants happen one after the other, none overspends."""
    touch = update(OfferBudget).where(OfferBudget.day == day).values(spent=OfferBudget.spent)
    if (await session.execute(touch)).rowcount:  # type: ignore[attr-defined]
        return
    try:
        async with session.begin_nested():
            session.add(OfferBudget(day=day))
    except IntegrityError:  # another grant made the row first
        await session.execute(touch)


async def _spend(session: AsyncSession, day: date, off: Decimal, budget: Decimal) -> None:
    if not off:
        return
    take = update(OfferBudget).where(OfferBudget.day == day, OfferBudget.spent + off <= budget)
    taken = await session.execute(take.values(spent=OfferBudget.spent + off))
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Refused(f"the budget of {day} is spent", because="budget_spent")
