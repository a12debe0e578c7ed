"""Who may do what: the one table of roles and permissions (G1)."""

from enum import StrEnum

from desk.errors import DeskError
from desk.users import Role


class Permission(StrEnum):
    """One thing a signed-in person may do."""

    READ_CONVERSATIONS = "read_conversations"
    ANSWER = "answer"  # take over, hand back, write, close, accept and reject drafts, claim
    TAKE_FROM_OTHERS = "take_from_others"  # a conversation that another agent holds
    RUN_COMMANDS = "run_commands"  # let a draft's commands run with it
    REPAIR_OUTBOX = "repair_outbox"  # see and retry dead deliveries
    PREVIEW = "preview"  # ask what the assistant would do with a text
    CHECK_TONE = "check_tone"  # have a text checked before it is sent
    SEE_FULL_DATA = "see_full_data"  # names in full; phones and addresses on demand, each look is audited
    MANAGE_USERS = "manage_users"  # accounts: list, add, role, off, reset
    READ_AUDIT = "read_audit"
    MANAGE_SHOP_DATA = "manage_shop_data"  # import and export goods, orders, customers
    SUPERVISE = "supervise"  # alarms, wall, approvals, whispers, roster, autonomy
    WORK_TASKS = "work_tasks"  # the warehouse's written tasks and its answers
    WORK_RETURNS = (
        "work_returns"  # the return register: take in and check; with `answer` also decide and refund
    )
    MANAGE_PHRASES = "manage_phrases"  # the shop's canned replies


_AGENT = frozenset(
    {
        Permission.READ_CONVERSATIONS,
        Permission.ANSWER,
        Permission.RUN_COMMANDS,
        Permission.PREVIEW,
        Permission.CHECK_TONE,
    }
)
_ALL = frozenset(Permission)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.PRESALES: _AGENT,
    Role.AFTERSALES: _AGENT | {Permission.SEE_FULL_DATA, Permission.WORK_RETURNS},
    Role.WAREHOUSE: frozenset({Permission.SEE_FULL_DATA, Permission.WORK_TASKS, Permission.WORK_RETURNS}),
    Role.SUPERVISOR: _ALL,
    Role.ADMIN: _ALL,
}


TEAMS: dict[Role, tuple[str, ...]] = {
    Role.PRESALES: ("presales",),
    Role.AFTERSALES: ("aftersales",),
    Role.WAREHOUSE: (),
    Role.SUPERVISOR: ("supervisor", "presales", "aftersales"),
    Role.ADMIN: ("supervisor",),
}
"""Whose queues a person of the role serves when they are at the desk."""


class NotAllowed(DeskError):
    """The person's role does not include this."""

    code = "not_allowed"


def can(role: Role, permission: Permission) -> bool:
    """Whether the role includes the permission."""
    return permission in PERMISSIONS[role]


def require(role: Role, permission: Permission) -> None:
    """Raises NotAllowed when the role does not include the permission."""
    if not can(role, permission):
        raise NotAllowed(f"the role {role} may not {permission.value.replace('_', ' ')}")


class Door(StrEnum):
    """How a route that is not a matter of roles is guarded."""

    OPEN = "open"  # anybody: health, pages, sign-in
    CHANNEL = "channel"  # signed by a channel
    BUYER = "buyer"  # the customer page's own session
    SIGNED_IN = "signed_in"  # any person of the desk, for themselves
    INSIDE = "inside"  # our own processes, or a person who may preview


