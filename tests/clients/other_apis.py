"""Writing through the APIs that a test's own client does not speak, by plain HTTP: what they take
at their limits must be legal for that client.

Standard library only, so that the tests of any client may use it.
"""

from __future__ import annotations

import itertools
from typing import Any

from edge_iam import ADMIN_EMAIL, CLIENT_ID, CLIENT_SECRET, PASSWORD, Answer, Server

DOCUMENT = {"Content-Type": "application/vnd.api+json"}

NAMES = ["x", "x" * 128, "é" * 128, "名" * 128, "𝒳" * 128, "e\u0301" * 64]
NAMES += ["👩‍👩‍👧‍👧", "שלום", "null", "0"]
"""Names that every contract allows, among them the shortest and the longest."""

_numbers = itertools.count(1)


def longest_email() -> str:
    """An address of 128 characters that no test has used."""
    local = f"limit{next(_numbers)}".ljust(64, "l")
    return f"{local}@{'d' * 55}.example"


def telephone(digits: int) -> str:
    """A telephone number of that length that no test has used."""
    return f"+9{next(_numbers):0{digits - 1}}"


def _email() -> str:
    return f"limits-{next(_numbers)}@example.org"


class EazyRentWriter:
    """The EazyRent API, spoken by the operator of the platform."""

    def __init__(self, server: Server) -> None:
        self._server = server
        form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        form["grant_type"] = "client_credentials"
        answer = server.request("POST", "/oauth/v2/token", form=form)
        assert answer.status == 200, answer
        self._token = answer.json()["access_token"]

    def _send(self, method: str, path: str, status: int, body: Any, at: str = "") -> Any:
        headers = {"X-Eaz-Account-Id": at} if at else {}
        answer = self._server.request(
            method, f"/iam/v1/{path}", token=self._token, headers=headers, body=body
        )
        assert answer.status == status, answer
        return answer.json()

    def organization(self, **fields: Any) -> str:
        """A new linked account."""
        made: str = self._send("POST", "organizations/accounts/", 200, fields)["id"]
        return made

    def user(self, organization: str, **fields: Any) -> str:
        """A new member; the telephone number comes by a change."""
        phone = fields.pop("phone", None)
        body = {"first_name": "Ada", "last_name": "Lovelace", "email": _email()} | fields
        made: str = self._send("POST", "team/members/", 201, body, organization)["id"]
        if phone is not None:
            self._send("PATCH", f"team/members/{made}/", 200, {"phone": phone}, organization)
        return made


class LogtoWriter:
    """The Logto management API, spoken by the first machine client."""

    def __init__(self, server: Server) -> None:
        self._server = server
        form = {
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "resource": "https://default.logto.app/api",
            "scope": "all",
        }
        answer = server.request("POST", "/oidc/token", form=form)
        assert answer.status == 200, answer
        self._token = answer.json()["access_token"]

    def _send(self, path: str, body: Any) -> Answer:
        return self._server.request("POST", f"/api/{path}", token=self._token, body=body)

    def _post(self, path: str, status: int, body: Any) -> Any:
        answer = self._send(path, body)
        assert answer.status == status, answer
        return answer.json()

    def organization(self, **fields: Any) -> str:
        """A new organization."""
        made: str = self._post("organizations", 201, fields)["id"]
        return made

    def user(self, organization: str, **fields: Any) -> str:
        """A new user who is a member."""
        made = self.try_user(organization, **fields)
        assert made is not None, fields
        return made

    def try_user(self, organization: str, **fields: Any) -> str | None:
        """The same, unless the fields are refused."""
        answer = self._send("users", fields)
        if answer.status in (400, 422):
            return None
        assert answer.status == 200, answer
        made: str = answer.json()["id"]
        self._post(f"organizations/{organization}/users", 201, {"userIds": [made]})
        return made


class IdahWriter:
    """The IDAH API, spoken by the first administrator."""

    def __init__(self, server: Server) -> None:
        self._server = server
        body = {"email": ADMIN_EMAIL, "password": PASSWORD}
        answer = server.request("POST", "/auth/login", body=body)
        assert answer.status == 200, answer
        self._token = answer.json()["meta"]["token"]

    def _create(self, path: str, kind: str, attributes: Any) -> str:
        body = {"data": {"type": kind, "attributes": attributes}}
        answer = self._server.request("POST", path, token=self._token, headers=DOCUMENT, body=body)
        assert answer.status == 201, answer
        made: str = answer.json()["data"]["id"]
        return made

    def organization(self, **fields: Any) -> str:
        """A new organization."""
        return self._create("/organizations", "iam:organizations", fields)

    def user(self, organization: str, **fields: Any) -> str:
        """A new account that is in the organization."""
        attributes = {"email": _email(), "role_scope": {"org": [organization]}} | fields
        return self._create("/accounts", "iam:accounts", attributes)
