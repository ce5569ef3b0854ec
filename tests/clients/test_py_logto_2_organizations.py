"""py_logto 2.0.0: organizations."""

from __future__ import annotations

from typing import Any

import pytest

from logto_checks import ids, places, refused
from logto_client import Logto
from logto_make import Maker
from logto_organizations import OrganizationTests

pytest_plugins = ["logto_fixtures"]

BRANDING = {
    "logoUrl": "https://example.org/logo.png",
    "darkLogoUrl": "mock://host/x.png",
    "favicon": "https://example.org/favicon.ico?v=1",
    "darkFavicon": "https://example.org/dark.ico",
}


class TestOrganizations(OrganizationTests):
    """As in every version."""


def test_the_client_parses_what_is_made(logto: Logto, make: Maker) -> None:
    body = {
        "name": make.name("whole"),
        "description": "Lets flats",
        "customData": {"plan": {"seats": 3}, "tags": ["a", None], "rate": 1.5},
        "isMfaRequired": True,
        "branding": BRANDING,
    }
    made = logto.send("create_organization", body)
    assert made.status == 201 and made.json().items() >= body.items()
    assert made.data == logto.call("get_organization", made.data.id)
    assert made.data.branding.to_dict() == BRANDING
    assert (made.data.custom_data, made.data.is_mfa_required) == (body["customData"], True)
    (listed,) = logto.call("list_organizations", q=body["name"])
    assert listed.to_dict() == made.data.to_dict()


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("customData", {"a": 1, "b": {"c": 2}}, {"b": {"d": 3}}),
        ("customData", {"a": 1}, {}),
        ("branding", BRANDING, {"logoUrl": "https://example.org/new.png"}),
        ("branding", BRANDING, {}),
        ("isMfaRequired", True, False),
        ("isMfaRequired", False, True),
    ],
)
def test_objects_are_replaced_and_not_merged(
    logto: Logto, make: Maker, field: str, old: Any, new: Any
) -> None:
    made = make.organization(**{field: old})
    before = logto.send("get_organization", made).json()
    assert before[field] == old
    answer = logto.send("update_organization", made, {field: new})
    assert answer.json() == before | {field: new}
    assert logto.send("get_organization", made).json() == answer.json()


def test_other_changes_leave_objects_alone(logto: Logto, make: Maker) -> None:
    made = make.organization(customData={"a": 1}, branding=BRANDING, isMfaRequired=True)
    before = logto.send("get_organization", made).json()
    change = {"name": "New", "tenantId": "other"}
    answer = logto.send("update_organization", made, change)
    assert answer.json() == before | {"name": "New"}


def test_a_picture_needs_an_absolute_url(logto: Logto, make: Maker) -> None:
    made = make.organization(branding=BRANDING)
    body = {"branding": BRANDING | {"favicon": "favicon.ico"}}
    error = refused(400, "guard.invalid_input", logto, "update_organization", made, body)
    assert places(error) == ["branding.favicon"]
    assert logto.call("get_organization", made).branding.to_dict() == BRANDING
    name = make.name("refused")
    refused(400, "guard.invalid_input", logto, "create_organization", {"name": name, **body})
    assert ids(logto.call("list_organizations", q=name)) == []


def test_a_second_factor_is_not_needed_to_manage_members(logto: Logto, make: Maker) -> None:
    user = make.user()
    (role,) = make.roles(1)
    made = make.organization(isMfaRequired=True)
    logto.call("add_organization_users", made, {"userIds": [user]})
    body = {"organizationRoleIds": [role]}
    logto.call("assign_organization_roles_to_user", made, user, body)
    assert ids(logto.call("list_organization_user_roles", made, user)) == [role]
