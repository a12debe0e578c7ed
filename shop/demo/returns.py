"""Return requests of the demo shop, some in every state. Pure: from its orders and the time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from shop.models import Order, Stage
from shop.refunds import PaidOrder, count_refund
from shop.return_models import ReturnRequest
from shop.return_states import OVER, ReturnKind, ReturnState
from shop.returns import FAULTS, Reason

_S, _K = ReturnState, ReturnKind
Case = tuple[ReturnState, ReturnKind, Reason, str]
CASES: tuple[Case, ...] = (
    (_S.REQUESTED, _K.RETURN, Reason.SIZE_SMALL, "有点挤脚"),
    (_S.REQUESTED, _K.RETURN, Reason.QUALITY, "鞋头开胶"),
    (_S.APPROVED, _K.RETURN, Reason.DISLIKE, "颜色和想的有差别"),
    (_S.RECEIVED, _K.RETURN, Reason.SIZE_LARGE, "偏大,走路不跟脚"),
    (_S.CHECKED, _K.RETURN, Reason.QUALITY, "侧面脱线"),
    (_S.REFUNDED, _K.RETURN, Reason.DISLIKE, "买多了"),
    (_S.REJECTED, _K.RETURN, Reason.OTHER, "穿了几天想退"),
    (_S.WITHDRAWN, _K.RETURN, Reason.SIZE_SMALL, "又觉得合适了"),
)
"""State, kind, reason and words of the requests beside those of parcels under way."""

NAMED = 20
"""Buyers up to this number stand for cases of their own and get no request."""
MONEY_STATES = (_S.REFUNDED, _S.CLOSED)


def make_returns(orders: Sequence[Order], now: datetime) -> list[ReturnRequest]:
    """The register of the demo orders: parcels coming back, those that came back, and one of each state."""
    requests = [_of_parcel(order, now) for order in orders if _return_parcel(order) is not None]
    free = [
        order
        for order in orders
        if order.stage is Stage.SIGNED and _return_parcel(order) is None and int(order.buyer_id[1:]) > NAMED
    ]
    newest = sorted(free, key=lambda order: (order.signed_at or now, order.no), reverse=True)
    made = [_make(order, case, now) for order, case in zip(newest, CASES, strict=False)]
    return requests + made


def _return_parcel(order: Order) -> tuple[str, str] | None:
    parcel = next((parcel for parcel in order.shipments if parcel.direction == "return"), None)
    return (parcel.courier, parcel.tracking_no) if parcel else None


def _of_parcel(order: Order, now: datetime) -> ReturnRequest:
    closed = order.stage is Stage.CLOSED
    state = _S.CLOSED if closed else _S.SHIPPED_BACK
    request = _make(order, (state, _K.RETURN, Reason.DISLIKE, "不太合适"), now)
    request.courier, request.tracking_no = _return_parcel(order) or (None, None)
    return request


def _make(order: Order, case: Case, now: datetime) -> ReturnRequest:
    state, kind, reason, words = case
    asked = min((order.signed_at or now) + timedelta(hours=5), now - timedelta(hours=1))
    lines = [{"line_id": line.id, "sku_id": line.sku_id, "quantity": line.quantity} for line in order.lines]
    is_in = state in (_S.RECEIVED, _S.CHECKED, *MONEY_STATES)
    return ReturnRequest(
        order_no=order.no,
        buyer_id=order.buyer_id,
        kind=kind.value,
        state=state.value,
        lines=lines,
        reason=reason.value,
        words=words,
        fault_claimed=reason in FAULTS,
        fault_confirmed=True if state is _S.CHECKED and reason in FAULTS else None,
        photos=[],
        received_at=now - timedelta(hours=20) if is_in else None,
        passed=True if state in (_S.CHECKED, *MONEY_STATES) else None,
        refund_amount=_amount(order) if state in MONEY_STATES else None,
        refunded_at=(order.closed_at or now - timedelta(hours=3)) if state in MONEY_STATES else None,
        requested_at=asked,
        due_at=None if state in OVER else now + timedelta(hours=12),
        closed_at=(order.closed_at or now) if state in OVER else None,
    )


def _amount(order: Order) -> Decimal:
    paid = PaidOrder(order.goods_total, order.discount, order.shipping_fee, order.total)
    return count_refund(paid, [(line.unit_price, line.quantity) for line in order.lines]).amount
