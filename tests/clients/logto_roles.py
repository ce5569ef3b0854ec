"""Logto: the five operations on the roles of members, for every version of the client."""

from __future__ import annotations

from typing import Any

import pytest

from logto_checks import NOBODY, check_page, check_pages, ids, is_empty, places, refused
from logto_client import Logto
from logto_make import Maker
from logto_members import FOREIGN_KEY, roles_of

WRONG_TYPE = "entity.db_constraint_violated"
MEMBERSHIP = "organization.require_membership"

WRITERS = {
    "assign_organization_roles_to_user": 201,
    "replace_organization_user_roles": 204,
}
"""Operations that take the roles of one member, with what they answer."""


def held(logto: Logto, organization: str, user: str) -> list[str]:
    """The roles of a member."""
    return ids(logto.call("list_organization_user_roles", organization, user))


def these(*roles: str) -> dict[str, list[str]]:
    """The body of an operation on the roles of one member."""
    return {"organizationRoleIds": list(roles)}


class RoleTests:
    """Tests of what each version can send and read."""

    # --- many members at once ---------------------------------------------------------------------

    def test_every_user_gets_every_role_and_keeps_the_others(
        self, logto: Logto, make: Maker
    ) -> None:
        first, second, third = make.users(3)
        old, new, newer = make.roles(3)
        organization = make.organization_with(first, second, third, roles=[old])
        elsewhere = make.organization_with(first)
        body = {"userIds": [first, second, first], "organizationRoleIds": [newer, new, old, new]}
        for _ in range(2):
            answer = logto.send("assign_organization_roles_to_users", organization, body)
            assert is_empty(answer, 201)
            found = {user: set(roles) for user, roles in roles_of(logto, organization).items()}
            assert found == {first: {old, new, newer}, second: {old, new, newer}, third: {old}}
        assert roles_of(logto, elsewhere) == {first: []}

    def test_no_role_is_given_when_anything_is_unknown(self, logto: Logto, make: Maker) -> None:
        member, stranger = make.user(), make.user()
        (role,) = make.roles(1)
        machine = make.machine_role()
        organization = make.organization_with(member)

        def fails(code: str, where: str, users: list[str], roles: list[str]) -> None:
            body = {"userIds": users, "organizationRoleIds": roles}
            refused(422, code, logto, "assign_organization_roles_to_users", where, body)

        fails(FOREIGN_KEY, NOBODY, [member], [role])
        fails(FOREIGN_KEY, organization, [member, NOBODY], [role])
        fails(FOREIGN_KEY, organization, [member, stranger], [role])
        fails(FOREIGN_KEY, organization, [member], [role, NOBODY])
        fails(WRONG_TYPE, organization, [member], [role, machine])
        # Both at once: the type is what is told.
        fails(WRONG_TYPE, organization, [member], [machine, NOBODY])
        fails(WRONG_TYPE, organization, [member, stranger], [machine])
        assert roles_of(logto, organization) == {member: []}

    def test_both_lists_are_checked(self, logto: Logto, make: Maker) -> None:
        user = make.user()
        (role,) = make.roles(1)
        organization = make.organization_with(user)
        operation = "assign_organization_roles_to_users"
        for fields, wrong in [
            ({"user_ids": [], "organization_role_ids": [role]}, ["userIds"]),
            ({"user_ids": [user], "organization_role_ids": []}, ["organizationRoleIds"]),
            ({"user_ids": [""], "organization_role_ids": [role]}, ["userIds.0"]),
            ({"user_ids": [user], "organization_role_ids": [role, ""]}, ["organizationRoleIds.1"]),
            ({}, ["organizationRoleIds", "userIds"]),
        ]:
            body = logto.unchecked(operation, **fields)
            error = refused(400, "guard.invalid_input", logto, operation, organization, body)
            assert places(error) == wrong
        assert roles_of(logto, organization) == {user: []}

    # --- one member -------------------------------------------------------------------------------

    def test_a_member_s_roles_are_what_was_made(self, logto: Logto, make: Maker) -> None:
        user = make.user()
        role = make.role(description="Reads everything")
        organization = make.organization_with(user, roles=[role["id"]])
        answer = logto.send("list_organization_user_roles", organization, user)
        assert (answer.status, answer.json()) == (200, [role])
        (found,) = answer.data
        assert found.to_dict().items() <= role.items()
        assert (found.name, found.description) == (role["name"], "Reads everything")
        assert held(logto, make.organization_with(user), user) == []

    def test_all_thirty_roles_come_at_once_and_pages_only_when_asked_for(
        self, logto: Logto, make: Maker
    ) -> None:
        user = make.user()
        made = make.roles(30)
        organization = make.organization_with(user, roles=made)
        answer = logto.send("list_organization_user_roles", organization, user)
        assert not {"total-number", "link"} & set(answer.headers)
        rows = ids(answer.data)
        assert len(rows) == 30 and set(rows) == set(made)
        check_pages(logto, "list_organization_user_roles", [organization, user], rows)

    def test_roles_are_added_to_those_that_are_held(self, logto: Logto, make: Maker) -> None:
        user = make.user()
        old, new, newer = make.roles(3)
        organization = make.organization_with(user, roles=[old])
        elsewhere = make.organization_with(user)
        operation = "assign_organization_roles_to_user"
        answer = logto.send(operation, organization, user, these(newer, old, new, newer))
        # The client has no model for it.
        assert (answer.status, answer.json()) == (201, these(newer, old, new))
        assert sorted(held(logto, organization, user)) == sorted([old, new, newer])
        answer = logto.send(operation, organization, user, these())
        assert (answer.status, answer.json()) == (201, these())
        assert len(held(logto, organization, user)) == 3
        assert held(logto, elsewhere, user) == []

    def test_replaced_roles_are_just_those_that_are_sent(self, logto: Logto, make: Maker) -> None:
        user = make.user()
        old, stays, new = make.roles(3)
        organization = make.organization_with(user, roles=[old, stays])
        elsewhere = make.organization_with(user, roles=[old])
        for wanted in ([new, stays, new], [stays, new], [old], []):
            answer = logto.send(
                "replace_organization_user_roles", organization, user, these(*wanted)
            )
            assert is_empty(answer)
            assert sorted(held(logto, organization, user)) == sorted(set(wanted))
        assert held(logto, elsewhere, user) == [old]

    @pytest.mark.parametrize("operation", WRITERS)
    def test_a_member_s_roles_stay_when_one_cannot_be_given(
        self, logto: Logto, make: Maker, operation: str
    ) -> None:
        user = make.user()
        old, new = make.roles(2)
        machine = make.machine_role()
        where = (make.organization_with(user, roles=[old]), user)
        refused(422, FOREIGN_KEY, logto, operation, *where, these(new, NOBODY))
        refused(422, WRONG_TYPE, logto, operation, *where, these(new, machine))
        # Both at once: the type is what is told.
        refused(422, WRONG_TYPE, logto, operation, *where, these(NOBODY, machine))
        body = logto.unchecked(operation, organization_role_ids=[new, ""])
        error = refused(400, "guard.invalid_input", logto, operation, *where, body)
        assert places(error) == ["organizationRoleIds.1"]
        assert held(logto, *where) == [old]

    @pytest.mark.parametrize("operation", WRITERS)
    def test_a_list_that_is_absent_is_empty(
        self, logto: Logto, make: Maker, operation: str
    ) -> None:
        user = make.user()
        (role,) = make.roles(1)
        where = (make.organization_with(user, roles=[role]), user)
        # The client has to be talked into it: its model wants the list.
        answer = logto.send(operation, *where, logto.unchecked(operation))
        assert answer.status == WRITERS[operation]
        assert held(logto, *where) == ([role] if answer.status == 201 else [])

    def test_one_role_is_taken_away_and_goes_on_to_exist(self, logto: Logto, make: Maker) -> None:
        user, other = make.user(), make.user()
        role, stays = make.role(), make.role()
        roles = [role["id"], stays["id"]]
        organization = make.organization_with(user, other, roles=roles)
        gone = (organization, user, role["id"])
        assert is_empty(logto.send("delete_organization_user_role", *gone))
        assert held(logto, organization, user) == [stays["id"]]
        assert sorted(held(logto, organization, other)) == sorted(roles)
        refused(404, "entity.not_found", logto, "delete_organization_user_role", *gone)
        unknown = (organization, user, NOBODY)
        refused(404, "entity.not_found", logto, "delete_organization_user_role", *unknown)
        assert logto.send("get_organization_role", role["id"]).json() == role

    def test_a_deleted_role_is_nobody_s_any_more(self, logto: Logto, make: Maker) -> None:
        user = make.user()
        gone, stays = make.roles(2)
        organization = make.organization_with(user, roles=[gone, stays])
        assert is_empty(logto.send("delete_organization_role", gone))
        assert roles_of(logto, organization) == {user: [stays]}
        assert held(logto, organization, user) == [stays]

    # --- who is no member -------------------------------------------------------------------------

    def test_membership_is_checked_before_anything_that_is_sent(
        self, logto: Logto, make: Maker
    ) -> None:
        organization, user = make.organization(), make.user()
        other = make.organization_with(user)
        (role,) = make.roles(1)
        calls: list[tuple[str, list[Any], dict[str, int]]] = [
            ("list_organization_user_roles", [], {}),
            ("list_organization_user_roles", [], {"page_size": 101}),
            ("delete_organization_user_role", [role], {}),
            ("delete_organization_user_role", [NOBODY], {}),
        ]
        for operation in WRITERS:
            wrong = logto.unchecked(operation, organization_role_ids=[""])
            calls += [(operation, [body], {}) for body in (these(role), these(NOBODY), wrong)]
        for where in ((organization, user), (other, NOBODY), (NOBODY, user), ("0", "a/b")):
            for operation, args, options in calls:
                refused(422, MEMBERSHIP, logto, operation, *where, *args, **options)
        assert held(logto, other, user) == []

    def test_a_page_of_one_role(self, logto: Logto, make: Maker) -> None:
        user = make.user()
        (role,) = make.roles(1)
        where = [make.organization_with(user, roles=[role]), user]
        check_page(logto, "list_organization_user_roles", where, [role], page=1)
