"""EazyRent: registration, invitations, and the passwords of people.

The client only changes a password; everything else is plain HTTP.
"""

from __future__ import annotations

from typing import Any

import pytest
from eazyrent.iam.v1.models.list_user import ListUser
from eazyrent.iam.v1.models.register_serializer import RegisterSerializer
from eazyrent.iam.v1.models.user import User

from eazyrent_checks import ids, refused
from eazyrent_http import (
    Member,
    Office,
    Tenant,
    address,
    ask_login,
    ask_token,
    person,
    register,
    registration,
    set_password,
    telephone,
)
from eazyrent_sdk import Sdk
from edge_iam import CLIENT_ID, CLIENT_SECRET, PASSWORD, Answer, Server

NEW_PASSWORD = "Test-only-2"
WEAK = ["Aa1-aaa", "test-only-1", "TEST-ONLY-1", "Test-only-x", "TestOnly12"]
"""Too short, then without an upper-case letter, a lower-case one, a digit, a symbol."""


def forget(server: Server, email: Any) -> Answer:
    """Asks for a mail with a code for a new password."""
    return server.request("POST", "/iam/v1/users/password/forgot/", body={"email": email})


def invite_again(server: Server, tenant: Tenant, member: str) -> Answer:
    """Sends an invitation again."""
    path = f"/iam/v1/team/members/{member}/resend-invitation/"
    return server.request("POST", path, token=tenant.admin.token)


def pairing_code(server: Server, tenant: Tenant) -> str:
    """The code by which others join."""
    path = "/iam/v1/organizations/pairing-code/"
    code: str = server.request("GET", path, token=tenant.admin.token).json()["pairing_code"]
    return code


def change(new: str, current: str = PASSWORD, confirmation: str | None = None) -> dict[str, str]:
    """A ChangePassword."""
    return {
        "current_password": current,
        "new_password": new,
        "new_password_confirmation": new if confirmation is None else confirmation,
    }


def assert_refused(answer: Answer) -> None:
    """The answer is a 400 that says why."""
    assert answer.status == 400, answer
    assert isinstance(answer.json()["detail"], str) and answer.json()["detail"]


# --- registration ---------------------------------------------------------------------------------


def test_registering_echoes_what_was_understood_and_invites_the_administrator(
    server: Server, office: Office
) -> None:
    email = address("owner")
    body = registration("Agency", email)
    phone = telephone()
    body["org_admin"] |= {"phone": phone, "email": f" {email} "}
    answer = register(server, body)
    assert answer.status == 200
    reply = RegisterSerializer.from_dict(answer.json())
    assert reply is not None
    assert (reply.organization.name, reply.organization.pairing_code) == ("Agency", None)
    assert reply.organization.registration_number == f"RN {email}"
    assert (reply.org_admin.first_name, reply.org_admin.last_name) == ("Ada", "Admin")
    assert (reply.org_admin.email, reply.org_admin.phone) == (email, phone)
    assert ask_login(server, email).status == 400
    owner = office.enter(email)
    (listed,) = owner.call("team.list_organization_members")
    assert isinstance(listed, ListUser)
    assert (listed.id, listed.state) == (owner.id, "USER_STATE_ACTIVE")
    assert (listed.email, listed.phone) == (email, phone)
    (grant,) = owner.call("user_grants.retrieve_my_authorizations")
    assert grant["roleKeys"] == ["org:admin"]


def test_an_invited_administrator_is_in_the_state_initial(
    server: Server, office: Office, tenant: Tenant
) -> None:
    code = pairing_code(server, tenant)
    assert register(server, registration("Child", address("child"), code)).status == 200
    (child,) = tenant.admin.call("organizations.list_all_linked_account")
    members = tenant.admin.call("team.list_organization_members", x_eaz_account_id=child.id)
    assert [member.state for member in members] == ["USER_STATE_INITIAL"]


