"""EazyRent: the roles that people and machines hold in an organization."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from eazyrent_checks import grants, is_recent, places, refused
from eazyrent_http import NOBODY, Office, Tenant, person
from eazyrent_sdk import Apis, Identity

PROJECT = "310976816384838665"


def roles(who: Identity, user: str, **options: Any) -> list[str]:
    """Keys of the roles that a user holds."""
    held = who.call("user_grants.retrieve_user_authorizations", user, **options)
    assert isinstance(held, list)
    return held


def grant(who: Identity, user: str, *keys: str, **options: Any) -> list[str]:
    """Replaces the roles of a user."""
    operation = "user_grants.update_user_authorizations"
    held = who.call(operation, user, grants(*keys), **options)
    assert isinstance(held, list)
    return held


# --- one's own ------------------------------------------------------------------------------------


def test_my_authorizations_are_one_grant_in_my_organization(tenant: Tenant) -> None:
    (item,) = tenant.admin.call("user_grants.retrieve_my_authorizations")
    assert (item["userId"], item["orgId"]) == (tenant.admin.id, tenant.id)
    assert (item["orgName"], item["projectId"]) == (tenant.name, PROJECT)
    assert item["roleKeys"] == ["org:admin"]
    assert item["state"] == "USER_GRANT_STATE_ACTIVE"
    assert isinstance(item["id"], str) and item["id"]
    assert item["details"]["resourceOwner"] == tenant.id
    for date in ("creationDate", "changeDate"):
        assert is_recent(datetime.fromisoformat(item["details"][date]))


def test_a_machine_reads_its_own_authorizations(reader: Identity) -> None:
    (item,) = reader.call("user_grants.retrieve_my_authorizations")
    me = reader.call("users.get_my_user").actual_instance
    assert (item["userId"], item["orgId"]) == (me.id, me.organization.id)
    assert item["roleKeys"] == ["org:user"]


def test_who_holds_no_role_has_no_authorizations(office: Office, tenant: Tenant) -> None:
    member = office.member(tenant.admin)
    assert grant(tenant.admin, member.id) == []
    assert member.call("user_grants.retrieve_my_authorizations") == []
    refused(403, member, "organizations.my_organization")


# --- somebody else's ------------------------------------------------------------------------------


def test_the_roles_of_people_and_machines_are_replaced_as_a_set(tenant: Tenant) -> None:
    member = tenant.admin.call("team.add_organization_members", person("Bob")).id
    machine = tenant.admin.call("service_accounts.create_service_account").id
    for user in (member, machine):
        assert roles(tenant.admin, user) == ["org:user"]
        keys = ("org:staff", "organization:write", "org:staff")
        assert sorted(grant(tenant.admin, user, *keys)) == ["org:staff", "organization:write"]
        assert sorted(roles(tenant.admin, user)) == ["org:staff", "organization:write"]
        assert grant(tenant.admin, user, "org:user") == ["org:user"]


def test_an_empty_list_and_no_list_clear_all_roles(tenant: Tenant) -> None:
    member = tenant.admin.call("team.add_organization_members", person("Bob")).id
    operation = "user_grants.update_user_authorizations"
    # The client sends `{"grants": []}` for the one and `{}` for the other.
    bodies: list[Any] = [grants(), {}]
    for body in bodies:
        grant(tenant.admin, member, "org:user")
        assert tenant.admin.call(operation, member, body) == []
        assert roles(tenant.admin, member) == []


@pytest.mark.parametrize(
    "key",
    [
        "org:admin",
        "org:staff",
        "org:user",
        "organization:read",
        "organization:write",
        "product:read",
        "product:write",
        "rental_file:read",
        "rental_file:write",
        "document:write",
    ],
)
def test_every_role_of_an_organization_can_be_given(tenant: Tenant, key: str) -> None:
    member = tenant.admin.call("team.add_organization_members", person("Bob")).id
    assert grant(tenant.admin, member, key) == [key]
    assert roles(tenant.admin, member) == [key]


@pytest.mark.parametrize("key", ["admin", "staff", "user", "org:owner", "", "ORG:USER"])
def test_a_role_of_the_platform_or_of_nobody_is_refused_and_nothing_changes(
    operator: Apis, tenant: Tenant, key: str
) -> None:
    member = tenant.admin.call("team.add_organization_members", person("Bob")).id
    body = grants("org:staff", key)
    for who in (tenant.admin, operator):
        operation = "user_grants.update_user_authorizations"
        error = refused(422, who, operation, member, body, x_eaz_account_id=tenant.id)
        assert places(error) == [["body", "grants", 1]]
    assert roles(tenant.admin, member) == ["org:user"]


def test_users_of_no_or_another_organization_are_not_found(office: Office, tenant: Tenant) -> None:
    stranger = office.tenant("Other agency").admin.id
    texts = set()
    for user in (stranger, NOBODY, "not-an-id"):
        operation = "user_grants.retrieve_user_authorizations"
        texts.add(refused(404, tenant.admin, operation, user).body)
        operation = "user_grants.update_user_authorizations"
        texts.add(refused(404, tenant.admin, operation, user, grants("org:user")).body)
    assert len(texts) == 1


def test_the_last_administrator_stays_one(tenant: Tenant) -> None:
    operation = "user_grants.update_user_authorizations"
    for body in (grants("org:staff"), grants()):
        refused(409, tenant.admin, operation, tenant.admin.id, body)
    assert roles(tenant.admin, tenant.admin.id) == ["org:admin"]
    both = grant(tenant.admin, tenant.admin.id, "org:admin", "product:read")
    assert sorted(both) == ["org:admin", "product:read"]


def test_an_administrator_may_step_down_when_there_is_another(
    office: Office, tenant: Tenant
) -> None:
    second = office.member(tenant.admin)
    grant(tenant.admin, second.id, "org:admin")
    assert grant(tenant.admin, tenant.admin.id, "org:user") == ["org:user"]
    assert roles(second, tenant.admin.id) == ["org:user"]


def test_new_roles_count_for_tokens_that_are_out_already(office: Office, tenant: Tenant) -> None:
    member = office.member(tenant.admin)
    refused(403, member, "team.add_organization_members", person("Eve"))
    grant(tenant.admin, member.id, "organization:write")
    assert member.call("team.add_organization_members", person("Eve")).id
    refused(403, member, "team.list_organization_members")
    grant(tenant.admin, member.id, "organization:read")
    assert len(member.call("team.list_organization_members")) == 3
    refused(403, member, "team.add_organization_members", person("Mallory"))


def test_who_may_only_write_makes_no_administrator(office: Office, tenant: Tenant) -> None:
    writer = office.member(tenant.admin, "Writer")
    grant(tenant.admin, writer.id, "organization:write")
    other = tenant.admin.call("team.add_organization_members", person("Bob")).id
    assert grant(writer, other, "org:staff") == ["org:staff"]
    operation = "user_grants.update_user_authorizations"
    for user in (other, writer.id):
        refused(403, writer, operation, user, grants("org:admin"))
    assert roles(tenant.admin, other) == ["org:staff"]


def test_roles_in_a_linked_account_are_changed_through_the_acting_account(
    tenant: Tenant,
) -> None:
    branch = tenant.admin.call("organizations.create_linked_account", {"name": "Branch"}).id
    operation = "service_accounts.create_service_account"
    machine = tenant.admin.call(operation, x_eaz_account_id=branch).id
    refused(404, tenant.admin, "user_grants.retrieve_user_authorizations", machine)
    held = grant(tenant.admin, machine, "organization:read", x_eaz_account_id=branch)
    assert held == roles(tenant.admin, machine, x_eaz_account_id=branch) == ["organization:read"]
