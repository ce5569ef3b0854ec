"""The published EazyRent client, `eazyrent` 0.3.0, against the WebAssembly build.

Everything goes through the client, except what it has no operation for or cannot send: those tests
use plain HTTP and say why. Here: the way from registration to a program with a key file, and what
holds for every operation. Each group of operations has a file of its own, `test_eazyrent_*.py`.
"""

from __future__ import annotations

from typing import Any

import pytest
from eazyrent.iam.v1.exceptions import ApiException
from eazyrent.iam.v1.models.json_key import JSONKey
from eazyrent.iam.v1.models.list_user import ListUser
from eazyrent.iam.v1.models.organization import Organization
from eazyrent.iam.v1.models.service_account import ServiceAccount

from eazyrent_checks import grants, ids, refused
from eazyrent_http import (
    Folder,
    Member,
    Office,
    Tenant,
    address,
    person,
    register,
    registration,
    set_password,
    telephone,
)
from eazyrent_sdk import Sdk, operations
from edge_iam import PASSWORD, Answer, Server

GIF = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def test_from_registration_to_a_program_that_reads_with_its_own_key_file(
    server: Server, office: Office, folder: Folder
) -> None:
    email = address("owner")
    assert register(server, registration("Agency", email)).status == 200
    assert set_password(server, "activate", office.code(email)).status == 200
    owner = Member(server, email)
    account = owner.call("service_accounts.create_service_account")
    assert isinstance(account, ServiceAccount)
    update = "user_grants.update_user_authorizations"
    assert owner.call(update, account.id, grants("organization:read")) == ["organization:read"]
    key = owner.call("service_accounts.create_key", account.id)
    assert isinstance(key, JSONKey) and key.user_id == account.id
    # As the client writes a date: the SDK reads it from the file again.
    file = folder.path / "program.json"
    file.write_text(key.model_dump_json(by_alias=True))
    with Sdk(server.base, folder.path, EAZ_JSON_KEY=str(file)) as program:
        machine = program.call("users.get_my_user").actual_instance
        assert isinstance(machine, ServiceAccount)
        assert (machine.user_type, machine.id) == ("Machine", account.id)
        organization = program.call("organizations.my_organization")
        assert isinstance(organization, Organization)
        assert (organization.id, organization.name) == (machine.organization.id, "Agency")
        (member,) = program.call("team.list_organization_members")
        assert isinstance(member, ListUser)
        assert (member.id, member.email) == (owner.id, email)
        refused(403, program, "team.add_organization_members", person("Eve"))


class Story:
    """Calls operations of a tenant's administrator, and notes the status of each."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.statuses: dict[str, int] = {}

    def call(self, operation: str, *arguments: Any) -> Any:
        """The answer's data, if the status is a success."""
        answer = self.tenant.admin.call(f"{operation}_with_http_info", *arguments)
        self.statuses[operation] = answer.status_code
        if answer.status_code == 204:
            assert answer.raw_data == b""
        else:
            assert answer.headers["content-type"] == "application/json"
        return answer.data

    def organizations(self, code: str) -> None:
        """The operations of OrganizationsApi."""
        self.call("organizations.my_organization")
        self.call("organizations.create_linked_account", {"name": "Branch"})
        self.call("organizations.list_all_linked_account")
        self.call("organizations.join_organization", {"pairing_code": code})
        self.call("organizations.leave_organization")
        importances = self.call("organizations.get_alert_importance")
        self.call("organizations.update_alert_importance", importances)
        self.call("organizations.get_external_references")
        self.call("organizations.update_external_references", {})
        self.call("organizations.change_logo", GIF)
        self.call("organizations.delete_logo")

    def service_accounts(self) -> None:
        """Those of ServiceAccountsApi."""
        account = self.call("service_accounts.create_service_account").id
        key = self.call("service_accounts.create_key", account).key_id
        self.call("service_accounts.get_service_accounts")
        self.call("service_accounts.list_keys", account)
        self.call("service_accounts.delete_key", account, key)
        self.call("service_accounts.delete_service_account", account)

    def team(self, member: str) -> None:
        """Those of TeamApi, at the end of which the member is gone."""
        self.call("team.add_organization_members", person("Status"))
        self.call("team.list_organization_members")
        self.call("team.get_organization_member", member)
        self.call("team.update_team_member", member, {"phone": telephone()})
        for change in ("lock", "unlock", "deactivate", "reactivate"):
            self.call(f"team.{change}_member", member)
        self.call("team.sync_user_from_auth_service", member)
        self.call("team.delete_team_member", member)

    def user_grants(self, member: str) -> None:
        """Those of UserGrantsApi."""
        self.call("user_grants.retrieve_my_authorizations")
        self.call("user_grants.retrieve_user_authorizations", member)
        update = "user_grants.update_user_authorizations"
        self.call(update, member, grants("org:admin"))

    def users(self) -> None:
        """Those of UsersApi, at the end of which the administrator is gone."""
        self.call("users.get_my_user")
        self.call("users.partial_update_my_user", {"phone": telephone()})
        self.call("users.get_my_config")
        self.call("users.update_my_config", {"dark_mode": True})
        self.call("users.get_user_notification_preferences")
        self.call("users.update_user_notification_preferences", {})
        self.call("users.create_profile_avatar", GIF)
        self.call("users.delete_profile_avatar")
        self.call("users.sync_my_user_from_auth_service")
        new = {"new_password": "Test-only-2", "new_password_confirmation": "Test-only-2"}
        self.call("users.change_my_password", {"current_password": PASSWORD, **new})
        with pytest.raises(ApiException) as success:
            self.call("users.delete_my_user")
        assert type(success.value) is ApiException
        self.statuses["users.delete_my_user"] = success.value.status


