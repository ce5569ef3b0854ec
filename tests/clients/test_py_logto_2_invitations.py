"""py_logto 2.0.0: invitations into organizations."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from py_logto.models import CreateOrganizationInvitationRequestMessagePayload

from logto_checks import NOBODY, ids, is_empty, is_id, is_recent, refused
from logto_client import Logto
from logto_make import Maker
from logto_members import FOREIGN_KEY, roles_of

pytest_plugins = ["logto_fixtures"]

CREATE = "create_organization_invitation"
REPLACE_STATUS = "replace_organization_invitation_status"
HOUR = 3_600_000
KEYS = {
    "tenantId",
    "id",
    "inviterId",
    "invitee",
    "acceptedUserId",
    "organizationId",
    "status",
    "createdAt",
    "updatedAt",
    "expiresAt",
    "organizationRoles",
}


@pytest.fixture
def address(make: Maker) -> str:
    """An e-mail address that nobody has."""
    return f"{make.name('invitee').strip('.')}@example.org"


def invitation(invitee: str, organization: str, **fields: Any) -> dict[str, Any]:
    """The body for an invitation by which no mail is sent."""
    usual = {
        "invitee": invitee,
        "organizationId": organization,
        "expiresAt": int(time.time() * 1000) + HOUR,
        # The client takes no bare value.
        "messagePayload": CreateOrganizationInvitationRequestMessagePayload(False),
    }
    return usual | fields


def test_an_invitation_is_what_is_read_back(logto: Logto, make: Maker, address: str) -> None:
    inviter, role = make.user(), make.role()
    organization = make.organization_with(inviter)
    body = invitation(address, organization, inviterId=inviter, organizationRoleIds=[role["id"]])
    made = logto.send(CREATE, body)
    assert made.status == 201 and set(made.json()) == KEYS
    found = made.data
    assert is_id(found.id) and is_recent(found.created_at) and is_recent(found.updated_at)
    assert (
        made.json().items()
        >= {
            "tenantId": "default",
            "inviterId": inviter,
            "invitee": address,
            "acceptedUserId": None,
            "organizationId": organization,
            "status": "Pending",
            "expiresAt": body["expiresAt"],
            "organizationRoles": [{"id": role["id"], "name": role["name"]}],
        }.items()
    )
    again = logto.send("get_organization_invitation", found.id)
    assert (again.status, again.json(), again.data) == (200, made.json(), found)
    assert roles_of(logto, organization) == {inviter: []}


def test_the_list_is_filtered_and_has_the_newest_first(
    logto: Logto, make: Maker, address: str
) -> None:
    inviter, here, there = make.user(), make.organization(), make.organization()
    bodies = [
        invitation(address, here, inviterId=inviter),
        invitation(address, there),
        invitation(f"x-{address}", here),
    ]
    made = [logto.call(CREATE, body) for body in bodies]
    first, second, third = ids(made)

    def found(**filters: str) -> list[str]:
        return ids(logto.call("list_organization_invitations", **filters))

    everything = logto.call("list_organization_invitations")
    assert {first, second, third} <= set(ids(everything))
    moments = [one.created_at for one in everything]
    assert moments == sorted(moments, reverse=True)
    assert sorted(found(organization_id=here)) == sorted([first, third])
    assert found(organization_id=there) == [second]
    assert found(inviter_id=inviter) == [first]
    assert sorted(found(invitee=address.upper())) == sorted([first, second])
    assert found(invitee=address, organization_id=here) == [first]
    assert found(organization_id=NOBODY) == []


def test_acceptance_adds_the_member_with_the_roles(logto: Logto, make: Maker, address: str) -> None:
    roles = sorted(make.roles(2))
    organization = make.organization()
    made = logto.call(CREATE, invitation(address, organization, organizationRoleIds=roles)).id
    user = make.user(primaryEmail=address.capitalize())
    answer = logto.send(REPLACE_STATUS, made, {"status": "Accepted", "acceptedUserId": user})
    assert answer.status == 200
    assert (answer.data.status, answer.data.accepted_user_id) == ("Accepted", user)
    found = roles_of(logto, organization)
    assert list(found) == [user] and sorted(found[user]) == roles
    # It has ended.
    refused(422, "request.invalid_input", logto, REPLACE_STATUS, made, {"status": "Revoked"})
    assert logto.call("get_organization_invitation", made) == answer.data


def test_a_revoked_invitation_cannot_be_accepted_but_renewed(
    logto: Logto, make: Maker, address: str
) -> None:
    organization, user = make.organization(), make.user(primaryEmail=address)
    made = logto.call(CREATE, invitation(address, organization)).id
    assert logto.call(REPLACE_STATUS, made, {"status": "Revoked"}).status == "Revoked"
    body = {"status": "Accepted", "acceptedUserId": user}
    refused(422, "request.invalid_input", logto, REPLACE_STATUS, made, body)
    assert roles_of(logto, organization) == {}
    again = logto.call(CREATE, invitation(address, organization))
    assert (again.status, again.id != made) == ("Pending", True)


def test_only_the_invited_user_can_accept(logto: Logto, make: Maker, address: str) -> None:
    organization = make.organization()
    made = logto.call(CREATE, invitation(address, organization)).id
    for other in (make.user(), make.user(primaryEmail=f"x-{address}")):
        body = {"status": "Accepted", "acceptedUserId": other}
        refused(422, "request.invalid_input", logto, REPLACE_STATUS, made, body)
    refused(422, "request.invalid_input", logto, REPLACE_STATUS, made, {"status": "Accepted"})
    body = {"status": "Accepted", "acceptedUserId": NOBODY}
    refused(404, None, logto, REPLACE_STATUS, made, body)
    assert logto.call("get_organization_invitation", made).status == "Pending"
    assert roles_of(logto, organization) == {}


@pytest.mark.parametrize(
    ("status", "code", "fields"),
    [
        (400, "guard.invalid_input", lambda: {"invitee": "no address"}),
        (400, "request.invalid_input", lambda: {"expiresAt": int(time.time() * 1000) - 1}),
        (422, FOREIGN_KEY, lambda: {"organizationId": NOBODY}),
        (422, FOREIGN_KEY, lambda: {"inviterId": NOBODY}),
        (422, FOREIGN_KEY, lambda: {"organizationRoleIds": [NOBODY]}),
    ],
)
def test_a_wrong_invitation_is_refused(
    logto: Logto,
    make: Maker,
    address: str,
    status: int,
    code: str,
    fields: Callable[[], dict[str, Any]],
) -> None:
    organization = make.organization()
    refused(status, code, logto, CREATE, invitation(address, organization) | fields())
    assert logto.call("list_organization_invitations", organization_id=organization) == []
    assert logto.call("list_organization_invitations", invitee=address) == []


def test_nobody_is_invited_twice_or_as_a_member(logto: Logto, make: Maker, address: str) -> None:
    organization = make.organization()
    made = logto.call(CREATE, invitation(address, organization)).id
    taken = "entity.unique_integrity_violation"
    for same in (address, address.upper()):
        refused(422, taken, logto, CREATE, invitation(same, organization))
    found = logto.call("list_organization_invitations", organization_id=organization)
    assert ids(found) == [made]
    member = make.user(primaryEmail=f"member-{address}")
    other = make.organization_with(member)
    body = invitation(f"member-{address}", other)
    refused(422, "request.invalid_input", logto, CREATE, body)
    assert logto.call("list_organization_invitations", organization_id=other) == []


def test_an_invitation_is_deleted_once(logto: Logto, make: Maker, address: str) -> None:
    organization = make.organization()
    made = logto.call(CREATE, invitation(address, organization)).id
    assert is_empty(logto.send("delete_organization_invitation", made))
    for gone in (made, NOBODY, "0"):
        refused(404, "entity.not_found", logto, "get_organization_invitation", gone)
        refused(404, "entity.not_found", logto, "delete_organization_invitation", gone)
    assert logto.call(CREATE, invitation(address, organization)).status == "Pending"


def test_invitations_go_with_their_organization_and_their_inviter(
    logto: Logto, make: Maker, address: str
) -> None:
    inviter, organization, other = make.user(), make.organization(), make.organization()
    first = logto.call(CREATE, invitation(address, organization)).id
    second = logto.call(CREATE, invitation(address, other, inviterId=inviter)).id
    logto.call("delete_organization", organization)
    logto.call("delete_user", inviter)
    for gone in (first, second):
        refused(404, "entity.not_found", logto, "get_organization_invitation", gone)
