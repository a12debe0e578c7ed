"""Returns at the desk: who may take which step of a request now, and that it is the request's own (D5)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desk import permissions
from desk.permissions import Permission
from desk.users import User
from shop.commands import Authority, CommandContext, execute
from shop.errors import NotFound, Refused
from shop.return_models import ReturnRequest
from shop.return_states import OPEN, ReturnKind, ReturnState, Step, next_state

COMMANDS = {
    Step.APPROVE: "approve_return",
    Step.REJECT: "reject_return",
    Step.RECEIVE: "receive_return",
    Step.CHECK: "check_return",
    Step.REFUND: "refund_return",
    Step.SEND_EXCHANGE: "send_exchange",
    Step.CLOSE: "close_return",
}
"""The steps that people take; the customer withdraws and ships."""
WAREHOUSE_STEPS = frozenset({Step.RECEIVE, Step.CHECK})
"""What those do who have the parcel before them; the others decide about money and answer the customer."""
MOST = 200


def find_authority(user: User) -> Authority:
    """On whose authority the person acts."""
    return "supervisor" if permissions.can(user.role, Permission.SUPERVISE) else "agent"


def may_take(user: User, step: Step) -> bool:
    """Whether the step is this person's work, whatever the request."""
    needed = {Permission.WORK_RETURNS}
    if step not in WAREHOUSE_STEPS:
        needed.add(Permission.ANSWER)
    return all(permissions.can(user.role, permission) for permission in needed)


def list_steps(request: ReturnRequest, user: User) -> list[Step]:
    """What the person may do with the request as it stands."""
    state, kind = ReturnState(request.state), ReturnKind(request.kind)
    possible = []
    for step in COMMANDS:
        try:
            next_state(state, step, kind, find_authority(user))
        except Refused:
            continue
        if may_take(user, step):
            possible.append(step)
    return possible


async def get_request(session: AsyncSession, request_id: int) -> ReturnRequest:
    """The request. Raises NotFound."""
    found = await session.get(ReturnRequest, request_id)
    if found is None:
        raise NotFound(f"no return request {request_id}")
    return found


async def list_requests(session: AsyncSession, *, is_open: bool) -> list[ReturnRequest]:
    """Open requests, the one due first before the others; or those that ended, the newest first."""
    query = select(ReturnRequest).limit(MOST)
    states = [state.value for state in OPEN]
    if is_open:
        query = query.where(ReturnRequest.state.in_(states))
        query = query.order_by(ReturnRequest.due_at.asc().nulls_last(), ReturnRequest.id)
    else:
        query = query.where(ReturnRequest.state.not_in(states))
        query = query.order_by(ReturnRequest.closed_at.desc(), ReturnRequest.id.desc())
    return list(await session.scalars(query))


async def take_step(
    session: AsyncSession, request_id: int, step: Step, args: dict[str, Any], *, by: CommandContext
) -> ReturnRequest:
    """Take a step of a request; `by` acts for its buyer. Raises NotFound, or Refused when it is not its turn.

    The register goes by the order's open request: one that ended meanwhile must not move its successor.
    """
    request = await get_request(session, request_id)
    result = await execute(session, COMMANDS[step], {"order_no": request.order_no, **args}, by)
    if result["request_id"] != request_id:
        raise Refused(
            f"return request {request_id} is {request.state}; go on with the newer", because="return_open"
        )
    return request
