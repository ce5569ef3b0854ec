"""EazyRent: work in another organization, named by `x_eaz_account_id`."""

from __future__ import annotations

from typing import Any

import pytest

from eazyrent_checks import grants, ids, refused
from eazyrent_http import NOBODY, Office, Tenant, person
from eazyrent_sdk import Identity, Sdk
from edge_iam import ADMIN_EMAIL, Server


def places_of_writes(who: Identity, acting: str) -> list[str]:
    """Makes one thing of each kind; in which organizations they are."""

    def make(operation: str, *arguments: Any) -> Any:
        return who.call(operation, *arguments, x_eaz_account_id=acting)

    return [
        make("organizations.create_linked_account", {"name": "Below"}).organization_id,
        make("service_accounts.create_service_account").organization.id,
        make("team.add_organization_members", person("Bob")).organization.id,
    ]


def link(who: Identity, name: str, acting: str | None = None, **fields: str) -> str:
    """Id of a new linked account."""
    operation = "organizations.create_linked_account"
    made: str = who.call(operation, {"name": name, **fields}, x_eaz_account_id=acting).id
    return made


@pytest.fixture
def below(tenant: Tenant) -> str:
    """An account linked to the tenant."""
    return link(tenant.admin, "Linked account")


@pytest.mark.parametrize("odd", [NOBODY, "not-an-id", "9" * 30, "-1", "", "\xc3\xa4"])
def test_an_acting_account_that_does_not_exist_falls_back_to_the_own_one(
    tenant: Tenant, odd: str
) -> None:
    members = tenant.admin.call("team.list_organization_members", x_eaz_account_id=odd)
    assert ids(members) == [tenant.admin.id]
    assert places_of_writes(tenant.admin, odd) == [tenant.id] * 3


def test_an_account_that_is_not_below_falls_back_to_the_own_one(
    office: Office, tenant: Tenant, home: str
) -> None:
    other = office.tenant("Other agency")
    for acting in (other.id, home, tenant.id):
        members = tenant.admin.call("team.list_organization_members", x_eaz_account_id=acting)
        assert ids(members) == [tenant.admin.id]
    for acting in (other.id, home, tenant.id):
        assert places_of_writes(tenant.admin, acting) == [tenant.id] * 3
    assert ids(other.admin.call("team.list_organization_members")) == [other.admin.id]
    assert other.admin.call("organizations.list_all_linked_account") == []


def test_what_is_made_in_a_linked_account_is_there_and_not_at_home(
    tenant: Tenant, below: str
) -> None:
    assert places_of_writes(tenant.admin, below) == [below] * 3
    assert ids(tenant.admin.call("team.list_organization_members")) == [tenant.admin.id]
    assert tenant.admin.call("service_accounts.get_service_accounts") == []
    assert ids(tenant.admin.call("organizations.list_all_linked_account")) == [below]
    (machine,) = tenant.admin.call("service_accounts.get_service_accounts", x_eaz_account_id=below)
    assert machine.organization.id == below
    (member,) = tenant.admin.call("team.list_organization_members", x_eaz_account_id=below)
    assert member.first_name == "Bob"


def test_accounts_are_worked_in_at_any_depth_below_and_never_above(
    office: Office, tenant: Tenant, below: str
) -> None:
    deepest = link(tenant.admin, "Deepest", acting=below)
    assert places_of_writes(tenant.admin, deepest) == [deepest] * 3
    (member,) = tenant.admin.call("team.list_organization_members", x_eaz_account_id=deepest)
    boss = office.enter(member.email)
    for above in (below, tenant.id):
        seen = boss.call("team.list_organization_members", x_eaz_account_id=above)
        assert ids(seen) == [boss.id]


def test_an_insurer_works_in_the_accounts_that_it_insures(office: Office, tenant: Tenant) -> None:
    insurer = link(tenant.admin, "Insurer", account_type="INSURANCE")
    insured = link(tenant.admin, "Insured", acting=insurer)
    # The first person of an account is its administrator.
    agent = office.member(tenant.admin, "Agent", x_eaz_account_id=insurer)
    assert ids(agent.call("organizations.list_all_linked_account")) == [insured]
    operation = "service_accounts.create_service_account"
    assert agent.call(operation, x_eaz_account_id=insured).organization.id == insured


