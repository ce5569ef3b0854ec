"""Logto: what other APIs take at their limits is read by every version of the client."""

from __future__ import annotations

from typing import Any

import pytest

from edge_iam import Server
from logto_client import Logto
from logto_make import Maker
from other_apis import NAMES, EazyRentWriter, IdahWriter, longest_email, telephone


def read_members(logto: Logto, organization: str, users: list[str]) -> dict[str, Any]:
    """The members of an organization, which are these, by their ids."""
    members = logto.call("list_organization_users", organization, page_size=100)
    assert sorted(member.id for member in members) == sorted(users)
    return {member.id: member for member in members}


class LimitTests:
    """Tests of what each version reads."""

    @pytest.fixture
    def eazyrent(self, server: Server) -> EazyRentWriter:
        return EazyRentWriter(server)

    @pytest.fixture
    def idah(self, server: Server) -> IdahWriter:
        return IdahWriter(server)

    def test_organizations_of_the_other_apis_are_listed(
        self, logto: Logto, eazyrent: EazyRentWriter, idah: IdahWriter
    ) -> None:
        made = {api.organization(name=name): name for api in (eazyrent, idah) for name in NAMES}
        kinds = [{"address": "a" * 2083}, {"logo": "any text"}, {"account_type": "INSURANCE"}]
        made |= {eazyrent.organization(name="Kind", **kind): "Kind" for kind in kinds}
        listed = {found.id: found for found in logto.call("list_organizations", page_size=100)}
        for organization, name in made.items():
            assert listed[organization].name == name
            assert logto.call("get_organization", organization).name == name

    def test_organizations_without_a_name_are_listed(self, logto: Logto, idah: IdahWriter) -> None:
        made = [idah.organization(**fields) for fields in ({}, {"name": None}, {"name": ""})]
        # The client refuses the whole list for one name that is empty.
        listed = {found.id: found for found in logto.call("list_organizations", page_size=100)}
        for organization in made:
            assert listed[organization].name

    def test_members_of_eazyrent_are_listed(
        self, logto: Logto, make: Maker, eazyrent: EazyRentWriter
    ) -> None:
        organization = make.organization()
        named = [{"first_name": name, "last_name": name} for name in NAMES]
        phones = [telephone(7), telephone(15)]
        others = [{"email": longest_email()}, *({"phone": phone} for phone in phones)]
        users = [eazyrent.user(organization, **fields) for fields in named + others]
        members = read_members(logto, organization, users)
        for user, name in zip(users, NAMES, strict=False):
            assert members[user].name == f"{name} {name}"[:128]
        shown = [members[user].primary_phone for user in users[-2:]]
        assert shown == [phone.lstrip("+") for phone in phones]

    def test_accounts_of_idah_are_listed(
        self, logto: Logto, make: Maker, idah: IdahWriter
    ) -> None:
        organization = make.organization()
        others: list[dict[str, Any]] = [
            {},
            {"name": None},
            {"name": ""},
            {"email": longest_email()},
            {"picture_url": "https://a.example/" + "p" * 2030},
            {"enabled": False},
        ]
        users = [idah.user(organization, name=name) for name in NAMES]
        nameless = [idah.user(organization, **fields) for fields in others]
        members = read_members(logto, organization, users + nameless)
        assert [members[user].name for user in users] == NAMES
        assert [members[user].name for user in nameless] == [None] * len(others)
        assert members[nameless[-1]].is_suspended
