"""The published client `py_logto`, in version 1.0.0 or 2.0.0.

Both send the same requests under other names; here operations go by those of 2.0.0.
"""

from __future__ import annotations

import inspect
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, NamedTuple

import py_logto.api
from py_logto import ApiClient, Configuration

from edge_iam import CLIENT_ID, CLIENT_SECRET, TIMEOUT, Answer, Server

VERSION = version("py_logto")
MANAGEMENT = "https://default.logto.app/api"
"""Indicator of the management API."""
WRONG_SCHEME = "auth.authorization_token_type_not_supported"
"""Code for a credential that is no bearer token."""

ORGANIZATIONS = {
    "list_organizations": "api_organizations_get",
    "create_organization": "api_organizations_post",
    "get_organization": "api_organizations_id_get",
    "update_organization": "api_organizations_id_patch",
    "delete_organization": "api_organizations_id_delete",
    "list_organization_users": "api_organizations_id_users_get",
    "add_organization_users": "api_organizations_id_users_post",
    "replace_organization_users": "api_organizations_id_users_put",
    "assign_organization_roles_to_users": "api_organizations_id_users_roles_post",
    "delete_organization_user": "api_organizations_id_users_user_id_delete",
    "list_organization_user_roles": "api_organizations_id_users_user_id_roles_get",
    "assign_organization_roles_to_user": "api_organizations_id_users_user_id_roles_post",
    "replace_organization_user_roles": "api_organizations_id_users_user_id_roles_put",
    "delete_organization_user_role": "api_organizations_id_users_user_id_roles_role_id_delete",
}
"""The operations of the organizations API, with their names in 1.0.0."""

OTHERS = {
    "create_user": "api_users_post",
    "get_user": "api_users_user_id_get",
    "delete_user": "api_users_user_id_delete",
    "list_user_organizations": "api_users_user_id_organizations_get",
    "create_organization_role": "api_organization_roles_post",
    "get_organization_role": "api_organization_roles_id_get",
    "delete_organization_role": "api_organization_roles_id_delete",
}
"""What tests of both versions need besides."""

succeeded: Counter[str] = Counter()
"""How often each operation succeeded."""


@dataclass(frozen=True)
class Reply(Answer):
    """An answer with what the client has made of it."""

    data: Any


class Logto:
    """The client with a bearer token, or with any other value of the header."""

    def __init__(self, server: Server, token: str | None, authorization: str | None = None) -> None:
        self.server = server
        self.token = token
        # 1.0.0 sends no token of its configuration.
        configured = token if VERSION != "1.0.0" else None
        client = ApiClient(Configuration(host=server.base, access_token=configured))
        if authorization is None and configured != token:
            authorization = f"Bearer {token}"
        if authorization is not None:
            client.set_default_header("Authorization", authorization)
        self._methods: dict[str, Any] = {}
        classes: list[tuple[str, Any]] = inspect.getmembers(py_logto.api, inspect.isclass)
        for _, found in classes:
            self._methods |= inspect.getmembers(found(client), inspect.ismethod)

    def send(self, operation: str, *args: Any, **options: Any) -> Reply:
        """Calls an operation, and counts it when it succeeds."""
        method = self._methods[f"{self._name(operation)}_with_http_info"]
        answer = method(*args, **options, _request_timeout=TIMEOUT)
        succeeded[operation] += 1
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(answer.status_code, headers, answer.raw_data, answer.data)

    def call(self, operation: str, *args: Any, **options: Any) -> Any:
        """What the client has made of the answer."""
        return self.send(operation, *args, **options).data

    def unchecked(self, operation: str, **fields: Any) -> Any:
        """A body for an operation, with values that the client's model would not take."""
        parameters = inspect.signature(self._methods[self._name(operation)]).parameters.values()
        models = [p.annotation for p in parameters if hasattr(p.annotation, "model_construct")]
        (model,) = models
        return model.model_construct(**fields)

    @staticmethod
    def _name(operation: str) -> str:
        return operation if VERSION != "1.0.0" else {**ORGANIZATIONS, **OTHERS}[operation]


class Stranger(NamedTuple):
    """A client that is not let in."""

    logto: Logto
    status: int
    code: str
    """Of every answer."""


def ask_token(server: Server, **changes: str) -> Answer:
    """Asks for a token of the first machine client by plain HTTP: `py_logto` fetches none."""
    usual = {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "resource": MANAGEMENT,
        "scope": "all",
    }
    return server.request("POST", "/oidc/token", form=usual | changes)
