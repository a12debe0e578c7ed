"""Written tasks for the warehouse, and its answers (C11). What was only said does not count."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import StringConstraints
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shop.commands import Args, CommandContext, command
from shop.errors import NotFound, Refused
from shop.facts import Reading, source
from shop.hours import add_desk_time
from shop.manual_payments import expect_refund
from shop.models import Order
from shop.notices import give_notice
from shop.order_cases import open_case
from shop.order_effects import Change, apply_change, hold_order, undo_change
from shop.orders import WAITING, describe_goods, get_order
from shop.work_models import WarehouseTask

MOST_TODO = 500
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_TODO)]


class TaskKind(StrEnum):
    """What the warehouse is asked for."""

    CORRECT_SLIP = "correct_slip"
    PULL_BACK = "pull_back"
    CANCEL = "cancel"
    OTHER = "other"


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    IMPOSSIBLE = "impossible"


async def ask_warehouse(
    session: AsyncSession,
    order: Order,
    kind: TaskKind,
    todo: str,
    *,
    by: CommandContext,
    change: Change | None = None,
) -> tuple[WarehouseTask, bool]:
    """The written task, and whether it was written now: the same wish twice is one task (C11)."""
    same = WarehouseTask.order_no == order.no, WarehouseTask.kind == kind.value, WarehouseTask.todo == todo
    query = select(WarehouseTask).where(*same, WarehouseTask.state == TaskState.OPEN.value)
    task = await session.scalar(query)
    if task is not None:
        return task, False
    if change is not None:
        await _refuse_second_change(session, order)
    task = WarehouseTask(
        order_no=order.no,
        buyer_id=order.buyer_id,
        conversation_id=by.conversation_id or None,
        kind=kind.value,
        recipient=order.recipient,
        address=f"{order.region} {order.address}",
        todo=todo,
        change=change,
        asked_by=by.actor,
        asked_at=by.now,
        due_at=add_desk_time(by.policy, by.now, minutes=by.policy.orders.task_minutes),
    )
    session.add(task)
    await session.flush()
    return task, True


async def _refuse_second_change(session: AsyncSession, order: Order) -> None:
    """Two changes of one order at the warehouse would cross each other."""
    query = select(WarehouseTask).where(
        WarehouseTask.order_no == order.no, WarehouseTask.state == TaskState.OPEN.value
    )
    for task in await session.scalars(query):
        if task.change is not None:
            raise Refused(
                f"task {task.id} of order {order.no} is open: wait for the warehouse's answer",
                because="with_warehouse",
            )


async def answer_task(
    session: AsyncSession, task_id: int, state: TaskState, answer: str, *, by: CommandContext
) -> WarehouseTask:
    """Take the warehouse's answer: done changes the order, impossible gives back what was reserved.

    Either way the customer hears of it. Raises NotFound, or Refused when it was answered before otherwise.
    """
    values = {"state": state.value, "answer": answer, "answered_by": by.actor, "answered_at": by.now}
    is_open = WarehouseTask.id == task_id, WarehouseTask.state == TaskState.OPEN.value
    taken = await session.execute(update(WarehouseTask).where(*is_open).values(values))
    task = await session.get(WarehouseTask, task_id, populate_existing=True)
    if task is None:
        raise NotFound(f"no task {task_id}")
    if not taken.rowcount:  # type: ignore[attr-defined]
        if (task.state, task.answer) == (state.value, answer):
            return task
        raise Refused(
            f"task {task_id} was answered by {task.answered_by}: {task.state}", because="already_settled"
        )
    order = await hold_order(session, task.buyer_id, task.order_no)
    await _settle(session, order, task, by)
    return task


async def _settle(session: AsyncSession, order: Order, task: WarehouseTask, by: CommandContext) -> None:
    done = task.state == TaskState.DONE
    change = task.change or {}
    if done:
        await apply_change(session, order, change, by.now)
        await expect_refund(session, order, change, f"task:{task.id}", by=by)
    else:
        await undo_change(session, change)
        await open_case(
            session,
            order,
            "task_impossible",
            f"{task.todo}: {task.answer}",
            by=by.actor,
            now=by.now,
            policy=by.policy,
            key=f"task:{task.id}",
            conversation_id=task.conversation_id,
        )
    await give_notice(
        session,
        f"task:{task.id}",
        buyer_id=order.buyer_id,
        script=_script_of(task, done=done),
        source=f"task:{task.id}",
        now=by.now,
        order_no=order.no,
    )


def _script_of(task: WarehouseTask, *, done: bool) -> str:
    if not done:
        return "task_impossible"
    return "task_cancelled" if (task.change or {}).get("cancel") else "task_done"


async def list_tasks(
    session: AsyncSession, *, state: TaskState | None = TaskState.OPEN, limit: int = 200
) -> list[WarehouseTask]:
    """Tasks, the one due first before the others."""
    query = select(WarehouseTask).order_by(WarehouseTask.due_at, WarehouseTask.id).limit(limit)
    return list(await session.scalars(query.where(WarehouseTask.state == state.value) if state else query))


class TaskArgs(Args):
    """What `warehouse_task` takes."""

    order_no: str
    todo: Words


class AnswerArgs(Args):
    """What `answer_warehouse_task` takes."""

    task_id: int
    state: Literal["done", "impossible"]
    answer: Words


@command("warehouse_task", needs="agent")
async def warehouse_task(session: AsyncSession, args: TaskArgs, *, by: CommandContext) -> dict[str, Any]:
    """Ask the warehouse for something about the buyer's own order that has not left yet (C11)."""
    order = await hold_order(session, by.buyer_id, args.order_no)
    if order.stage not in WAITING:
        raise Refused(
            f"order {order.no} is {order.stage.value}: the warehouse has nothing to do with it",
            because="stage_forbids",
        )
    task, asked = await ask_warehouse(session, order, TaskKind.OTHER, args.todo, by=by)
    return {"task_id": task.id, "due_at": task.due_at.isoformat(), "asked": asked}


@command("answer_warehouse_task", needs="agent")
async def answer_warehouse_task(
    session: AsyncSession, args: AnswerArgs, *, by: CommandContext
) -> dict[str, Any]:
    """The warehouse's answer to a task of this buyer (C11)."""
    found = await session.get(WarehouseTask, args.task_id)
    if found is None or found.buyer_id != by.buyer_id:
        raise NotFound(f"no task {args.task_id} of this buyer")
    task = await answer_task(session, args.task_id, TaskState(args.state), args.answer, by=by)
    return {"task_id": task.id, "order_no": task.order_no, "state": task.state}


@source("task")
async def read_task(reading: Reading, key: str) -> dict[str, Any]:
    """A task for the buyer's own order and its answer."""
    task = await reading.session.get(WarehouseTask, int(key)) if key.isdigit() else None
    if task is None or task.buyer_id != reading.buyer_id:
        raise NotFound(f"no task {key!r} of this buyer")
    order = await get_order(reading.session, reading.buyer_id, task.order_no)
    return {
        "order_no": order.no,
        "title": await describe_goods(reading.session, order),
        "kind": task.kind,
        "state": task.state,
        "due_at": task.due_at.astimezone(reading.policy.zone),
        "refund": order.total if (task.change or {}).get("cancel") else None,
        "refund_working_days": list(reading.policy.returns.refund_working_days),
    }
