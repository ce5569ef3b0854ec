"""EazyRent: organizations and how they are linked."""

from __future__ import annotations

import pytest
from eazyrent.iam.v1.exceptions import ApiException
from eazyrent.iam.v1.models.list_organization import ListOrganization
from eazyrent.iam.v1.models.logo import Logo
from eazyrent.iam.v1.models.organization import Organization
from eazyrent.iam.v1.models.parent_organization import ParentOrganization

from eazyrent_checks import ids, places, refused
from eazyrent_http import NOBODY, Office, Tenant, address, register, registration
from eazyrent_sdk import Identity, Sdk
from edge_iam import Answer, Server

PAIRING_CODE = "/iam/v1/organizations/pairing-code/"


def create(who: Identity, name: str, acting: str | None = None, **fields: str) -> Organization:
    """A linked account."""
    made = who.call(
        "organizations.create_linked_account",
        {"name": name, **fields},
        x_eaz_account_id=acting,
    )
    assert isinstance(made, Organization)
    return made


def ask_code(server: Server, tenant: Tenant, method: str, acting: str | None = None) -> Answer:
    """Reads or renews a pairing code; the client has no operation for that."""
    headers = {"X-Eaz-Account-Id": acting} if acting else {}
    return server.request(method, PAIRING_CODE, token=tenant.admin.token, headers=headers)


def pairing_code(server: Server, tenant: Tenant, method: str = "GET") -> str:
    """The code by which others join."""
    answer = ask_code(server, tenant, method)
    assert answer.status == 200, answer
    code: str = answer.json()["pairing_code"]
    return code


def join(tenant: Tenant, code: str) -> Organization:
    """Joins the owner of a pairing code."""
    joined = tenant.admin.call("organizations.join_organization", {"pairing_code": code})
    assert isinstance(joined, Organization)
    return joined


# --- one's own organization -----------------------------------------------------------------------


def test_my_organization_is_the_first_organization_without_parents(reader: Sdk, home: str) -> None:
    organization = reader.call("organizations.my_organization")
    assert isinstance(organization, Organization)
    assert organization == Organization(name="Default", id=home, account_type="DEFAULT")


def test_my_organization_is_what_was_registered(server: Server, office: Office) -> None:
    email = address("owner")
    assert register(server, registration("Agence Zoë 🏠", email)).status == 200
    mine = office.enter(email).call("organizations.my_organization")
    assert (mine.name, mine.registration_number) == ("Agence Zoë 🏠", f"RN {email}")
    assert mine.account_type == "DEFAULT" and mine.logo is None and mine.address is None
    assert isinstance(mine.id, str) and mine.id.isdigit()
    assert (mine.organization_id, mine.organization) == (None, None)
    assert (mine.insurance_id, mine.insurance) == (None, None)


# --- accounts that are made under one's own -------------------------------------------------------


def test_a_linked_account_names_its_parent_and_is_in_the_parent_s_list(tenant: Tenant) -> None:
    assert tenant.admin.call("organizations.list_all_linked_account") == []
    fields = {"registration_number": "FR 1", "address": "1 rue Haute", "account_type": "DEFAULT"}
    logo = Logo("https://example.org/logo.png")
    made = create(tenant.admin, "Branch", logo=logo, **fields)
    assert (made.name, made.registration_number, made.address) == ("Branch", "FR 1", "1 rue Haute")
    assert made.logo is not None and made.logo.actual_instance == "https://example.org/logo.png"
    assert made.organization_id == tenant.id
    assert made.organization == ParentOrganization(id=tenant.id, name="Agency")
    assert (made.insurance_id, made.insurance) == (None, None)
    second = create(tenant.admin, "Second branch")
    (first, last) = tenant.admin.call("organizations.list_all_linked_account")
    assert first == ListOrganization(**made.model_dump(include=set(ListOrganization.model_fields)))
    assert (last.id, last.organization_id, last.account_type) == (second.id, tenant.id, "DEFAULT")


