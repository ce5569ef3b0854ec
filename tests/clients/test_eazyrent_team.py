"""EazyRent: the people of an organization."""

from __future__ import annotations

from typing import Any

import pytest
from eazyrent.iam.v1.models.list_user import ListUser
from eazyrent.iam.v1.models.service_account import ServiceAccount
from eazyrent.iam.v1.models.user import User

from eazyrent_checks import ids, is_recent, places, refused
from eazyrent_http import NOBODY, Office, Tenant, address, ask_login, person, telephone
from eazyrent_sdk import Sdk
from edge_iam import ADMIN_EMAIL, Server

DEFAULT_CONFIG = {
    "email_signature": "",
    "dark_mode": False,
    "property_rent_subscriptions": [],
    "send_notification_by_mail": False,
    "raw_html_email": False,
    "interface_config": None,
}
ONE_MEMBER: list[tuple[str, list[Any]]] = [
    ("get_organization_member", []),
    ("update_team_member", [{"first_name": "Eve"}]),
    ("lock_member", []),
    ("unlock_member", []),
    ("deactivate_member", []),
    ("reactivate_member", []),
    ("sync_user_from_auth_service", []),
    ("delete_team_member", []),
]
"""Every operation on one member, with what it takes besides the id."""


# --- adding and reading ---------------------------------------------------------------------------


def test_list_organization_members_lists_people_and_no_machine(reader: Sdk, admin: Sdk) -> None:
    members = reader.call("team.list_organization_members")
    assert all(isinstance(member, ListUser) for member in members)
    first = members[0]
    assert (first.email, first.user_type) == (ADMIN_EMAIL, "Human")
    assert first.state == "USER_STATE_ACTIVE"
    machines = ids(admin.call("service_accounts.get_service_accounts"))
    assert set(machines).isdisjoint(ids(members))


def test_an_added_member_is_invited_has_the_default_config_and_is_listed_last(
    tenant: Tenant,
) -> None:
    new = person("Zoë", last_name="Müller-Łukasz 🏠", email=address("zoe"))
    made = tenant.admin.call("team.add_organization_members", new)
    assert isinstance(made, User)
    assert (made.user_type, made.state) == ("Human", "USER_STATE_INITIAL")
    assert (made.first_name, made.last_name) == ("Zoë", "Müller-Łukasz 🏠")
    assert made.email == new["email"]
    assert made.phone is None and made.avatar is None
    assert is_recent(made.updated_at)
    assert made.organization is not None and made.organization.id == tenant.id
    assert made.config is not None and made.config.to_dict() == DEFAULT_CONFIG
    first, last = tenant.admin.call("team.list_organization_members")
    assert (first.id, first.state) == (tenant.admin.id, "USER_STATE_ACTIVE")
    assert last == ListUser(**made.model_dump(include=set(ListUser.model_fields)))
    assert tenant.admin.call("team.get_organization_member", made.id) == made


def test_the_first_person_of_an_account_becomes_its_administrator(tenant: Tenant) -> None:
    branch = tenant.admin.call("organizations.create_linked_account", {"name": "Branch"}).id

    def roles_of_new(name: str) -> Any:
        operation = "team.add_organization_members"
        made = tenant.admin.call(operation, person(name), x_eaz_account_id=branch)
        operation = "user_grants.retrieve_user_authorizations"
        return tenant.admin.call(operation, made.id, x_eaz_account_id=branch)

    assert [roles_of_new("First"), roles_of_new("Second")] == [["org:admin"], ["org:user"]]


def test_an_address_is_taken_once_on_the_server_whatever_its_case_and_blanks(
    office: Office, tenant: Tenant
) -> None:
    taken = person("Twice")
    tenant.admin.call("team.add_organization_members", taken)
    other = office.tenant("Other agency")
    again = taken | {"email": f" {taken['email'].upper()} "}
    for who in (tenant.admin, other.admin):
        refused(409, who, "team.add_organization_members", again)
    assert ids(other.admin.call("team.list_organization_members")) == [other.admin.id]


