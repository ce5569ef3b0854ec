"""Logto: who is let in, and whether no operation was left out; for every version of the client."""

from __future__ import annotations

from typing import Any

import pytest

from logto_checks import NOBODY, refused
from logto_client import ORGANIZATIONS, WRONG_SCHEME, Logto, Stranger, succeeded
from logto_make import Maker

USERS = {"userIds": [NOBODY]}
ROLES = {"organizationRoleIds": [NOBODY]}
ARGUMENTS: dict[str, list[Any]] = {
    "list_organizations": [],
    "create_organization": [{"name": "Never made"}],
    "get_organization": [NOBODY],
    "update_organization": [NOBODY, {}],
    "delete_organization": [NOBODY],
    "list_organization_users": [NOBODY],
    "add_organization_users": [NOBODY, USERS],
    "replace_organization_users": [NOBODY, USERS],
    "assign_organization_roles_to_users": [NOBODY, USERS | ROLES],
    "delete_organization_user": [NOBODY, NOBODY],
    "list_organization_user_roles": [NOBODY, NOBODY],
    "assign_organization_roles_to_user": [NOBODY, NOBODY, ROLES],
    "replace_organization_user_roles": [NOBODY, NOBODY, ROLES],
    "delete_organization_user_role": [NOBODY, NOBODY, NOBODY],
}
"""Every operation with arguments that harm nothing, most of which are refused for themselves."""


class AccessTests:
    """Tests of credentials."""

    @pytest.mark.parametrize("operation", ARGUMENTS)
    def test_only_a_token_for_the_api_with_the_scope_all_is_let_in(
        self, logto: Logto, strangers: list[Stranger], operation: str
    ) -> None:
        for stranger, status, code in strangers:
            body = refused(status, code, stranger, operation, *ARGUMENTS[operation])
            if code == WRONG_SCHEME:
                assert body["data"] == {"supportedTypes": ["Bearer"]}
        assert logto.call("list_organizations", q="Never made") == []

    def test_rights_are_checked_before_pages_and_bodies(self, strangers: list[Stranger]) -> None:
        for stranger, status, code in strangers:
            refused(status, code, stranger, "list_organizations", page_size=101)
            body = stranger.unchecked("create_organization", name="")
            refused(status, code, stranger, "create_organization", body)

    def test_a_stranger_changes_nothing(
        self, logto: Logto, make: Maker, strangers: list[Stranger]
    ) -> None:
        user, other = make.user(), make.user()
        given, new = make.roles(2)
        made = make.organization_with(user, roles=[given])
        before = logto.send("get_organization", made).json()
        members = logto.send("list_organization_users", made).json()
        for stranger, status, code in strangers:
            calls: list[tuple[str, list[Any]]] = [
                ("update_organization", [made, {"name": "Stolen"}]),
                ("add_organization_users", [made, {"userIds": [other]}]),
                ("replace_organization_users", [made, {"userIds": []}]),
                ("assign_organization_roles_to_user", [made, user, {"organizationRoleIds": [new]}]),
                ("delete_organization_user_role", [made, user, given]),
                ("delete_organization_user", [made, user]),
                ("delete_organization", [made]),
            ]
            for operation, args in calls:
                refused(status, code, stranger, operation, *args)
        assert logto.send("get_organization", made).json() == before
        assert logto.send("list_organization_users", made).json() == members


class WholeApiTests:
    """Runs last, after the other files."""

    def test_every_operation_of_the_organizations_api_succeeded_at_least_once(
        self, request: pytest.FixtureRequest
    ) -> None:
        client = request.path.name.removesuffix("_whole_api.py")
        files = set(request.path.parent.glob(f"{client}*.py"))
        config = request.config
        parts = config.option.keyword or any("::" in arg for arg in config.args)
        if parts or files - {item.path for item in request.session.items}:
            pytest.skip("not all tests of this client were run before")
        assert set(ARGUMENTS) == set(ORGANIZATIONS)
        assert {name for name in ORGANIZATIONS if not succeeded[name]} == set()
