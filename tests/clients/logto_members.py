"""Logto: the four operations on the members of an organization, for every version of the client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from logto_checks import (
    NOBODY,
    USER_KEYS,
    check_page,
    check_pages,
    ids,
    is_empty,
    is_id,
    is_recent,
    places,
    refused,
    total,
)
from logto_client import Logto
from logto_make import Maker

FOREIGN_KEY = "entity.relation_foreign_key_not_found"


def roles_of(logto: Logto, organization: str) -> dict[str, list[str]]:
    """The roles of each member."""
    members = logto.call("list_organization_users", organization)
    return {member.id: ids(member.organization_roles) for member in members}


class MemberTests:
    """Tests of what each version can send and read."""

    # --- adding -----------------------------------------------------------------------------------

    def test_added_users_are_listed_by_id_without_roles_and_the_answer_repeats_the_list(
        self, logto: Logto, make: Maker
    ) -> None:
        organization = make.organization()
        first, second = make.users(2)
        sent = {"userIds": [second, first, second]}
        answer = logto.send("add_organization_users", organization, sent)
        # The client has no model for it.
        assert (answer.status, answer.json()) == (201, sent)
        assert roles_of(logto, organization) == {first: [], second: []}
        assert ids(logto.call("list_organization_users", organization)) == [first, second]

    def test_whoever_is_a_member_already_keeps_the_roles(self, logto: Logto, make: Maker) -> None:
        old, new = make.user(), make.user()
        (role,) = make.roles(1)
        organization = make.organization_with(old, roles=[role])
        answer = logto.send("add_organization_users", organization, {"userIds": [old, new]})
        assert answer.json() == {"userIds": [old, new]}
        assert roles_of(logto, organization) == {old: [role], new: []}

    def test_nobody_is_added_when_one_is_unknown(self, logto: Logto, make: Maker) -> None:
        organization, user = make.organization(), make.user()
        for unknown in (NOBODY, "0"):
            body = {"userIds": [user, unknown]}
            refused(422, FOREIGN_KEY, logto, "add_organization_users", organization, body)
        body = {"userIds": [user]}
        refused(422, FOREIGN_KEY, logto, "add_organization_users", NOBODY, body)
        assert roles_of(logto, organization) == {}

    def test_lists_of_users_are_checked(self, logto: Logto, make: Maker) -> None:
        user = make.user()
        organization = make.organization_with(user)
        cases: list[tuple[str, dict[str, list[str]], str]] = [
            ("add_organization_users", {"user_ids": []}, "userIds"),
            ("add_organization_users", {"user_ids": [user, ""]}, "userIds.1"),
            ("add_organization_users", {}, "userIds"),
            ("replace_organization_users", {"user_ids": [""]}, "userIds.0"),
            ("replace_organization_users", {}, "userIds"),
        ]
        for operation, fields, place in cases:
            body = logto.unchecked(operation, **fields)
            error = refused(400, "guard.invalid_input", logto, operation, organization, body)
            assert places(error) == [place]
        assert roles_of(logto, organization) == {user: []}

    # --- listing ----------------------------------------------------------------------------------

    def test_a_member_is_the_user_that_was_made_with_roles(self, logto: Logto, make: Maker) -> None:
        name = make.name("whole")
        person = {
            "name": "Zoë Müller-Łukasz 🏠",
            "username": f"zoe_{name.strip('.').replace('-', '_')}",
            "primaryEmail": f"{name}z@example.org",
            "primaryPhone": "33612345678",
            "customData": {"pets": [{"name": "Rex", "age": 3.5}], "none": None},
            "profile": {"familyName": "Müller", "address": {"locality": "Łódź"}},
        }
        made = logto.send("create_user", person)
        user = made.json()
        assert made.status == 200 and set(user) - {"cimdClientId"} == USER_KEYS | {"hasPassword"}
        assert is_id(user["id"], longest=12)
        assert is_recent(user["createdAt"]) and is_recent(user["updatedAt"])
        assert user.items() >= person.items()
        assert user["hasPassword"] is False and user["isSuspended"] is False
        nothing = ("avatar", "lastSignInAt", "applicationId")
        assert [user[key] for key in nothing] == [None] * 3 and user["identities"] == {}
        role = make.role()
        organization = make.organization_with(user["id"], roles=[role["id"]])
        answer = logto.send("list_organization_users", organization)
        del user["hasPassword"]
        roles = [{"id": role["id"], "name": role["name"]}]
        assert answer.json() == [user | {"organizationRoles": roles}]
        (member,) = answer.data
        assert member.profile.to_dict() == person["profile"]
        assert (member.custom_data, member.is_suspended) == (person["customData"], False)
        assert [given.to_dict() for given in member.organization_roles] == roles

    def test_the_list_has_pages_that_fit_together(self, logto: Logto, make: Maker) -> None:
        rows = make.users(30)
        organization = make.organization_with(*reversed(rows))
        check_page(logto, "list_organization_users", [organization], rows)
        check_pages(logto, "list_organization_users", [organization], rows)

    def test_the_page_of_an_empty_list_is_the_last(self, logto: Logto, make: Maker) -> None:
        check_page(logto, "list_organization_users", [make.organization()], [])

    def test_q_searches_ids_and_identifiers_and_names(self, logto: Logto, make: Maker) -> None:
        name = make.name("needle").strip(".").replace("-", "_")
        fields = [
            ("name", f"The {name.upper()}!", name),
            ("username", f"u_{name}", f"U_{name}"),
            ("primaryEmail", f"{name}@e.example.org", f"{name}@E."),
            ("primaryPhone", "4920946000719", "946000719"),
        ]
        users = {field: make.user(**{field: value}) for field, value, _ in fields}
        organization = make.organization_with(make.user(), *users.values())

        def found(q: str) -> list[str]:
            answer = logto.send("list_organization_users", organization, q=q)
            assert total(answer) == len(answer.data)
            return ids(answer.data)

        for field, _, q in fields:
            assert users[field] in found(q), field
        assert users["name"] in found(users["name"])
        # Three have it in a field of theirs.
        assert found(name) == sorted(users[field] for field, _, _ in fields[:3])
        assert found(f"{name}{NOBODY}") == []
        assert len(found("")) == 5
        # Pages are of what was found.
        rows = sorted(users[field] for field, _, _ in fields[:3])
        paged = {"q": name, "page": 2, "page_size": 2}
        check_page(logto, "list_organization_users", [organization], rows, **paged)

    def test_roles_are_of_this_organization_alone_and_sorted_by_name(
        self, logto: Logto, make: Maker
    ) -> None:
        user = make.user()
        tag = make.name("sorted")
        names = [f"{tag}{letter}" for letter in "cab"]
        roles = {name: make.role(name=name)["id"] for name in names}
        here = make.organization_with(user, roles=list(roles.values()))
        there = make.organization_with(user, roles=make.roles(1))
        (member,) = logto.call("list_organization_users", here)
        assert [role.name for role in member.organization_roles] == sorted(names)
        assert ids(member.organization_roles) == [roles[name] for name in sorted(names)]
        (member,) = logto.call("list_organization_users", there)
        assert not set(ids(member.organization_roles)) & set(roles.values())
        assert len(member.organization_roles) == 1

    @pytest.mark.parametrize("unknown", [NOBODY, "0", "a/b"])
    def test_an_unknown_organization_has_no_members(self, logto: Logto, unknown: str) -> None:
        answer = logto.send("list_organization_users", unknown)
        assert (answer.status, answer.json(), total(answer)) == (200, [], 0)

    # --- replacing --------------------------------------------------------------------------------

    def test_who_stays_keeps_roles_who_leaves_loses_them_and_newcomers_have_none(
        self, logto: Logto, make: Maker
    ) -> None:
        stays, leaves, comes = make.user(), make.user(), make.user()
        (role,) = make.roles(1)
        organization = make.organization_with(stays, leaves, roles=[role])

        def replace(*users: str) -> dict[str, list[str]]:
            body = {"userIds": list(users)}
            assert is_empty(logto.send("replace_organization_users", organization, body))
            return roles_of(logto, organization)

        assert replace(comes, stays, comes) == {stays: [role], comes: []}
        # The same once more.
        assert replace(stays, comes) == {stays: [role], comes: []}
        # Who left comes again.
        assert replace(leaves, stays) == {stays: [role], leaves: []}
        assert replace() == {}
        assert replace(stays) == {stays: []}

    def test_nothing_is_replaced_when_somebody_is_unknown(self, logto: Logto, make: Maker) -> None:
        member, other = make.user(), make.user()
        (role,) = make.roles(1)
        organization = make.organization_with(member, roles=[role])
        body = {"userIds": [other, NOBODY]}
        refused(422, FOREIGN_KEY, logto, "replace_organization_users", organization, body)
        assert roles_of(logto, organization) == {member: [role]}

    def test_an_unknown_organization_can_only_be_emptied(self, logto: Logto, make: Maker) -> None:
        body = {"userIds": [make.user()]}
        refused(422, FOREIGN_KEY, logto, "replace_organization_users", NOBODY, body)
        assert is_empty(logto.send("replace_organization_users", NOBODY, {"userIds": []}))

    # --- removing ---------------------------------------------------------------------------------

    def test_a_removed_member_is_no_member_and_has_no_roles_after_coming_back(
        self, logto: Logto, make: Maker
    ) -> None:
        gone, stays = make.user(), make.user()
        (role,) = make.roles(1)
        organization = make.organization_with(gone, stays, roles=[role])
        other = make.organization_with(gone, roles=[role])
        assert is_empty(logto.send("delete_organization_user", organization, gone))
        assert roles_of(logto, organization) == {stays: [role]}
        assert roles_of(logto, other) == {gone: [role]}
        refused(404, "entity.not_found", logto, "delete_organization_user", organization, gone)
        assert logto.call("get_user", gone).id == gone
        logto.call("add_organization_users", organization, {"userIds": [gone]})
        assert roles_of(logto, organization)[gone] == []

    def test_whoever_is_no_member_cannot_be_removed(self, logto: Logto, make: Maker) -> None:
        organization, user = make.organization(), make.user()
        for one, other in [(organization, user), (organization, NOBODY), (NOBODY, user)]:
            refused(404, "entity.not_found", logto, "delete_organization_user", one, other)

    @pytest.mark.parametrize(
        ("operation", "arguments"),
        [
            ("list_organization_user_roles", lambda role: []),
            ("assign_organization_roles_to_user", lambda role: [{"organizationRoleIds": [role]}]),
            ("replace_organization_user_roles", lambda role: [{"organizationRoleIds": [role]}]),
            ("delete_organization_user_role", lambda role: [role]),
        ],
    )
    def test_a_removed_member_has_to_be_a_member_for_role_operations(
        self, logto: Logto, make: Maker, operation: str, arguments: Callable[[str], list[Any]]
    ) -> None:
        user = make.user()
        (role,) = make.roles(1)
        organization = make.organization_with(user, roles=[role])
        logto.call("delete_organization_user", organization, user)
        membership = "organization.require_membership"
        refused(422, membership, logto, operation, organization, user, *arguments(role))
        body = {"userIds": [user], "organizationRoleIds": [role]}
        refused(422, FOREIGN_KEY, logto, "assign_organization_roles_to_users", organization, body)

    def test_a_deleted_user_is_no_member_any_more(self, logto: Logto, make: Maker) -> None:
        gone, stays = make.user(), make.user()
        organization = make.organization_with(gone, stays)
        assert is_empty(logto.send("delete_user", gone))
        assert roles_of(logto, organization) == {stays: []}
        refused(404, "entity.not_found", logto, "delete_organization_user", organization, gone)
