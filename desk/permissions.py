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
    SEE_FULL_DATA = "see_full_data"  # phones and addresses unmasked


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
    Role.AFTERSALES: _AGENT | {Permission.SEE_FULL_DATA},
    Role.WAREHOUSE: frozenset({Permission.SEE_FULL_DATA}),
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