def test_a_malformed_member_is_refused_with_every_fault_parsed(tenant: Tenant) -> None:
    wrong = person("Ada", last_name=" ", email="ada@nowhere")
    error = refused(422, tenant.admin, "team.add_organization_members", wrong)
    assert places(error) == [["body", "email"], ["body", "last_name"]]
    assert ids(tenant.admin.call("team.list_organization_members")) == [tenant.admin.id]


@pytest.mark.parametrize(("operation", "arguments"), ONE_MEMBER)
def test_nobody_a_machine_and_a_stranger_are_no_members(
    tenant: Tenant, operator_person: str, operation: str, arguments: list[Any]
) -> None:
    machine = tenant.admin.call("service_accounts.create_service_account")
    assert isinstance(machine, ServiceAccount)
    texts = {
        refused(404, tenant.admin, f"team.{operation}", target, *arguments).body
        for target in (NOBODY, "not-an-id", machine.id, operator_person)
    }
    assert len(texts) == 1


@pytest.fixture(scope="module")
def operator_person(reader: Sdk) -> str:
    """Id of a person in another organization than a tenant's."""
    stranger: str = reader.call("team.list_organization_members")[0].id
    return stranger


# --- changing -------------------------------------------------------------------------------------


def test_only_the_fields_that_are_sent_change(office: Office, tenant: Tenant) -> None:
    member = office.member(tenant.admin)
    before = tenant.admin.call("team.get_organization_member", member.id)
    changes = {"first_name": "Robert", "phone": telephone()}
    after = tenant.admin.call("team.update_team_member", member.id, changes)
    assert isinstance(after, User)
    assert (after.first_name, after.phone) == ("Robert", changes["phone"])
    assert after.updated_at > before.updated_at
    same = {"first_name", "phone", "updated_at"}
    assert after.model_dump(exclude=same) == before.model_dump(exclude=same)
    assert tenant.admin.call("team.get_organization_member", member.id) == after


def test_nulls_clear_names_and_telephone_but_not_the_address(tenant: Tenant) -> None:
    made = tenant.admin.call("team.add_organization_members", person("Bob"))
    update = "team.update_team_member"
    tenant.admin.call(update, made.id, {"phone": telephone()})
    nothing = {"first_name": None, "last_name": None, "phone": None}
    after = tenant.admin.call(update, made.id, nothing)
    assert (after.first_name, after.last_name, after.phone) == (None, None, None)
    error = refused(422, tenant.admin, update, made.id, {"email": None})
    assert places(error) == [["body", "email"]]
    assert tenant.admin.call("team.get_organization_member", made.id).email == made.email


def test_a_member_s_address_cannot_become_one_that_is_in_use(tenant: Tenant) -> None:
    made = tenant.admin.call("team.add_organization_members", person("Bob"))
    taken = {"email": tenant.admin.email.upper()}
    refused(409, tenant.admin, "team.update_team_member", made.id, taken)
    assert tenant.admin.call("team.get_organization_member", made.id).email == made.email


# --- states ---------------------------------------------------------------------------------------


def test_a_locked_member_is_shut_out_until_unlocked(
    server: Server, office: Office, tenant: Tenant
) -> None:
    member = office.member(tenant.admin)
    locked = tenant.admin.call("team.lock_member", member.id)
    assert isinstance(locked, User)
    assert (locked.id, locked.state) == (member.id, "USER_STATE_LOCKED")
    refused(401, member, "users.get_my_user")
    answer = ask_login(server, member.email)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")
    refused(400, tenant.admin, "team.lock_member", member.id)
    refused(400, tenant.admin, "team.reactivate_member", member.id)
    unlocked = tenant.admin.call("team.unlock_member", member.id)
    assert (unlocked.id, unlocked.state) == (member.id, "USER_STATE_ACTIVE")
    assert ask_login(server, member.email).status == 200
    refused(400, tenant.admin, "team.unlock_member", member.id)


def test_unlocking_forgets_wrong_passwords(server: Server, office: Office, tenant: Tenant) -> None:
    member = office.member(tenant.admin)
    statuses = [ask_login(server, member.email, "Wrong-1").status for _ in range(8)]
    assert statuses[0] == 400 and statuses[-1] == 429
    tenant.admin.call("team.lock_member", member.id)
    tenant.admin.call("team.unlock_member", member.id)
    assert ask_login(server, member.email).status == 200


