"""The matrix of routes and roles is whole: every route of the API has its row, and no row is left over."""

from typing import Any

import pytest

from desk.app import create_app
from desk.permissions import PERMISSIONS, ROUTES, Permission, can
from desk.settings import DeskSettings
from desk.users import Role

METHODS = {"get", "post", "put", "patch", "delete"}


def list_routes() -> set[str]:
    described: dict[str, Any] = create_app(DeskSettings()).openapi()
    return {
        f"{method.upper()} {path}"
        for path, methods in described["paths"].items()
        for method in methods
        if method in METHODS
    }


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert list_routes() == set(ROUTES)


@pytest.mark.parametrize(
    ("role", "permission", "may"),
    [
        (Role.PRESALES, Permission.ANSWER, True),
        (Role.PRESALES, Permission.SEE_FULL_DATA, False),
        (Role.PRESALES, Permission.MANAGE_USERS, False),
        (Role.AFTERSALES, Permission.SEE_FULL_DATA, True),
        (Role.AFTERSALES, Permission.READ_AUDIT, False),
        (Role.WAREHOUSE, Permission.READ_CONVERSATIONS, False),
        (Role.SUPERVISOR, Permission.READ_AUDIT, True),
        (Role.SUPERVISOR, Permission.MANAGE_USERS, True),
    ],
)
def test_roles_may_what_their_work_takes(role: Role, permission: Permission, may: bool) -> None:
    assert can(role, permission) is may


def test_every_permission_is_somebodys() -> None:
    assert set().union(*PERMISSIONS.values()) == set(Permission)
