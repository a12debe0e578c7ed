"""What the warehouse is asked to do, in writing, and its answers (C11)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import live
from desk.api.access import Allowed, OurDesk
from desk.api.errors import describe
from desk.api.schemas import clean_text, example
from desk.permissions import Permission
from desk.users import User
from shop import warehouse
from shop.commands import CommandContext
from shop.models import Order
from shop.work_models import WarehouseTask

router = APIRouter(prefix="/api/v1/desk/tasks", tags=["warehouse"])
Worker = Annotated[User, Depends(Allowed(Permission.WORK_TASKS))]
TaskId = Annotated[int, Path(ge=1, le=2**31 - 1)]
MOST_TASKS = 200
CHANNEL = "desk"
TASK = {
    "id": 3,
    "order_no": "2026112200150030",
    "flag": "blue",
    "kind": "correct_slip",
    "todo": "改面单: 收件人电话改为13900000000",
    "recipient": "林晚晴",
    "address": "浙江 杭州市示例区1号",
    "asked_by": "lin",
    "asked_at": "2026-03-02T02:00:00Z",
    "due_at": "2026-03-02T02:30:00Z",
    "state": "open",
    "answer": None,
    "answered_by": None,
    "answered_at": None,
}


class TaskBody(BaseModel):
    """A task. Recipient and address as they stood when it was asked; `flag` as it is on the order now."""

    model_config = example(TASK)

    id: int
    order_no: str
    flag: str | None
    kind: str = Field(description="correct_slip | pull_back | cancel | other")
    todo: str
    recipient: str
    address: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    state: str = Field(description="open | done | impossible")
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class AnswerIn(BaseModel):
    """What became of it; for `impossible` the words say why."""

    model_config = example({"state": "impossible", "answer": "包裹已交快递"})

    state: Literal["done", "impossible"]
    answer: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(clean_text)]


@router.get("", responses=describe(401, 403, 422))
async def list_tasks(
    _worker: Worker,
    desk: OurDesk,
    state: Annotated[warehouse.TaskState, Query(description="which tasks")] = warehouse.TaskState.OPEN,
) -> list[TaskBody]:
    """Tasks of a state, the one due first before the others."""
    async with desk.reads() as session:
        tasks = await warehouse.list_tasks(session, state=state, limit=MOST_TASKS)
        return await _show(session, tasks)


@router.post("/{task_id}/answer", responses=describe(401, 403, 404, 409, 422))
async def answer_task(task_id: TaskId, body: AnswerIn, worker: Worker, desk: OurDesk) -> TaskBody:
    """Say what became of a task. The order follows and the customer hears of it.

    The same answer again changes nothing; 409 `refused` when it was answered otherwise.
    """
    async with desk.transaction() as session:
        by = CommandContext(
            buyer_id="",  # the task names its buyer
            conversation_id="",
            channel=CHANNEL,
            now=desk.clock(),
            policy=desk.policy.current(),
            authority="agent",
            actor=worker.name,
        )
        state = warehouse.TaskState(body.state)
        task = await warehouse.answer_task(session, task_id, state, body.answer, by=by)
        if task.conversation_id is not None:
            told = {"task_id": task.id, "state": task.state}
            live.record(session, task.conversation_id, "task", told, desk.clock())
        return (await _show(session, [task]))[0]


async def _show(session: AsyncSession, tasks: list[WarehouseTask]) -> list[TaskBody]:
    flags = select(Order.no, Order.flag).where(Order.no.in_({task.order_no for task in tasks}))
    found = dict((await session.execute(flags)).all())
    return [
        TaskBody(
            flag=found.get(task.order_no),
            **{name: getattr(task, name) for name in TaskBody.model_fields if name != "flag"},
        )
        for task in tasks
    ]