def test_registering_with_a_pairing_code_links_as_joining_does(
    server: Server, office: Office, tenant: Tenant
) -> None:
    child = office.tenant("Child", f" {pairing_code(server, tenant).lower()} ")
    mine = child.admin.call("organizations.my_organization")
    assert mine.organization_id == tenant.id
    assert mine.organization is not None and mine.organization.name == tenant.name
    assert ids(tenant.admin.call("organizations.list_all_linked_account")) == [child.id]


def test_registering_with_an_unknown_code_or_a_taken_address_makes_nothing(
    server: Server, tenant: Tenant
) -> None:
    email = address("owner")
    assert register(server, registration("Agency", email, "0000000000000000")).status == 404
    taken = register(server, registration("Agency", tenant.admin.email.upper()))
    assert taken.status == 409 and taken.json()["detail"]
    assert register(server, registration("Agency", email)).status == 200


def test_a_malformed_registration_names_every_fault(server: Server) -> None:
    body = registration(" ", "ada@nowhere")
    del body["org_admin"]["first_name"]
    answer = register(server, body)
    assert answer.status == 422
    assert sorted(fault["loc"] for fault in answer.json()["detail"]) == [
        ["body", "org_admin", "email"],
        ["body", "org_admin", "first_name"],
        ["body", "organization", "name"],
    ]


# --- invitations ----------------------------------------------------------------------------------


def test_accepting_an_invitation_makes_its_owner_active_and_uses_the_code_up(
    server: Server, office: Office, tenant: Tenant
) -> None:
    made = tenant.admin.call("team.add_organization_members", person("Bob"))
    code = office.code(made.email)
    assert_refused(set_password(server, "activate", code, confirmation=NEW_PASSWORD))
    for weak in WEAK:
        assert_refused(set_password(server, "activate", code, weak))
    answer = set_password(server, "activate", code)
    assert answer.status == 200
    user = User.from_dict(answer.json())
    assert user is not None and (user.id, user.state) == (made.id, "USER_STATE_ACTIVE")
    assert Member(server, made.email).id == made.id
    assert_refused(set_password(server, "activate", code, NEW_PASSWORD))
    assert ask_login(server, made.email).status == 200


@pytest.mark.parametrize("path", ["activate", "password/reset"])
@pytest.mark.parametrize("code", ["", "nonsense", "0" * 64])
def test_a_code_that_nobody_was_sent_is_refused(server: Server, path: str, code: str) -> None:
    assert set_password(server, path, code).status in (400, 422)


def test_an_invitation_that_is_sent_again_has_a_code_that_works(
    server: Server, office: Office, tenant: Tenant
) -> None:
    made = tenant.admin.call("team.add_organization_members", person("Bob"))
    first = office.code(made.email)
    assert invite_again(server, tenant, made.id).status == 202
    assert [mail["template"] for mail in office.mails(made.email)] == ["invitation"] * 2
    assert office.code(made.email) != first
    assert office.enter(made.email).id == made.id
    assert_refused(invite_again(server, tenant, made.id))


def test_an_invitation_is_sent_again_by_those_who_may_write_to_members_only(
    server: Server, office: Office, tenant: Tenant
) -> None:
    made = tenant.admin.call("team.add_organization_members", person("Bob"))
    reader = office.member(tenant.admin, "Reader")
    path = f"/iam/v1/team/members/{made.id}/resend-invitation/"
    assert server.request("POST", path).status == 401
    assert server.request("POST", path, token=reader.token).status == 403
    stranger = office.tenant("Other agency")
    assert invite_again(server, stranger, made.id).status == 404
    assert len(office.mails(made.email)) == 1


# --- logging in -----------------------------------------------------------------------------------


def test_a_person_logs_in_with_the_address_in_any_case_and_the_exact_password(
    server: Server, tenant: Tenant
) -> None:
    answer = ask_login(server, f" {tenant.admin.email.upper()} ")
    assert answer.status == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 43199
    for email, password in (
        (tenant.admin.email, PASSWORD.lower()),
        (tenant.admin.email, f"{PASSWORD} "),
        (address("nobody"), PASSWORD),
    ):
        answer = ask_login(server, email, password)
        assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")


