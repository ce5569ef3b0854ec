"""py_logto 2.0.0: applications as members of organizations."""

from __future__ import annotations

from typing import Any

import pytest

from logto_checks import NOBODY, check_page, ids, is_empty, refused, total
from logto_client import Logto
from logto_make import Maker
from logto_members import FOREIGN_KEY
from logto_roles import MEMBERSHIP, WRONG_TYPE, these

pytest_plugins = ["logto_fixtures"]


def applications(*found: str) -> dict[str, list[str]]:
    """The body of an operation on the applications of an organization."""
    return {"applicationIds": list(found)}


def roles_of(logto: Logto, organization: str) -> dict[str, list[str]]:
    """The roles of each application."""
    found = logto.call("list_organization_applications", organization)
    return {one.id: sorted(ids(one.organization_roles)) for one in found}


def with_applications(logto: Logto, make: Maker, *found: str) -> str:
    """A new organization of these applications."""
    organization = make.organization()
    logto.call("add_organization_applications", organization, applications(*found))
    return organization


def test_added_applications_are_listed_as_they_were_made(logto: Logto, make: Maker) -> None:
    made = logto.send(
        "create_application",
        {"name": make.name("Agenda"), "description": "Needle", "type": "MachineToMachine"},
    ).json()
    organization = make.organization()
    body = applications(made["id"], made["id"])
    for _ in range(2):
        assert is_empty(logto.send("add_organization_applications", organization, body), 201)
        answer = logto.send("list_organization_applications", organization)
        assert answer.json() == [made | {"organizationRoles": []}]
    for q, number in [(made["name"].upper(), 1), ("needle", 1), (made["id"], 1), ("nothing", 0)]:
        answer = logto.send("list_organization_applications", organization, q=q)
        assert len(answer.data) == total(answer) == number
    found = logto.send("list_application_organizations", made["id"])
    stored = logto.send("get_organization", organization).json()
    assert found.json() == [stored | {"organizationRoles": []}]


def test_the_list_has_pages(logto: Logto, make: Maker) -> None:
    made = {make.application() for _ in range(5)}
    organization = with_applications(logto, make, *made)
    rows = ids(logto.call("list_organization_applications", organization))
    assert set(rows) == made
    check_page(logto, "list_organization_applications", [organization], rows)
    page = {"page": 2, "page_size": 2}
    check_page(logto, "list_organization_applications", [organization], rows, **page)


@pytest.mark.parametrize(
    "operation", ["add_organization_applications", "replace_organization_applications"]
)
def test_nothing_is_written_when_an_application_is_unknown_or_no_machine(
    logto: Logto, make: Maker, operation: str
) -> None:
    member, other = make.application(), make.application()
    browser = make.application("SPA")
    organization = with_applications(logto, make, member)
    refused(422, FOREIGN_KEY, logto, operation, organization, applications(other, NOBODY))
    refused(422, FOREIGN_KEY, logto, operation, NOBODY, applications(other))
    refused(422, WRONG_TYPE, logto, operation, organization, applications(other, browser))
    assert roles_of(logto, organization) == {member: []}
    refused(404, "entity.not_found", logto, "delete_organization_application", organization, other)


def test_applications_are_replaced_and_removed_like_users(logto: Logto, make: Maker) -> None:
    stays, leaves, comes = (make.application() for _ in range(3))
    role = make.machine_role()
    organization = with_applications(logto, make, stays, leaves)
    body = applications(stays, leaves) | these(role)
    operation = "assign_organization_roles_to_applications"
    assert logto.send(operation, organization, body).status == 201
    assert roles_of(logto, organization) == {stays: [role], leaves: [role]}
    body = applications(comes, stays)
    assert is_empty(logto.send("replace_organization_applications", organization, body))
    assert roles_of(logto, organization) == {stays: [role], comes: []}
    gone = (organization, stays)
    assert is_empty(logto.send("delete_organization_application", *gone))
    refused(404, "entity.not_found", logto, "delete_organization_application", *gone)
    assert roles_of(logto, organization) == {comes: []}
    refused(422, MEMBERSHIP, logto, "list_organization_application_roles", *gone)


def test_the_roles_of_an_application_are_added_replaced_and_taken_away(
    logto: Logto, make: Maker
) -> None:
    application = make.application()
    first, second, third = (make.machine_role() for _ in range(3))
    where = (with_applications(logto, make, application), application)

    def held() -> list[str]:
        return sorted(ids(logto.call("list_organization_application_roles", *where)))

    for roles in (these(first), these(first, second)):
        operation = "assign_organization_roles_to_application"
        assert logto.send(operation, *where, roles).status == 201
    assert held() == sorted([first, second])
    operation = "replace_organization_application_roles"
    assert is_empty(logto.send(operation, *where, these(third, second)))
    assert held() == sorted([second, third])
    gone = (*where, second)
    assert is_empty(logto.send("delete_organization_application_role", *gone))
    refused(404, "entity.not_found", logto, "delete_organization_application_role", *gone)
    assert held() == [third]


@pytest.mark.parametrize(
    "operation",
    ["assign_organization_roles_to_application", "replace_organization_application_roles"],
)
def test_the_roles_of_an_application_stay_when_one_cannot_be_given(
    logto: Logto, make: Maker, operation: str
) -> None:
    application = make.application()
    old, new, human = make.machine_role(), make.machine_role(), make.role()["id"]
    where = (with_applications(logto, make, application), application)
    logto.call("assign_organization_roles_to_application", *where, these(old))
    cases: list[tuple[int, str, Any]] = [
        (422, FOREIGN_KEY, these(new, NOBODY)),
        (422, WRONG_TYPE, these(new, human)),
        (400, "guard.invalid_input", these()),
    ]
    for status, code, body in cases:
        refused(status, code, logto, operation, *where, body)
    found = logto.call("list_organization_application_roles", *where)
    assert ids(found) == [old]


def test_an_application_goes_from_its_organizations(logto: Logto, make: Maker) -> None:
    application = make.application()
    organization = with_applications(logto, make, application)
    logto.call("delete_application", application)
    assert roles_of(logto, organization) == {}
