"""py_logto 2.0.0: resources, their scopes, and the roles by which applications get these."""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple

import pytest

from edge_iam import Answer
from logto_checks import NOBODY, ids, is_empty, is_id, is_recent, refused
from logto_client import Logto, ask_token
from logto_make import Maker
from logto_members import FOREIGN_KEY

pytest_plugins = ["logto_fixtures"]


class Resource(NamedTuple):
    """A resource with two scopes."""

    id: str
    indicator: str
    read: str
    write: str


@pytest.fixture
def resource(logto: Logto, make: Maker) -> Resource:
    """A new one, with the scopes `read` and `write`."""
    indicator = f"https://{make.name('api').strip('.')}.example.org/v1"
    made = logto.call("create_resource", {"name": "Flats", "indicator": indicator}).id
    scopes = [
        logto.call("create_resource_scope", made, {"name": name, "description": name}).id
        for name in ("read", "write")
    ]
    return Resource(made, indicator, *scopes)


class Machine:
    """An application that asks for tokens."""

    def __init__(self, logto: Logto, make: Maker) -> None:
        self.logto = logto
        self.id = make.application()
        (secret,) = logto.call("list_application_secrets", self.id)
        self.secret = secret.value

    def ask(self, scope: str, **target: str) -> Answer:
        """Asks for a token; `target` is a resource, an organization or both."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.id,
            "client_secret": self.secret,
            "scope": scope,
        }
        return self.logto.server.request("POST", "/oidc/token", form=form | target)


def claims(answer: Answer) -> Any:
    """The claims of a token."""
    payload = answer.json()["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def test_a_resource_and_its_scopes_are_made_and_deleted(logto: Logto, make: Maker) -> None:
    body = {"name": make.name("Flats"), "indicator": "https://flats.example.org"}
    made = logto.send("create_resource", body)
    assert made.status == 201 and is_id(made.data.id)
    assert made.json() == body | {
        "tenantId": "default",
        "id": made.data.id,
        "isDefault": False,
        "accessTokenTtl": 3600,
        "scopes": [],
    }
    refused(422, None, logto, "create_resource", body)
    scope = logto.send("create_resource_scope", made.data.id, {"name": "read:flats"})
    assert scope.status == 201 and is_recent(scope.data.created_at)
    assert scope.json() == {
        "tenantId": "default",
        "id": scope.data.id,
        "resourceId": made.data.id,
        "name": "read:flats",
        "description": None,
        "createdAt": scope.data.created_at,
    }
    operation = "create_resource_scope"
    refused(400, None, logto, operation, made.data.id, {"name": "read flats"})
    assert is_empty(logto.send("delete_resource_scope", made.data.id, scope.data.id))
    assert is_empty(logto.send("delete_resource", made.data.id))


def test_a_role_gives_an_application_its_scopes(
    logto: Logto, make: Maker, resource: Resource
) -> None:
    machine = Machine(logto, make)
    body = {"name": make.name("reader"), "description": "Reads", "type": "MachineToMachine"}
    role = logto.call("create_role", body | {"scopeIds": [resource.read]}).id
    refused(422, "role.name_in_use", logto, "create_role", body)
    before = machine.ask("read write", resource=resource.indicator)
    assert before.status == 200 and "scope" not in before.json()
    given = logto.send("assign_application_roles", machine.id, {"roleIds": [role]})
    assert given.status == 201
    assert given.json() == {"roleIds": [role], "addedRoleIds": [role]}
    answer = machine.ask("write read", resource=resource.indicator)
    assert (answer.status, answer.json()["scope"]) == (200, "read")
    assert claims(answer)["aud"] == resource.indicator
    assert logto.send("create_role_scope", role, {"scopeIds": [resource.write]}).status == 201
    answer = machine.ask("write other read", resource=resource.indicator)
    assert answer.json()["scope"] == "write read"
    assert is_empty(logto.send("delete_role", role))
    answer = machine.ask("read write", resource=resource.indicator)
    assert answer.status == 200 and "scope" not in answer.json()


def test_an_organization_role_has_scopes_of_resources(
    logto: Logto, make: Maker, resource: Resource
) -> None:
    role = make.role(resourceScopeIds=[resource.read])["id"]

    def held() -> list[str]:
        return sorted(ids(logto.call("list_organization_role_resource_scopes", role)))

    (listed,) = logto.call("list_organization_roles", q=role)
    (scope,) = listed.resource_scopes
    assert (scope.id, scope.name) == (resource.read, "read")
    assert (scope.resource.id, scope.resource.name) == (resource.id, "Flats")
    both = {"scopeIds": [resource.read, resource.write]}
    assert is_empty(logto.send("create_organization_role_resource_scope", role, both), 201)
    assert held() == sorted([resource.read, resource.write])
    for operation in (
        "create_organization_role_resource_scope",
        "replace_organization_role_resource_scopes",
    ):
        body = {"scopeIds": [resource.read, NOBODY]}
        refused(422, FOREIGN_KEY, logto, operation, role, body)
    body = {"scopeIds": [resource.write]}
    assert is_empty(logto.send("replace_organization_role_resource_scopes", role, body))
    assert held() == [resource.write]
    gone = (role, resource.write)
    assert is_empty(logto.send("delete_organization_role_resource_scope", *gone))
    refused(404, "entity.not_found", logto, "delete_organization_role_resource_scope", *gone)
    assert held() == []


def test_an_application_gets_tokens_of_its_organizations_alone(
    logto: Logto, make: Maker, resource: Resource
) -> None:
    machine = Machine(logto, make)
    scope = logto.call("create_organization_scope", {"name": make.name("invite")})
    role = logto.call(
        "create_organization_role",
        {
            "name": make.name("machine"),
            "type": "MachineToMachine",
            "organizationScopeIds": [scope.id],
            "resourceScopeIds": [resource.read],
        },
    ).id
    here, there = make.organization(), make.organization()
    logto.call("add_organization_applications", here, {"applicationIds": [machine.id]})
    wished = f"{scope.name} read write"
    answer = machine.ask(wished, organization_id=here)
    assert (answer.status, answer.json()["scope"]) == (200, "")
    body = {"organizationRoleIds": [role]}
    logto.call("assign_organization_roles_to_application", here, machine.id, body)
    answer = machine.ask(wished, organization_id=here)
    assert answer.json()["scope"] == scope.name
    assert claims(answer)["aud"] == f"urn:logto:organization:{here}"
    answer = machine.ask(wished, organization_id=here, resource=resource.indicator)
    assert answer.json()["scope"] == "read"
    assert claims(answer)["aud"] == resource.indicator
    assert claims(answer)["organization_id"] == here
    denied = machine.ask(wished, organization_id=there)
    assert (denied.status, denied.json()["error"]) == (403, "access_denied")


def test_the_tokens_of_an_application_without_the_scope_all_open_nothing(
    logto: Logto, make: Maker
) -> None:
    machine = Machine(logto, make)
    answer = ask_token(logto.server, client_id=machine.id, client_secret=machine.secret)
    assert answer.status == 200 and "scope" not in answer.json()
    stranger = Logto(logto.server, answer.json()["access_token"])
    refused(403, "auth.forbidden", stranger, "list_organizations")
