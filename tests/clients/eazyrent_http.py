"""What the EazyRent server has beyond the operations of its client, by plain HTTP: tokens,
registration, and what people do with the codes that are mailed to them."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eazyrent_sdk import Apis, Identity
from edge_iam import PASSWORD, Answer, Server

NOBODY = "999999999999"
"""An id that nothing has."""

_numbers = itertools.count(1)


def address(name: str) -> str:
    """An e-mail address that no test has used."""
    return f"{name.lower()}-{next(_numbers)}@example.org"


def telephone() -> str:
    """A telephone number that no test has used."""
    return f"+49{next(_numbers):09}"


def person(name: str, **changes: str) -> dict[str, str]:
    """A CreateUser with an address of its own."""
    usual = {"first_name": name, "last_name": "Tester", "email": address(name)}
    return usual | changes


def ask_token(server: Server, **form: str) -> Answer:
    """Asks for a token by plain HTTP: the SDK shows neither its own nor the answer around it."""
    return server.request("POST", "/oauth/v2/token", form=form)


def ask_login(server: Server, email: str, password: str = PASSWORD) -> Answer:
    """Asks for a token of a person; the client has no login for people."""
    return ask_token(server, grant_type="password", username=email, password=password)


def new_key(server: Server, token: str, account: str) -> dict[str, str]:
    """A new key file: the SDK cannot log in before it has one."""
    answer = server.request("POST", f"/iam/v1/service-accounts/{account}/keys/", token=token)
    assert answer.status == 201, answer
    key: dict[str, str] = answer.json()
    return key


@dataclass(frozen=True)
class Folder:
    """Where key files are put."""

    path: Path

    def write(self, key: dict[str, str]) -> str:
        """Writes a key file and gives its path, for `EAZ_JSON_KEY`."""
        file = self.path / f"{key['keyId']}.json"
        file.write_text(json.dumps(key))
        return str(file)


def registration(name: str, email: str, code: str | None = None) -> dict[str, Any]:
    """A RegisterSerializer."""
    organization = {"name": name, "registration_number": f"RN {email}", "pairing_code": code}
    admin = {"first_name": "Ada", "last_name": "Admin", "email": email, "phone": None}
    return {"organization": organization, "org_admin": admin}


def register(server: Server, body: dict[str, Any]) -> Answer:
    """Registers an organization; the client's left-over module has no place in the SDK."""
    return server.request("POST", "/iam/v1/register/", body=body)


def set_password(
    server: Server,
    path: str,
    code: str,
    password: str = PASSWORD,
    confirmation: str | None = None,
) -> Answer:
    """Sends a code from a mail with a new password to `/iam/v1/users/<path>/`."""
    confirmation = password if confirmation is None else confirmation
    body = {"code": code, "new_password": password, "new_password_confirmation": confirmation}
    return server.request("POST", f"/iam/v1/users/{path}/", body=body)


class Member(Apis):
    """A person who has logged in."""

    def __init__(self, server: Server, email: str, password: str = PASSWORD) -> None:
        answer = ask_login(server, email, password)
        assert answer.status == 200, answer
        super().__init__(server.base, answer.json()["access_token"])
        self.email = email
        self.id: str = self.call("users.get_my_user").actual_instance.id


@dataclass(frozen=True)
class Tenant:
    """A registered organization and its first administrator."""

    id: str
    name: str
    admin: Member


@dataclass(frozen=True)
class Office:
    """Lets people in. `token` is the operator's, who sees the mails that wait to be sent."""

    server: Server
    token: str

    def mails(self, email: str) -> list[dict[str, Any]]:
        """Mails to an address, newest first."""
        # Whether anybody has the address of a forgotten password is looked up after the answer.
        delivered = self.server.request("POST", "/iam/v1/outbox/deliver/", token=self.token)
        assert delivered.status == 200, delivered
        answer = self.server.request("GET", "/iam/v1/outbox/", token=self.token)
        assert answer.status == 200, answer
        return [mail for mail in answer.json() if mail["recipient"] == email]

    def code(self, email: str) -> str:
        """The code in the newest mail to an address."""
        code: str = self.mails(email)[0]["payload"]["code"]
        return code

    def enter(self, email: str) -> Member:
        """Accepts the invitation that was mailed to an address, and logs in."""
        answer = set_password(self.server, "activate", self.code(email))
        assert answer.status == 200, answer
        return Member(self.server, email)

    def tenant(self, name: str = "Agency", code: str | None = None) -> Tenant:
        """A new organization, with an administrator who has logged in."""
        email = address("admin")
        answer = register(self.server, registration(name, email, code))
        assert answer.status == 200, answer
        admin = self.enter(email)
        return Tenant(admin.call("organizations.my_organization").id, name, admin)

    def member(self, inviter: Identity, name: str = "Bob", **options: Any) -> Member:
        """A new member, who has logged in."""
        made = inviter.call("team.add_organization_members", person(name), **options)
        return self.enter(made.email)
