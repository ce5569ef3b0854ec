"""py_logto 2.0.0: applications and their secrets."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from edge_iam import Answer, Server
from logto_checks import NOBODY, is_empty, is_id, is_recent, refused
from logto_client import Logto, ask_token
from logto_make import Maker

pytest_plugins = ["logto_fixtures"]


def new_application(logto: Logto, make: Maker, kind: str = "MachineToMachine") -> Any:
    """A new application."""
    return logto.call("create_application", {"name": make.name("application"), "type": kind})


def ask(server: Server, client: str, secret: str) -> Answer:
    """Asks for a token of an application."""
    return ask_token(server, client_id=client, client_secret=secret)


@pytest.mark.parametrize("kind", ["MachineToMachine", "Native", "SPA", "Traditional"])
def test_an_application_is_what_is_read_back(logto: Logto, make: Maker, kind: str) -> None:
    body = {
        "name": make.name("Agenda 🏠"),
        "type": kind,
        "description": "Reads",
        "customData": {"a": [1]},
    }
    made = logto.send("create_application", body)
    assert made.status == 200
    found = made.json()
    assert is_id(found["id"]) and is_recent(found["createdAt"])
    assert isinstance(found["secret"], str)
    generated = ("id", "createdAt", "secret")
    assert found == {name: found[name] for name in generated} | body | {
        "tenantId": "default",
        "oidcClientMetadata": {"redirectUris": [], "postLogoutRedirectUris": []},
        "customClientMetadata": {},
        "protectedAppMetadata": None,
        "isThirdParty": False,
    }
    again = logto.send("get_application", found["id"])
    assert again.json().items() >= found.items()
    assert (again.data.name, again.data.type) == (body["name"], kind)


def test_the_default_secret_is_good_for_tokens_and_the_answer_s_own_is_not(
    server: Server, logto: Logto, make: Maker
) -> None:
    made = new_application(logto, make)
    (secret,) = logto.call("list_application_secrets", made.id)
    assert (secret.name, secret.application_id) == ("Default secret", made.id)
    assert (secret.tenant_id, secret.expires_at) == ("default", None)
    assert is_recent(secret.created_at)
    assert re.fullmatch("[0-9A-Za-z]{32}", secret.value)
    answer = ask(server, made.id, secret.value)
    # It has a token, but no role that holds the scope.
    assert answer.status == 200 and "scope" not in answer.json()
    stranger = Logto(server, answer.json()["access_token"])
    refused(403, "auth.forbidden", stranger, "list_organizations")
    denied = ask(server, made.id, made.secret)
    assert (denied.status, denied.json()["error"]) == (401, "invalid_client")


def test_an_application_without_a_backend_has_no_secret(logto: Logto, make: Maker) -> None:
    made = new_application(logto, make, "SPA")
    assert logto.call("list_application_secrets", made.id) == []


def test_more_secrets_can_be_made(server: Server, logto: Logto, make: Maker) -> None:
    made = new_application(logto, make)
    later = int(time.time() * 1000) + 3_600_000
    first = logto.send("create_application_secret", made.id, {"name": "Endless"})
    second = logto.send("create_application_secret", made.id, {"name": "Day", "expiresAt": later})
    assert (first.status, second.status) == (201, 201)
    assert (first.data.expires_at, second.data.expires_at) == (None, later)
    found = {secret.name: secret for secret in logto.call("list_application_secrets", made.id)}
    assert set(found) == {"Default secret", "Endless", "Day"}
    assert (found["Endless"], found["Day"]) == (first.data, second.data)
    for secret in found.values():
        assert ask(server, made.id, secret.value).status == 200


def test_a_deleted_application_is_gone_and_gets_no_token(
    server: Server, logto: Logto, make: Maker
) -> None:
    made = new_application(logto, make)
    (secret,) = logto.call("list_application_secrets", made.id)
    assert is_empty(logto.send("delete_application", made.id))
    refused(404, "entity.not_exists_with_id", logto, "get_application", made.id)
    refused(404, "entity.not_found", logto, "delete_application", made.id)
    denied = ask(server, made.id, secret.value)
    assert (denied.status, denied.json()["error"]) == (400, "invalid_client")


@pytest.mark.parametrize("unknown", [NOBODY, "0", "a/b"])
def test_an_unknown_application_is_not_found(logto: Logto, unknown: str) -> None:
    refused(404, "entity.not_exists_with_id", logto, "get_application", unknown)
    refused(404, "entity.not_found", logto, "delete_application", unknown)