def test_a_client_that_logs_a_person_in_must_prove_itself(server: Server, tenant: Tenant) -> None:
    def status(secret: str) -> int:
        return ask_token(
            server,
            grant_type="password",
            username=tenant.admin.email,
            password=PASSWORD,
            client_id=CLIENT_ID,
            client_secret=secret,
        ).status

    assert (status(CLIENT_SECRET), status("wrong")) == (200, 401)


# --- changing the password ------------------------------------------------------------------------


def test_a_changed_password_is_for_the_next_login_and_ends_other_sessions(
    server: Server, tenant: Tenant
) -> None:
    other = Member(server, tenant.admin.email)
    assert tenant.admin.call("users.change_my_password", change(NEW_PASSWORD)) is None
    assert ask_login(server, tenant.admin.email).status == 400
    assert ask_login(server, tenant.admin.email, NEW_PASSWORD).status == 200
    assert tenant.admin.call("users.get_my_user").actual_instance.id == tenant.admin.id
    refused(401, other, "users.get_my_user")


def test_a_wrong_current_password_and_a_bad_new_one_are_refused(
    server: Server, tenant: Tenant
) -> None:
    operation = "users.change_my_password"
    refused(400, tenant.admin, operation, change(NEW_PASSWORD, current="Test-only-9"))
    refused(400, tenant.admin, operation, change(NEW_PASSWORD, confirmation="Test-only-3"))
    for weak in WEAK:
        refused(400, tenant.admin, operation, change(weak))
    assert ask_login(server, tenant.admin.email).status == 200


def test_a_machine_has_no_password(reader: Sdk) -> None:
    refused(404, reader, "users.change_my_password", change(NEW_PASSWORD))


# --- forgetting it --------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_with_the_code_from_the_mail_once(
    server: Server, office: Office, tenant: Tenant
) -> None:
    email = tenant.admin.email
    assert forget(server, f" {email.upper()} ").status == 202
    mail = office.mails(email)[0]
    assert mail["template"] == "password_reset"
    code = mail["payload"]["code"]
    assert_refused(set_password(server, "password/reset", code, "weak"))
    assert_refused(set_password(server, "password/reset", code, NEW_PASSWORD, PASSWORD))
    assert ask_login(server, email).status == 200
    assert set_password(server, "password/reset", code, NEW_PASSWORD).status == 202
    assert ask_login(server, email).status == 400
    assert ask_login(server, email, NEW_PASSWORD).status == 200
    assert_refused(set_password(server, "password/reset", code))


def test_nobody_learns_whether_an_address_is_known(
    server: Server, office: Office, tenant: Tenant
) -> None:
    unknown = address("nobody")
    answers = [forget(server, email) for email in (tenant.admin.email, unknown)]
    assert [(answer.status, answer.content) for answer in answers] == [
        (202, answers[0].content),
        (202, answers[0].content),
    ]
    assert set(answers[0].headers) == set(answers[1].headers)
    assert office.mails(unknown) == []


def test_an_address_that_is_none_is_refused(server: Server) -> None:
    for wrong in ("", "ada@nowhere", None, 7):
        answer = forget(server, wrong)
        assert answer.status == 422
        assert [fault["loc"] for fault in answer.json()["detail"]] == [["body", "email"]]


def test_the_code_of_a_locked_person_changes_nothing(
    server: Server, office: Office, tenant: Tenant
) -> None:
    member = office.member(tenant.admin)
    assert forget(server, member.email).status == 202
    code = office.code(member.email)
    tenant.admin.call("team.lock_member", member.id)
    assert_refused(set_password(server, "password/reset", code, NEW_PASSWORD))
    tenant.admin.call("team.unlock_member", member.id)
    assert ask_login(server, member.email).status == 200
