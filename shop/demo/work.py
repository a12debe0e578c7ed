"""Work that lies on the desks of the demo shop: tasks, an intercept, invoices, tickets, a call-back.

Made by the same commands that real work is made by, on orders of buyers whom the recipe does not name.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shop import readers
from shop.commands import CommandContext, execute
from shop.hours import add_desk_time
from shop.models import Order, Stage
from shop.policy import Policy
from shop.work_models import Callback

CONVERSATION = "demo"
AGENT = "小青"
HANDLER = "小禾"
WAREHOUSE = "仓库小李"
TAX_NO = "91350100M000100Y43"
COMPANY = "蓝天示例有限公司"
Json = dict[str, Any]


async def make_work(session: AsyncSession, policy: Policy, now: datetime, named: Iterable[str]) -> None:
    """Put the demo's work on the desks; the orders must be there."""
    assert readers.TOPICS  # importing them is what registers the commands
    maker = _Maker(session, policy, now, frozenset(named))
    await maker.ask_warehouse()
    await maker.ask_for_invoices()
    await maker.complain()
    await maker.book_call()


class _Maker:
    def __init__(self, session: AsyncSession, policy: Policy, now: datetime, named: frozenset[str]) -> None:
        self.session, self.policy, self.now, self.named = session, policy, now, named

    async def orders(self, stage: Stage, count: int) -> list[Order]:
        """The newest orders of a stage whose buyers stand for no case of their own."""
        query = select(Order).where(Order.stage == stage, Order.buyer_id.not_in(self.named))
        found = (await self.session.scalars(query.order_by(Order.no.desc()))).all()
        return [order for order in found if len(order.lines) == 1][:count]

    async def do(self, order: Order, name: str, hours_ago: float, args: Json, by: str = AGENT) -> Json:
        """Execute a command as it would have been some hours ago."""
        context = CommandContext(
            buyer_id=order.buyer_id,
            conversation_id=f"{CONVERSATION}-{order.no}",
            channel="web",
            now=self.now - timedelta(hours=hours_ago),
            policy=self.policy,
            authority="supervisor",
            actor=by,
        )
        return await execute(self.session, name, args, context)

    async def ask_warehouse(self) -> None:
        """Two slips to correct, one of them done; a parcel to pull back; one to stop on its way (C6, C8)."""
        printed, packed = await self.orders(Stage.PRINTED, 2), await self.orders(Stage.PACKED, 1)
        moving = await self.orders(Stage.SHIPPED, 1)
        for order, hours in zip(printed, (3.0, 0.5), strict=False):
            args = {"order_no": order.no, "wanted": "电话换成新号码", "phone": "13900000000"}
            task = await self.do(order, "change_order", hours, args)
            if order is printed[0]:
                answer = {"task_id": task["task_id"], "state": "done", "answer": "已换单"}
                await self.do(order, "answer_warehouse_task", 2.0, answer, WAREHOUSE)
        for order in [*packed, *moving]:
            await self.do(order, "cancel_order", 1.0, {"order_no": order.no, "wanted": "不想要了"})

    async def ask_for_invoices(self) -> None:
        """One of each kind; the company's paper invoice is issued already (B15)."""
        mail = {"kind": "electronic", "title": "个人", "email": "buyer@example.com"}
        paper = {"kind": "paper", "title": COMPANY, "tax_no": TAX_NO}
        special = paper | {
            "kind": "special",
            "address": "浙江省杭州市示例区青禾路8号",
            "phone": "0571-00000000",
            "bank": "示例银行城北支行",
            "account": "330100000000001",
        }
        signed = await self.orders(Stage.SIGNED, 3)
        for order, wish in zip(signed, (mail, paper, special), strict=False):
            asked = await self.do(order, "request_invoice", 20.0, {"order_no": order.no, **wish}, "xiaoer")
            if wish is paper:
                issue = {"invoice_id": asked["invoice_id"], "number": "26330000000000000001"}
                await self.do(order, "issue_invoice", 2.0, issue)

    async def complain(self) -> None:
        """A new ticket, one with a measure and a remedy, a closed one, and a grave one (E2, E3, E4)."""
        tickets = (
            ("general", "包裹等了好几天,快递一直没动,要求尽快处理", 1.0),
            ("general", "鞋子穿两天就开胶,质量太差,要求部分退款", 9.0),
            ("general", "客服回复太慢了,态度敷衍", 30.0),
            ("major", "再不解决我就去平台投诉", 0.5),
        )
        orders = (await self.orders(Stage.SIGNED, 7))[3:]
        for number, (order, (severity, words, hours)) in enumerate(zip(orders, tickets, strict=False)):
            opening = {"severity": severity, "words": words, "order_no": order.no}
            opened = await self.do(order, "open_complaint", hours, opening, "xiaoer")
            ticket = {"complaint_id": opened["complaint_id"]}
            if number in (1, 2):
                measure = ticket | {"measure": "致电道歉并核实经过"}
                await self.do(order, "record_measure", hours - 1, measure, HANDLER)
            if number == 1:
                remedy = ticket | {"kind": "part_refund", "amount": str(_small(order)), "detail": "开胶补偿"}
                await self.do(order, "grant_remedy", hours - 2, remedy, HANDLER)
            if number == 2:
                closing = ticket | {"outcome": "已道歉,客户接受", "satisfaction": 4}
                await self.do(order, "close_complaint", hours - 3, closing, HANDLER)

    async def book_call(self) -> None:
        """A call that somebody must make in the next hours (A13)."""
        for order in (await self.orders(Stage.SIGNED, 8))[7:]:
            self.session.add(
                Callback(
                    buyer_id=order.buyer_id,
                    conversation_id=f"{CONVERSATION}-{order.no}",
                    phone="13900000000",
                    about="想了解换货进度",
                    call_at=add_desk_time(self.policy, self.now, hours=1),
                    booked_by="xiaoer",
                    booked_at=self.now - timedelta(hours=1),
                )
            )


def _small(order: Order) -> Decimal:
    """A part refund that any order can bear."""
    return min(Decimal("10.00"), (order.total / 10).quantize(Decimal("0.01")))