ROUTES: dict[str, Permission | Door] = {
    "GET /healthz": Door.OPEN,
    "GET /readyz": Door.OPEN,
    "GET /metrics": Door.OPEN,
    "POST /api/v1/channels/{channel}/messages": Door.CHANNEL,
    "GET /api/v1/channels/{channel}/conversations/{conversation_id}/messages": Door.CHANNEL,
    "POST /api/v1/channels/{channel}/conversations/close": Door.CHANNEL,
    "GET /api/v1/channels/{channel}/wecom": Door.CHANNEL,
    "POST /api/v1/channels/{channel}/wecom": Door.CHANNEL,
    "POST /api/v1/channels/{channel}/chatwoot": Door.CHANNEL,
    "POST /api/v1/understand": Door.INSIDE,
    "GET /api/v1/chat/config": Door.OPEN,
    "POST /api/v1/chat/session": Door.OPEN,
    "GET /api/v1/chat/items/{item_id}": Door.OPEN,
    "GET /api/v1/chat/proof": Door.BUYER,
    "POST /api/v1/chat/proof": Door.BUYER,
    "GET /api/v1/chat/cards": Door.BUYER,
    "GET /api/v1/chat/callback": Door.BUYER,
    "POST /api/v1/chat/callback": Door.BUYER,
    "GET /api/v1/chat/messages": Door.BUYER,
    "POST /api/v1/chat/messages": Door.BUYER,
    "GET /api/v1/chat/events": Door.BUYER,
    "GET /api/v1/chat/satisfaction": Door.BUYER,
    "POST /api/v1/chat/satisfaction": Door.BUYER,
    "POST /api/v1/chat/photos": Door.BUYER,
    "GET /api/v1/chat/photos/{photo_id}": Door.BUYER,
    "GET /api/v1/photos/{photo_id}": Permission.READ_CONVERSATIONS,
    "POST /api/v1/auth/login": Door.OPEN,
    "POST /api/v1/auth/logout": Door.SIGNED_IN,
    "GET /api/v1/auth/me": Door.SIGNED_IN,
    "POST /api/v1/auth/password": Door.SIGNED_IN,
    "POST /api/v1/auth/totp": Door.SIGNED_IN,
    "POST /api/v1/auth/totp/confirm": Door.SIGNED_IN,
    "POST /api/v1/auth/totp/disable": Door.SIGNED_IN,
    "GET /api/v1/auth/sessions": Door.SIGNED_IN,
    "POST /api/v1/auth/sessions/{session_id}/revoke": Door.SIGNED_IN,
    "GET /api/v1/desk/users": Permission.MANAGE_USERS,
    "POST /api/v1/desk/users": Permission.MANAGE_USERS,
    "POST /api/v1/desk/users/{name}": Permission.MANAGE_USERS,
    "POST /api/v1/desk/users/{name}/reset": Permission.MANAGE_USERS,
    "GET /api/v1/desk/audit": Permission.READ_AUDIT,
    "POST /api/v1/desk/unmask": Permission.SEE_FULL_DATA,
    "GET /api/v1/desk/conversations": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/conversations/{conversation_id}": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/conversations/{conversation_id}/messages": Permission.READ_CONVERSATIONS,
    "POST /api/v1/desk/conversations/{conversation_id}/messages": Permission.ANSWER,
    "POST /api/v1/desk/conversations/{conversation_id}/take-over": Permission.ANSWER,
    "POST /api/v1/desk/conversations/{conversation_id}/hand-back": Permission.ANSWER,
    "POST /api/v1/desk/conversations/{conversation_id}/close": Permission.ANSWER,
    "GET /api/v1/desk/conversations/{conversation_id}/panel": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/conversations/{conversation_id}/notes": Permission.READ_CONVERSATIONS,
    "POST /api/v1/desk/conversations/{conversation_id}/notes": Permission.ANSWER,
    "POST /api/v1/desk/conversations/{conversation_id}/transfer": Permission.ANSWER,
    "GET /api/v1/desk/conversations/{conversation_id}/packet": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/search": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/phrases": Permission.ANSWER,
    "POST /api/v1/desk/phrases": Permission.ANSWER,
    "POST /api/v1/desk/phrases/{phrase_id}": Permission.ANSWER,
    "POST /api/v1/desk/phrases/{phrase_id}/delete": Permission.ANSWER,
    "POST /api/v1/desk/phrases/{phrase_id}/render": Permission.ANSWER,
    "GET /api/v1/desk/alarms": Permission.SUPERVISE,
    "POST /api/v1/desk/alarms/{alarm_id}/acknowledge": Permission.SUPERVISE,
    "GET /api/v1/desk/approvals": Permission.SUPERVISE,
    "POST /api/v1/desk/conversations/{conversation_id}/approvals": Permission.ANSWER,
    "POST /api/v1/desk/approvals/{approval_id}/decide": Permission.SUPERVISE,
    "GET /api/v1/desk/complaints": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/complaints/terms": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/complaints/{complaint_id}": Permission.READ_CONVERSATIONS,
    "POST /api/v1/desk/conversations/{conversation_id}/complaints": Permission.ANSWER,
    "POST /api/v1/desk/complaints/{complaint_id}/assign": Permission.ANSWER,
    "POST /api/v1/desk/complaints/{complaint_id}/measure": Permission.ANSWER,
    "POST /api/v1/desk/complaints/{complaint_id}/remedies": Permission.ANSWER,
    "POST /api/v1/desk/complaints/{complaint_id}/close": Permission.ANSWER,
    "GET /api/v1/desk/callbacks": Permission.READ_CONVERSATIONS,
    "POST /api/v1/desk/conversations/{conversation_id}/callbacks": Permission.ANSWER,
    "POST /api/v1/desk/callbacks/{callback_id}/phone": Permission.SEE_FULL_DATA,
    "POST /api/v1/desk/callbacks/{callback_id}/settle": Permission.ANSWER,
    "GET /api/v1/desk/promises": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/satisfaction": Permission.SUPERVISE,
    "GET /api/v1/desk/roster": Permission.SUPERVISE,
    "POST /api/v1/desk/roster": Permission.SUPERVISE,
    "POST /api/v1/desk/roster/{shift_id}/delete": Permission.SUPERVISE,
    "GET /api/v1/desk/colleagues": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/wall": Permission.SUPERVISE,
    "POST /api/v1/desk/messages/{message_id}/recall": Permission.ANSWER,
    "POST /api/v1/desk/messages/{message_id}/fetch": Permission.ANSWER,
    "GET /api/v1/desk/autonomy": Permission.SUPERVISE,
    "POST /api/v1/desk/autonomy/{intent}": Permission.SUPERVISE,
    "GET /api/v1/desk/autonomy/{intent}/history": Permission.SUPERVISE,
    "POST /api/v1/desk/drafts/{draft_id}/shown": Permission.ANSWER,
    "POST /api/v1/desk/drafts/{draft_id}/accept": Permission.ANSWER,
    "POST /api/v1/desk/drafts/{draft_id}/reject": Permission.ANSWER,
    "POST /api/v1/desk/handoffs/{handoff_id}/claim": Permission.ANSWER,
    "POST /api/v1/desk/presence": Permission.ANSWER,
    "GET /api/v1/desk/tasks": Permission.WORK_TASKS,
    "POST /api/v1/desk/tasks/{task_id}/answer": Permission.WORK_TASKS,
    "GET /api/v1/desk/returns": Permission.WORK_RETURNS,
    "POST /api/v1/desk/returns/{request_id}/steps": Permission.WORK_RETURNS,
    "POST /api/v1/desk/tone": Permission.CHECK_TONE,
    "GET /api/v1/desk/events": Permission.READ_CONVERSATIONS,
    "GET /api/v1/desk/outbox/dead": Permission.REPAIR_OUTBOX,
    "POST /api/v1/desk/outbox/{delivery_id}/retry": Permission.REPAIR_OUTBOX,
    "GET /api/v1/shop/mappings": Permission.MANAGE_SHOP_DATA,
    "POST /api/v1/shop/import/{kind}": Permission.MANAGE_SHOP_DATA,
    "POST /api/v1/shop/export/{kind}": Permission.MANAGE_SHOP_DATA,
}
"""Every route of the API and who it is for. Tests walk the OpenAPI by it; none goes without."""