STATUSES = {
    "organizations.change_logo": 202,
    "organizations.delete_logo": 202,
    "service_accounts.create_key": 201,
    "service_accounts.create_service_account": 201,
    "service_accounts.delete_key": 204,
    "service_accounts.delete_service_account": 204,
    "team.add_organization_members": 201,
    "team.delete_team_member": 204,
    "team.sync_user_from_auth_service": 202,
    "users.change_my_password": 202,
    "users.create_profile_avatar": 201,
    "users.delete_my_user": 410,
    "users.delete_profile_avatar": 202,
    "users.sync_my_user_from_auth_service": 202,
}
"""What operations answer that do not answer 200."""


def test_every_operation_answers_with_exactly_the_status_that_the_client_declares(
    server: Server, office: Office, tenant: Tenant
) -> None:
    token = office.tenant("Network").admin.token
    path = "/iam/v1/organizations/pairing-code/"
    code = server.request("GET", path, token=token).json()["pairing_code"]
    story = Story(tenant)
    story.organizations(code)
    story.service_accounts()
    # Two, for one must be administrator when the other leaves, and one is deleted.
    story.team(office.member(tenant.admin, "Deleted").id)
    story.user_grants(office.member(tenant.admin, "Heir").id)
    story.users()
    assert story.statuses == {operation: 200 for operation in operations()} | STATUSES


def test_paths_work_without_their_slash_at_the_end_which_the_client_always_sends(
    server: Server, tenant: Tenant
) -> None:
    def request(method: str, path: str, body: Any = None) -> Answer:
        return server.request(method, f"/iam/v1/{path}", token=tenant.admin.token, body=body)

    for path in (
        "organizations/me",
        "organizations/accounts",
        "organizations/alert-importances",
        "organizations/external-references",
        "users/me",
        "users/me/config",
        "users/me/notification-preferences",
        "user-grants/me/authorizations",
        f"user-grants/{tenant.admin.id}/authorizations",
        "team/members",
        f"team/members/{tenant.admin.id}",
        "service-accounts",
    ):
        bare, slashed = request("GET", path), request("GET", path + "/")
        assert (bare.status, bare.text) == (200, slashed.text), path
    member = request("POST", "team/members", person("Slash"))
    assert member.status == 201
    assert request("POST", f"team/members/{member.json()['id']}/lock").status == 200
    made = request("POST", "service-accounts")
    assert made.status == 201
    one = f"service-accounts/{made.json()['id']}"
    key = request("POST", f"{one}/keys")
    assert key.status == 201
    assert request("GET", f"{one}/keys").json()["count"] == 1
    assert request("DELETE", f"{one}/keys/{key.json()['keyId']}").status == 204
    assert request("DELETE", one).status == 204


def test_two_tenants_see_nothing_of_each_other(office: Office, tenant: Tenant) -> None:
    other = office.tenant("Other agency")
    machine = other.admin.call("service_accounts.create_service_account").id
    assert ids(tenant.admin.call("team.list_organization_members")) == [tenant.admin.id]
    assert tenant.admin.call("service_accounts.get_service_accounts") == []
    assert tenant.admin.call("organizations.list_all_linked_account") == []
    refused(404, tenant.admin, "team.get_organization_member", other.admin.id)
    refused(404, tenant.admin, "service_accounts.delete_service_account", machine)
    assert ids(other.admin.call("service_accounts.get_service_accounts")) == [machine]
