"""Returns and exchanges: until when, who pays, when the money is back (D1, D2, D6)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from shop.calendar import add_working_days
from shop.facts import Reading, source
from shop.models import Order, ParcelState, Shipment, Stage
from shop.orders import describe_goods, get_order, local_time
from shop.policy import Policy, ReturnsSection
from shop.regions import find_province
from shop.tracking import list_parcels


@dataclass(frozen=True, slots=True)
class Window:
    """Until when goods may come back; the day of signing does not count."""

    return_last_day: date
    exchange_last_day: date
    return_open: bool
    exchange_open: bool


def count_window(signed_at: datetime, now: datetime, returns: ReturnsSection, zone: ZoneInfo) -> Window:
    """The last days for a return without a reason and for an exchange (D1)."""
    signed, today = signed_at.astimezone(zone).date(), now.astimezone(zone).date()
    return_last = signed + timedelta(days=returns.no_reason_days)
    exchange_last = signed + timedelta(days=returns.exchange_days)
    return Window(return_last, exchange_last, today <= return_last, today <= exchange_last)


class Reason(StrEnum):
    """Why goods come back, as reports count it."""

    SIZE_SMALL = "size_small"
    SIZE_LARGE = "size_large"
    COLOR = "color"
    DISLIKE = "dislike"
    QUALITY = "quality"
    WRONG_ITEM = "wrong_item"
    WEAR = "wear"
    OTHER = "other"


FAULTS = frozenset({Reason.QUALITY, Reason.WRONG_ITEM})
"""Reasons that claim a fault of the shop; a person confirms it before anything rests on it (D3)."""

_REASON_WORDS: tuple[tuple[Reason, str], ...] = (  # the first that matches counts
    (
        Reason.WEAR,  # by use, or by the customer's own hand (D7); a fault that showed in use is none
        r"磨(?:平|薄|损|没|光)|穿(?:旧|坏|烂|破|松)了?|踩(?:坏|塌|变形)|(?:机洗|水洗|洗|烘|晒)(?:坏|缩水|变形)"
        r"|(?:自己|不小心|孩子|宠物|狗|猫)[^,。,;;]{0,8}(?:弄|划|刮|踩|摔|烫|剪|咬|烧|勾|撕|泡|洒)",
    ),
    (
        Reason.WRONG_ITEM,
        r"发错|错发|寄错|不是我(?:买|要|订|拍)的|少(?:发|件|了一)|漏发|缺(?:件|少)|两只.{0,4}不一样",
    ),
    (
        Reason.QUALITY,
        r"质量|开胶|脱胶|断(?:底|帮|了|裂)|裂|破|坏|脱线|开线|掉色|褪色|起球|瑕疵|污|脏|划痕|刮|变形|掉跟"
        r"|异味|味道|刺鼻|磨脚|硌脚|异响|次品|残次|鼓包|掉(?:钻|扣|漆|皮)|歪",
    ),
    (Reason.SIZE_SMALL, r"小了|偏小|太小|有?点小|挤脚|太?紧|穿不(?:进|下|上)|顶脚|夹脚"),
    (Reason.SIZE_LARGE, r"大了|偏大|太大|有?点大|松|不跟脚|掉跟儿"),
    (Reason.COLOR, r"色差|颜色"),
    (Reason.DISLIKE, r"不(?:太)?喜欢|不想要|不好看|不合适|不适合|买多|拍错|拍多|后悔|不(?:太)?(?:舒服|习惯)"),
)


def classify_reason(words: str) -> Reason | None:
    """The reason that these words name, None when they name none. What it claims is not yet true."""
    return next((reason for reason, pattern in _REASON_WORDS if re.search(pattern, words)), None)


class Payer(StrEnum):
    """Who bears the cost of sending goods back (D2)."""

    SHOP = "shop"
    INSURANCE = "insurance"  # the buyer pays ahead, shipping insurance pays its share
    BUYER = "buyer"


@dataclass(frozen=True, slots=True)
class ReturnFee:
    """Who pays a return and what the insurance gives."""

    payer: Payer
    insurance_pays: Decimal | None


def judge_fee(region: str, *, fault_confirmed: bool, insured: bool, returns: ReturnsSection) -> ReturnFee:
    """Who pays for sending goods back (D2). Only a fault that a person has confirmed makes it the shop."""
    pays = returns.insurance_pays.get(find_province(region) or "", returns.insurance_pays_elsewhere)
    if fault_confirmed:
        return ReturnFee(Payer.SHOP, None)
    return ReturnFee(Payer.INSURANCE, pays) if insured else ReturnFee(Payer.BUYER, None)


@source("returns")
async def read_returns(reading: Reading, key: str) -> dict[str, Any]:
    """What holds for sending back the buyer's order. No fault counts as confirmed: that takes a person."""
    order = await get_order(reading.session, reading.buyer_id, key)
    policy = reading.policy
    fee = judge_fee(
        order.region, fault_confirmed=False, insured=order.shipping_insurance, returns=policy.returns
    )
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "signed_at": local_time(order.signed_at, policy.zone),
        "payer": fee.payer.value,
        "insurance_pays": fee.insurance_pays,
        "buyer_return_fee": policy.returns.buyer_return_fee,
    } | _window_facts(order, reading.now, policy)


def _window_facts(order: Order, now: datetime, policy: Policy) -> dict[str, Any]:
    """Last days from the day of signing; before it the days themselves are all there is."""
    window = count_window(order.signed_at, now, policy.returns, policy.zone) if order.signed_at else None
    return {
        "no_reason_days": policy.returns.no_reason_days,
        "exchange_days": policy.returns.exchange_days,
        "return_last_day": window.return_last_day if window else None,
        "exchange_last_day": window.exchange_last_day if window else None,
        "return_open": window.return_open if window else True,
        "exchange_open": window.exchange_open if window else True,
    }


@source("refund")
async def read_refund(reading: Reading, key: str) -> dict[str, Any]:
    """How far the return of the buyer's order has come and when the money should be back (D6)."""
    order = await get_order(reading.session, reading.buyer_id, key)
    first, last = reading.policy.returns.refund_working_days
    parcel = next(iter(list_parcels(order, "return")), None)
    back_on = _arrived_on(parcel, reading.policy.zone)
    refund_by = add_working_days(back_on, last) if back_on else None
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "stage": order.stage.value,
        "close_reason": order.close_reason,
        "paid": order.paid_at is not None,
        "return_no": parcel.tracking_no if parcel else None,
        "return_courier": parcel.courier if parcel else None,
        "arrived_on": back_on,
        "refund_by": refund_by,
        "overdue": _is_overdue(order, refund_by, reading),
        "days_min": first,
        "days_max": last,
    }


def _is_overdue(order: Order, refund_by: date | None, reading: Reading) -> bool:
    """Whether the money should have been back by now and the order is still open."""
    today = reading.now.astimezone(reading.policy.zone).date()
    return order.stage is not Stage.CLOSED and refund_by is not None and refund_by < today


def _arrived_on(parcel: Shipment | None, zone: ZoneInfo) -> date | None:
    """The day a return came back to the shop, None while it has not."""
    if parcel is None or parcel.state is not ParcelState.SIGNED:
        return None
    return (parcel.scans[-1].at if parcel.scans else parcel.shipped_at).astimezone(zone).date()