def test_a_new_account_has_no_members(tenant: Tenant) -> None:
    branch = create(tenant.admin, "Branch").id
    assert tenant.admin.call("team.list_organization_members", x_eaz_account_id=branch) == []


def test_an_account_made_in_an_insurer_has_it_as_insurer(tenant: Tenant) -> None:
    insurer = create(tenant.admin, "Insurer", account_type="INSURANCE")
    assert (insurer.account_type, insurer.organization_id) == ("INSURANCE", tenant.id)
    client = create(tenant.admin, "Client", acting=insurer.id)
    assert (client.insurance_id, client.organization_id) == (insurer.id, None)
    assert client.insurance == ParentOrganization(id=insurer.id, name="Insurer")
    assert client.organization is None
    # The list is of one's own accounts only, not of theirs.
    assert ids(tenant.admin.call("organizations.list_all_linked_account")) == [insurer.id]


def test_parents_that_are_named_count_instead_of_the_acting_account(tenant: Tenant) -> None:
    head = create(tenant.admin, "Head", account_type="ORGANIZATION")
    insurer = create(tenant.admin, "Insurer", account_type="INSURANCE")
    made = create(tenant.admin, "Branch", organization_id=head.id, insurance_id=insurer.id)
    assert (made.organization_id, made.insurance_id) == (head.id, insurer.id)
    assert made.organization is not None and made.organization.name == "Head"
    assert made.insurance is not None and made.insurance.name == "Insurer"


def test_a_parent_out_of_reach_is_forbidden_and_an_unknown_one_is_not_found(
    tenant: Tenant, home: str
) -> None:
    operation = "organizations.create_linked_account"
    for field in ("organization_id", "insurance_id"):
        refused(403, tenant.admin, operation, {"name": "Stray", field: home})
        for unknown in (NOBODY, "not-an-id"):
            refused(404, tenant.admin, operation, {"name": "Stray", field: unknown})
    assert tenant.admin.call("organizations.list_all_linked_account") == []


def test_a_registration_number_is_taken_once_under_the_same_parent(tenant: Tenant) -> None:
    first = create(tenant.admin, "First", registration_number="FR 7")
    same = {"name": "Second", "registration_number": "FR 7"}
    refused(409, tenant.admin, "organizations.create_linked_account", same)
    assert create(tenant.admin, "Below", acting=first.id, registration_number="FR 7").id
    assert ids(tenant.admin.call("organizations.list_all_linked_account")) == [first.id]


def test_a_blank_name_of_an_account_is_refused_with_its_place(tenant: Tenant) -> None:
    operation = "organizations.create_linked_account"
    assert places(refused(422, tenant.admin, operation, {"name": "  "})) == [["body", "name"]]


# --- joining and leaving --------------------------------------------------------------------------


def test_joining_fills_in_the_parent_who_may_then_work_there(
    server: Server, office: Office, tenant: Tenant
) -> None:
    parent = office.tenant("Network")
    joined = join(tenant, f"  {pairing_code(server, parent).lower()} ")
    assert (joined.id, joined.organization_id) == (tenant.id, parent.id)
    assert joined.organization == ParentOrganization(id=parent.id, name="Network")
    assert joined == tenant.admin.call("organizations.my_organization")
    assert ids(parent.admin.call("organizations.list_all_linked_account")) == [tenant.id]
    members = parent.admin.call("team.list_organization_members", x_eaz_account_id=tenant.id)
    assert ids(members) == [tenant.admin.id]


def test_leaving_takes_the_parent_s_access_away_at_once_and_keeps_the_members(
    server: Server, office: Office
) -> None:
    parent = office.tenant("Network")
    child = office.tenant("Child", pairing_code(server, parent))
    before = child.admin.call("team.list_organization_members")
    left = child.admin.call("organizations.leave_organization")
    assert isinstance(left, Organization)
    assert (left.id, left.organization_id, left.organization) == (child.id, None, None)
    assert child.admin.call("team.list_organization_members") == before
    assert parent.admin.call("organizations.list_all_linked_account") == []
    # The parent's own account again: the fall-back is silent.
    seen = parent.admin.call("team.list_organization_members", x_eaz_account_id=child.id)
    assert ids(seen) == [parent.admin.id]