def test_a_deactivated_member_is_shut_out_and_kept_until_reactivated(
    server: Server, office: Office, tenant: Tenant
) -> None:
    member = office.member(tenant.admin)
    off = tenant.admin.call("team.deactivate_member", member.id)
    assert isinstance(off, User)
    assert (off.id, off.state) == (member.id, "USER_STATE_INACTIVE")
    refused(401, member, "users.get_my_user")
    assert ask_login(server, member.email).status == 400
    assert member.id in ids(tenant.admin.call("team.list_organization_members"))
    for operation in ("deactivate_member", "lock_member", "unlock_member"):
        refused(400, tenant.admin, f"team.{operation}", member.id)
    on = tenant.admin.call("team.reactivate_member", member.id)
    assert (on.id, on.state) == (member.id, "USER_STATE_ACTIVE")
    # The same password and the same roles as before.
    assert ask_login(server, member.email).status == 200
    held = tenant.admin.call("user_grants.retrieve_user_authorizations", member.id)
    assert held == ["org:user"]
    refused(400, tenant.admin, "team.reactivate_member", member.id)


def test_an_invited_member_can_be_locked_and_not_deactivated(tenant: Tenant) -> None:
    made = tenant.admin.call("team.add_organization_members", person("Bob"))
    for operation in ("deactivate_member", "reactivate_member", "unlock_member"):
        refused(400, tenant.admin, f"team.{operation}", made.id)
    assert tenant.admin.call("team.lock_member", made.id).state == "USER_STATE_LOCKED"
    listed = tenant.admin.call("team.list_organization_members")[-1]
    assert (listed.id, listed.state) == (made.id, "USER_STATE_LOCKED")


def test_a_locked_member_can_be_deactivated(office: Office, tenant: Tenant) -> None:
    member = office.member(tenant.admin)
    tenant.admin.call("team.lock_member", member.id)
    off = tenant.admin.call("team.deactivate_member", member.id)
    assert off.state == "USER_STATE_INACTIVE"


@pytest.mark.parametrize("operation", ["lock_member", "deactivate_member", "delete_team_member"])
def test_nobody_does_that_to_oneself(office: Office, tenant: Tenant, operation: str) -> None:
    refused(400, tenant.admin, f"team.{operation}", tenant.admin.id)
    assert tenant.admin.call("users.get_my_user").actual_instance.state == "USER_STATE_ACTIVE"


# --- deleting and copying -------------------------------------------------------------------------


def test_a_deleted_member_is_gone_and_the_address_is_free(
    server: Server, office: Office, tenant: Tenant
) -> None:
    member = office.member(tenant.admin)
    assert tenant.admin.call("team.delete_team_member", member.id) is None
    refused(401, member, "users.get_my_user")
    assert ask_login(server, member.email).status == 400
    assert ids(tenant.admin.call("team.list_organization_members")) == [tenant.admin.id]
    for operation, arguments in ONE_MEMBER:
        refused(404, tenant.admin, f"team.{operation}", member.id, *arguments)
    refused(404, tenant.admin, "user_grants.retrieve_user_authorizations", member.id)
    again = tenant.admin.call("team.add_organization_members", person("B", email=member.email))
    assert again.id != member.id


def test_the_last_administrator_of_an_account_cannot_be_deleted(tenant: Tenant) -> None:
    branch = tenant.admin.call("organizations.create_linked_account", {"name": "Branch"}).id
    add, delete = "team.add_organization_members", "team.delete_team_member"
    last = tenant.admin.call(add, person("Last"), x_eaz_account_id=branch).id
    refused(409, tenant.admin, delete, last, x_eaz_account_id=branch)
    listed = tenant.admin.call("team.list_organization_members", x_eaz_account_id=branch)
    assert ids(listed) == [last]


def test_copying_a_member_from_the_login_service_changes_nothing_where_there_is_none(
    tenant: Tenant,
) -> None:
    made = tenant.admin.call("team.add_organization_members", person("Bob"))
    for _ in range(2):
        operation = "team.sync_user_from_auth_service_with_http_info"
        assert tenant.admin.call(operation, made.id).status_code == 202
    assert tenant.admin.call("team.get_organization_member", made.id) == made
