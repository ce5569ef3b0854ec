"""The published Logto client, `py_logto` 2.0.0, against the WebAssembly build.

Everything goes through the client, except what it has no operation for or cannot send: those tests
use plain HTTP and say why. What both versions can do stands once, in `logto_*.py`. Here: the way of
a first member, and who is let in; other files have what only 2.0.0 can do.
"""

from __future__ import annotations

from py_logto import (
    ApiClient,
    Configuration,
    OrganizationRolesApi,
    OrganizationsApi,
    UsersApi,
    models,
)

from edge_iam import Server
from logto_access import AccessTests
from logto_client import ORGANIZATIONS, VERSION, ask_token

pytest_plugins = ["logto_fixtures"]


class TestAccess(AccessTests):
    """As in every version."""


def test_this_is_2_0_0_which_has_the_14_operations() -> None:
    assert VERSION == "2.0.0"
    assert len(ORGANIZATIONS) == 14
    assert all(hasattr(OrganizationsApi, operation) for operation in ORGANIZATIONS)


def test_the_way_of_a_first_member_with_a_role(server: Server) -> None:
    answer = ask_token(server)
    assert (answer.status, answer.json()["scope"]) == (200, "all")
    token = answer.json()["access_token"]
    client = ApiClient(Configuration(host=server.base, access_token=token))
    organizations = OrganizationsApi(client)
    user = UsersApi(client).create_user(models.CreateUserRequest(name="Ada"))
    role = OrganizationRolesApi(client).create_organization_role(
        models.CreateOrganizationRoleRequest(
            name="owner", organizationScopeIds=[], resourceScopeIds=[]
        )
    )
    agency = organizations.create_organization(models.CreateOrganizationRequest(name="Agency"))
    people = models.AddOrganizationUsersRequest(userIds=[user.id])
    organizations.add_organization_users(agency.id, people)
    roles = models.AssignOrganizationRolesToUserRequest(organizationRoleIds=[role.id])
    organizations.assign_organization_roles_to_user(agency.id, user.id, roles)
    (member,) = organizations.list_organization_users(agency.id)
    assert isinstance(member, models.ListOrganizationUsers200ResponseInner)
    assert (member.id, member.name) == (user.id, "Ada")
    assert [given.name for given in member.organization_roles] == ["owner"]
