"""The published Logto client, `py_logto` 1.0.0, against the WebAssembly build.

Everything goes through the client, except what it has no operation for or cannot send: those tests
use plain HTTP and say why. What both versions can do stands once, in `logto_*.py`; operations go by
their names in 2.0.0 there. Here: what is peculiar to 1.0.0, and who is let in.
"""

from __future__ import annotations

import inspect
import json

import pytest
from py_logto import ApiClient, Configuration, OrganizationsApi, models
from py_logto.exceptions import UnauthorizedException

from edge_iam import Server
from logto_access import AccessTests
from logto_client import ORGANIZATIONS, VERSION, Logto, ask_token
from logto_make import Maker

pytest_plugins = ["logto_fixtures"]


class TestAccess(AccessTests):
    """As in every version."""


def test_this_is_1_0_0_whose_organizations_api_has_these_14_operations() -> None:
    assert VERSION == "1.0.0"
    variants = ("_with_http_info", "_without_preload_content")
    methods = [name for name, _ in inspect.getmembers(OrganizationsApi, inspect.isfunction)]
    operations = {name for name in methods if name[0] != "_" and not name.endswith(variants)}
    assert operations == set(ORGANIZATIONS.values())
    assert len(operations) == 14


def test_the_way_of_a_first_member_with_a_role(server: Server) -> None:
    token = ask_token(server).json()["access_token"]
    client = ApiClient(Configuration(host=server.base))
    client.set_default_header("Authorization", f"Bearer {token}")
    api = OrganizationsApi(client)
    user = server.request("POST", "/api/users", token=token, body={"name": "Ada"}).json()
    role = server.request("POST", "/api/organization-roles", token=token, body={"name": "owner"})
    assert role.status == 201
    api.api_organizations_post(models.ApiOrganizationsPostRequest(name="Agency"))
    (agency,) = api.api_organizations_get(q="Agency")
    assert isinstance(agency, models.ApiOrganizationsGet200ResponseInner)
    body = models.ApiOrganizationsIdUsersPostRequest(userIds=[user["id"]])
    api.api_organizations_id_users_post(agency.id, body)
    roles = models.ApiOrganizationsIdUsersUserIdRolesPostRequest(
        organizationRoleIds=[role.json()["id"]]
    )
    api.api_organizations_id_users_user_id_roles_post(agency.id, user["id"], roles)
    (member,) = api.api_organizations_id_users_get(agency.id)
    assert isinstance(member, models.ApiOrganizationsIdUsersGet200ResponseInner)
    assert member.name == "Ada"
    assert [given.name for given in member.organization_roles] == ["owner"]


def test_the_client_sends_no_token_of_its_configuration(server: Server, logto: Logto) -> None:
    configured = Configuration(host=server.base, access_token=logto.token)
    with pytest.raises(UnauthorizedException) as caught:
        OrganizationsApi(ApiClient(configured)).api_organizations_get()
    assert json.loads(caught.value.body)["code"] == "auth.authorization_header_missing"


def test_the_client_ignores_what_is_made(logto: Logto, make: Maker) -> None:
    answer = logto.send("create_organization", {"name": make.name("ignored")})
    assert (answer.status, answer.data) == (201, None)
    assert answer.json()["id"]