def test_joining_an_insurer_sets_the_insurer_which_stays_when_the_parent_is_left(
    server: Server, office: Office, tenant: Tenant
) -> None:
    parent = office.tenant("Network")
    insurer = create(parent.admin, "Insurer", account_type="INSURANCE")
    code = ask_code(server, parent, "GET", acting=insurer.id).json()["pairing_code"]
    joined = join(tenant, code)
    assert (joined.insurance_id, joined.organization_id) == (insurer.id, None)
    assert joined.insurance == ParentOrganization(id=insurer.id, name="Insurer")
    refused(400, tenant.admin, "organizations.leave_organization")
    joined = join(tenant, pairing_code(server, parent))
    assert (joined.organization_id, joined.insurance_id) == (parent.id, insurer.id)
    left = tenant.admin.call("organizations.leave_organization")
    assert (left.organization_id, left.insurance_id) == (None, insurer.id)


def test_a_parent_may_take_an_account_out_of_its_network_in_its_place(tenant: Tenant) -> None:
    branch = create(tenant.admin, "Branch").id
    left = tenant.admin.call("organizations.leave_organization", x_eaz_account_id=branch)
    assert (left.id, left.organization_id) == (branch, None)
    assert tenant.admin.call("organizations.list_all_linked_account") == []


def test_codes_that_are_unknown_one_s_own_make_a_loop_or_come_second_are_refused(
    server: Server, office: Office
) -> None:
    def attempt(status: int, who: Tenant, code: str) -> None:
        body = {"pairing_code": code}
        refused(status, who.admin, "organizations.join_organization", body)

    parent = office.tenant("Network")
    child = office.tenant("Child", pairing_code(server, parent))
    attempt(404, child, "0000000000000000")
    attempt(400, parent, pairing_code(server, parent))
    attempt(400, parent, pairing_code(server, child))
    attempt(409, child, pairing_code(server, parent))
    attempt(409, child, pairing_code(server, office.tenant("Other network")))


def test_whoever_guesses_codes_has_to_wait_and_nobody_else(
    server: Server, office: Office, tenant: Tenant
) -> None:
    def guess() -> int:
        with pytest.raises(ApiException) as error:
            join(tenant, "0000000000000000")
        status: int = error.value.status
        return status

    statuses = [guess() for _ in range(20)]
    assert set(statuses) == {404, 429} and statuses == sorted(statuses)
    code = pairing_code(server, office.tenant("Network"))
    body = {"pairing_code": code}
    error = refused(429, tenant.admin, "organizations.join_organization", body)
    assert int(error.headers["retry-after"]) > 0
    assert join(office.tenant("Patient agency"), code).organization_id is not None


def test_who_has_no_parent_cannot_leave(tenant: Tenant) -> None:
    refused(400, tenant.admin, "organizations.leave_organization")


def test_a_pairing_code_stays_until_it_is_renewed_and_the_old_one_is_unknown_then(
    server: Server, office: Office, tenant: Tenant
) -> None:
    parent = office.tenant("Network")
    old = pairing_code(server, parent)
    assert pairing_code(server, parent) == old
    new = pairing_code(server, parent, "POST")
    assert new != old and pairing_code(server, parent) == new
    refused(404, tenant.admin, "organizations.join_organization", {"pairing_code": old})
    assert join(tenant, new).organization_id == parent.id


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_pairing_code_is_for_those_who_may_write(
    server: Server, office: Office, tenant: Tenant, method: str
) -> None:
    member = office.member(tenant.admin)
    assert server.request(method, PAIRING_CODE, token=member.token).status == 403
    assert server.request(method, PAIRING_CODE).status == 401
