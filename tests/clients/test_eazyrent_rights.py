"""EazyRent: who may call which operation."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from eazyrent.iam.v1.exceptions import ApiException

from eazyrent_checks import grants, refused
from eazyrent_http import NOBODY, Office, Tenant, person
from eazyrent_sdk import Apis, Identity, operations
from edge_iam import Server

READ: dict[str, list[Any]] = {
    "organizations.get_alert_importance": [],
    "organizations.get_external_references": [],
    "organizations.list_all_linked_account": [],
    "organizations.my_organization": [],
    "team.get_organization_member": [NOBODY],
    "team.list_organization_members": [],
    "user_grants.retrieve_user_authorizations": [NOBODY],
}
WRITE: dict[str, list[Any]] = {
    "organizations.change_logo": [b"no picture"],
    "organizations.create_linked_account": [{"name": " "}],
    "organizations.delete_logo": [],
    "organizations.join_organization": [{"pairing_code": "0000000000000000"}],
    "organizations.leave_organization": [],
    "organizations.update_alert_importance": [[]],
    "organizations.update_external_references": [{}],
    "team.add_organization_members": [person("Refused", email="nowhere")],
    "team.deactivate_member": [NOBODY],
    "team.delete_team_member": [NOBODY],
    "team.lock_member": [NOBODY],
    "team.reactivate_member": [NOBODY],
    "team.sync_user_from_auth_service": [NOBODY],
    "team.unlock_member": [NOBODY],
    "team.update_team_member": [NOBODY, {}],
    "user_grants.update_user_authorizations": [NOBODY, grants("org:user")],
}
KEYS: dict[str, list[Any]] = {
    "service_accounts.create_key": [NOBODY],
    "service_accounts.create_service_account": [],
    "service_accounts.delete_key": [NOBODY, NOBODY],
    "service_accounts.delete_service_account": [NOBODY],
    "service_accounts.get_service_accounts": [],
    "service_accounts.list_keys": [NOBODY],
}
PASSWORDS = {
    "current_password": "Wrong-1",
    "new_password": "Test-only-2",
    "new_password_confirmation": "Test-only-2",
}
SELF: dict[str, list[Any]] = {
    "user_grants.retrieve_my_authorizations": [],
    "users.change_my_password": [PASSWORDS],
    "users.create_profile_avatar": [b"no picture"],
    "users.delete_my_user": [],
    "users.delete_profile_avatar": [],
    "users.get_my_config": [],
    "users.get_my_user": [],
    "users.get_user_notification_preferences": [],
    "users.partial_update_my_user": [{}],
    "users.sync_my_user_from_auth_service": [],
    "users.update_my_config": [{}],
    "users.update_user_notification_preferences": [{}],
}
ALL = READ | WRITE | KEYS | SELF
"""Every operation by the set of roles that it takes, with arguments that harm nothing."""

MAY: dict[str, list[dict[str, list[Any]]]] = {
    "org:admin": [READ, WRITE, KEYS],
    "org:staff": [READ],
    "org:user": [READ],
    "organization:read": [READ],
    "organization:write": [WRITE],
    "product:read": [],
    "document:write": [],
}
"""The sets of operations that each role opens, besides one's own account."""


def is_let_in(who: Identity, operation: str) -> bool:
    """Whether somebody gets as far as the operation itself."""
    try:
        who.call(operation, *ALL[operation])
    except ApiException as error:
        status = error.status
        assert status != 401 and status < 500, f"{operation}: {error}"
    else:
        status = 200
    return bool(status != 403)


def test_the_four_sets_are_the_whole_api() -> None:
    listed = Counter([*READ, *WRITE, *KEYS, *SELF])
    assert max(listed.values()) == 1
    assert set(listed) == operations()


@pytest.mark.parametrize("operation", sorted(ALL))
def test_without_a_credential_nothing_is_open(server: Server, operation: str) -> None:
    error = refused(401, Apis(server.base, None), operation, *ALL[operation])
    assert "www-authenticate" in {name.lower() for name in error.headers}


@pytest.mark.parametrize("role", sorted(MAY))
def test_each_role_opens_its_sets_and_nothing_else(
    office: Office, tenant: Tenant, role: str
) -> None:
    member = office.member(tenant.admin)
    tenant.admin.call("user_grants.update_user_authorizations", member.id, grants(role))
    # Nobody could call anything after deleting oneself: that comes last.
    called = sorted(ALL, key=lambda name: (name == "users.delete_my_user", name))
    opened = {name for name in called if is_let_in(member, name)}
    assert opened == set().union(SELF, *MAY[role])


def test_rights_are_checked_before_the_body_is_read(office: Office, tenant: Tenant) -> None:
    member = office.member(tenant.admin)
    refused(403, member, "team.add_organization_members", person("Eve", email="nowhere"))
    refused(403, member, "organizations.create_linked_account", {"name": " "})