def test_roles_at_home_count_in_a_linked_account(
    office: Office, tenant: Tenant, below: str
) -> None:
    reader = office.member(tenant.admin)
    assert reader.call("team.list_organization_members", x_eaz_account_id=below) == []
    refused(403, reader, "team.add_organization_members", person("Eve"), x_eaz_account_id=below)
    refused(403, reader, "service_accounts.get_service_accounts", x_eaz_account_id=below)
    operation = "user_grants.update_user_authorizations"
    tenant.admin.call(operation, reader.id, grants("organization:write"))
    made = reader.call("team.add_organization_members", person("Eve"), x_eaz_account_id=below)
    assert made.organization.id == below


def test_ids_of_a_linked_account_are_not_found_from_the_own_one(tenant: Tenant, below: str) -> None:
    operation = "service_accounts.create_service_account"
    theirs = tenant.admin.call(operation, x_eaz_account_id=below).id
    operation = "service_accounts.create_key"
    key = tenant.admin.call(operation, theirs, x_eaz_account_id=below).key_id
    texts = set()
    for target in (theirs, NOBODY):
        texts.add(refused(404, tenant.admin, "service_accounts.list_keys", target).body)
        refused(404, tenant.admin, "service_accounts.delete_key", target, key)
    assert len(texts) == 1
    operation = "service_accounts.list_keys"
    (left,) = tenant.admin.call(operation, theirs, x_eaz_account_id=below).results
    assert (left.id, left.tenant) == (key, below)
    tenant.admin.call("service_accounts.delete_key", theirs, key, x_eaz_account_id=below)
    assert tenant.admin.call(operation, theirs, x_eaz_account_id=below).count == 0


def test_every_change_of_a_member_is_made_in_the_acting_account(
    office: Office, tenant: Tenant, below: str
) -> None:
    office.member(tenant.admin, "Boss", x_eaz_account_id=below)
    member = office.member(tenant.admin, x_eaz_account_id=below)
    steps: list[tuple[str, list[Any]]] = [
        ("get_organization_member", []),
        ("update_team_member", [{"first_name": "Robert"}]),
        ("lock_member", []),
        ("unlock_member", []),
        ("deactivate_member", []),
        ("reactivate_member", []),
        ("sync_user_from_auth_service", []),
        ("delete_team_member", []),
    ]
    for operation, arguments in steps:
        refused(404, tenant.admin, f"team.{operation}", member.id, *arguments)
    for operation, arguments in steps:
        name = f"team.{operation}"
        answer = tenant.admin.call(name, member.id, *arguments, x_eaz_account_id=below)
        if operation not in ("sync_user_from_auth_service", "delete_team_member"):
            assert (answer.id, answer.organization.id) == (member.id, below)
    refused(401, member, "users.get_my_user")


def test_an_unrelated_account_is_open_to_the_operator_of_the_platform_only(
    admin: Sdk, reader: Sdk, tenant: Tenant
) -> None:
    made = admin.call("service_accounts.create_service_account", x_eaz_account_id=tenant.id)
    assert made.organization.id == tenant.id
    members = reader.call("team.list_organization_members", x_eaz_account_id=tenant.id)
    assert members == reader.call("team.list_organization_members")
    assert members[0].email == ADMIN_EMAIL


def test_operations_without_the_parameter_stay_at_home_whatever_header_they_get(
    tenant: Tenant, below: str
) -> None:
    headers = {"X-Eaz-Account-Id": below}

    def call(operation: str) -> Any:
        return tenant.admin.call(operation, _headers=dict(headers))

    assert call("organizations.my_organization").id == tenant.id
    assert ids(call("organizations.list_all_linked_account")) == [below]
    assert call("users.get_my_user").actual_instance.organization.id == tenant.id
    assert call("user_grants.retrieve_my_authorizations")[0]["orgId"] == tenant.id


def test_the_acting_header_counts_whatever_its_case_and_the_client_sends_it_lower(
    server: Server, tenant: Tenant, below: str
) -> None:
    for name in ("X-Eaz-Account-Id", "x-eaz-account-id", "X-EAZ-ACCOUNT-ID"):
        answer = server.request(
            "POST", "/iam/v1/service-accounts/", token=tenant.admin.token, headers={name: below}
        )
        assert answer.json()["organization"]["id"] == below, name
