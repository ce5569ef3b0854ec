"""EazyRent: what other APIs take at their limits is read, and can be saved again unchanged."""

from __future__ import annotations

from typing import Any

import pytest

from eazyrent_sdk import Apis
from edge_iam import Server
from other_apis import NAMES, IdahWriter, LogtoWriter, longest_email


@pytest.fixture(scope="module")
def idah(server: Server) -> IdahWriter:
    """Writes through the IDAH API."""
    return IdahWriter(server)


@pytest.fixture(scope="module")
def logto(server: Server) -> LogtoWriter:
    """Writes through the Logto API."""
    return LogtoWriter(server)


def read(operator: Apis, organization: str, users: list[str]) -> dict[str, Any]:
    """The members of an organization, which are these, each alone; the list shows the same."""
    found: dict[str, Any] = {}
    for listed in operator.call("team.list_organization_members", x_eaz_account_id=organization):
        options = {"x_eaz_account_id": organization}
        member = operator.call("team.get_organization_member", listed.id, **options)
        assert listed.to_dict().items() <= member.to_dict().items()
        found[member.id] = member
    assert sorted(found) == sorted(users)
    return found


def save(operator: Apis, organization: str, member: Any) -> None:
    """Sends a profile back as a form does in which nothing was changed."""
    keys = ["first_name", "last_name", "email", "phone"]
    body = {key: getattr(member, key) for key in keys}
    if member.email is None:
        # It is the login: null is refused, and a form leaves it out.
        del body["email"]
    options = {"x_eaz_account_id": organization}
    saved = operator.call("team.update_team_member", member.id, body, **options)
    assert saved.to_dict() | {"updated_at": None} == member.to_dict() | {"updated_at": None}


def test_accounts_of_idah_are_read_and_saved(operator: Apis, idah: IdahWriter) -> None:
    organization = idah.organization(name="Read by EazyRent")
    others: list[dict[str, Any]] = [
        {},
        {"name": None},
        {"name": ""},
        {"email": longest_email()},
        {"picture_url": "https://a.example/" + "p" * 2030},
        {"enabled": False},
    ]
    users = [idah.user(organization, name=name) for name in NAMES]
    users += [idah.user(organization, **fields) for fields in others]
    for member in read(operator, organization, users).values():
        save(operator, organization, member)


def test_users_of_logto_are_read_and_saved(operator: Apis, logto: LogtoWriter) -> None:
    organization = logto.organization(name="Read by EazyRent")
    others: list[dict[str, Any]] = [
        {},
        {"name": "", "profile": {}},
        {"profile": {"givenName": "", "familyName": "Lovelace"}},
        {"primaryEmail": longest_email()},
        {"primaryPhone": "33612345678"},
        {"avatar": "mock://host/x.png"},
        {"customData": {"x": "y" * 60_000}},
        {"username": "u" * 128},
    ]
    users = [logto.user(organization, name=name) for name in NAMES]
    profiles = [{"givenName": name, "familyName": name} for name in NAMES]
    named = [logto.user(organization, profile=profile) for profile in profiles]
    users += named + [logto.user(organization, **fields) for fields in others]
    members = read(operator, organization, users)
    for user, name in zip(named, NAMES, strict=True):
        assert (members[user].first_name, members[user].last_name) == (name, name)
    for member in members.values():
        save(operator, organization, member)


def test_telephone_numbers_of_logto_are_saved(operator: Apis, logto: LogtoWriter) -> None:
    organization = logto.organization(name="Numbers")
    numbers = ["2", "0612345678", "7" * 16, "7" * 128]
    users = [logto.try_user(organization, primaryPhone=number) for number in numbers]
    taken = [user for user in users if user is not None]
    for member in read(operator, organization, taken).values():
        save(operator, organization, member)


def test_names_of_logto_that_are_none_here_are_saved(operator: Apis, logto: LogtoWriter) -> None:
    organization = logto.organization(name="Names")
    names = [" ", "\u00a0", "a\nb", "\u0007"]
    profiles = [{"givenName": name, "familyName": name} for name in names]
    users = [logto.try_user(organization, profile=profile) for profile in profiles]
    taken = [user for user in users if user is not None]
    for member in read(operator, organization, taken).values():
        save(operator, organization, member)


def test_organizations_without_a_name_have_one_here(operator: Apis, idah: IdahWriter) -> None:
    for fields in ({}, {"name": None}, {"name": ""}):
        options = {"x_eaz_account_id": idah.organization(**fields)}
        machine = operator.call("service_accounts.create_service_account", **options)
        assert machine.organization.name


def test_organizations_of_the_other_apis_are_read(
    operator: Apis, idah: IdahWriter, logto: LogtoWriter
) -> None:
    made = {api.organization(name=name): name for api in (idah, logto) for name in NAMES}
    for organization, name in made.items():
        options = {"x_eaz_account_id": organization}
        machine = operator.call("service_accounts.create_service_account", **options)
        assert (machine.organization.id, machine.organization.name) == (organization, name)
