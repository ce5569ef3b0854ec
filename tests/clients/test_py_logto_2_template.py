"""py_logto 2.0.0: organization roles and their scopes, which all organizations share."""

from __future__ import annotations

import pytest

from logto_checks import (
    NOBODY,
    ROLE_KEYS,
    SCOPE_KEYS,
    check_page,
    check_pages,
    ids,
    is_empty,
    is_id,
    refused,
    total,
)
from logto_client import Logto
from logto_make import Maker
from logto_members import FOREIGN_KEY

pytest_plugins = ["logto_fixtures"]

TAKEN = "entity.unique_integrity_violation"


def new_scope(logto: Logto, make: Maker) -> str:
    """A new organization scope."""
    made: str = logto.call("create_organization_scope", {"name": make.name("scope")}).id
    return made


def scopes_of(logto: Logto, role: str) -> list[str]:
    """The scopes of a role."""
    return ids(logto.call("list_organization_role_scopes", role))


# --- roles ----------------------------------------------------------------------------------------


def test_a_new_role_is_what_is_read_back(logto: Logto, make: Maker) -> None:
    body = {
        "name": make.name("Rôle"),
        "description": "Reads",
        "organizationScopeIds": [],
        "resourceScopeIds": [],
    }
    made = logto.send("create_organization_role", body)
    assert made.status == 201 and set(made.json()) == ROLE_KEYS
    assert (made.data.name, made.data.description) == (body["name"], "Reads")
    assert (made.data.tenant_id, made.data.type) == ("default", "User")
    assert is_id(made.data.id)
    again = logto.send("get_organization_role", made.data.id)
    assert (again.status, again.json(), again.data) == (200, made.json(), made.data)
    (listed,) = logto.send("list_organization_roles", q=body["name"]).json()
    assert listed == made.json() | {"scopes": [], "resourceScopes": []}


def test_roles_for_machines_have_their_type(logto: Logto, make: Maker) -> None:
    made = make.role(type="MachineToMachine")
    assert made["type"] == "MachineToMachine" and made["description"] is None
    assert logto.call("get_organization_role", made["id"]).type == "MachineToMachine"


def test_the_list_of_roles_is_sorted_and_has_pages(logto: Logto, make: Maker) -> None:
    tag = make.name("paged")
    made = {
        f"{tag}{number:02}": make.role(name=f"{tag}{number:02}") for number in range(29, -1, -1)
    }
    rows = [made[name]["id"] for name in sorted(made)]
    check_page(logto, "list_organization_roles", [], rows, q=tag)
    check_pages(logto, "list_organization_roles", [], rows, q=tag)


def test_q_searches_ids_names_and_descriptions_of_roles(logto: Logto, make: Maker) -> None:
    tag = make.name("Needle")
    role = make.role(name=f"The {tag}", description=f"Of {tag} described")
    for q in (tag.upper(), role["id"], f"{tag} DESCRIBED"):
        assert role["id"] in ids(logto.call("list_organization_roles", q=q)), q
    assert total(logto.send("list_organization_roles", q=f"{tag}x")) == 0


def test_a_role_s_name_is_taken_once_but_case_counts(logto: Logto, make: Maker) -> None:
    name = make.name("taken")
    made, other = make.role(name=name), make.role()
    body = {"name": name, "organizationScopeIds": [], "resourceScopeIds": []}
    refused(422, TAKEN, logto, "create_organization_role", body)
    refused(422, TAKEN, logto, "update_organization_role", other["id"], {"name": name})
    assert logto.send("get_organization_role", other["id"]).json() == other
    assert logto.call("update_organization_role", made["id"], {"name": name}).name == name
    assert make.role(name=name.upper())["name"] == name.upper()


def test_only_what_is_sent_of_a_role_changes(logto: Logto, make: Maker) -> None:
    role = make.role(description="Old")
    name = make.name("new")
    answer = logto.send("update_organization_role", role["id"], {"name": name})
    assert (answer.status, answer.json()) == (200, role | {"name": name})
    cleared = logto.send("update_organization_role", role["id"], {"description": None})
    assert cleared.json() == role | {"name": name, "description": None}
    assert logto.send("get_organization_role", role["id"]).json() == cleared.json()


def test_a_role_is_deleted_once(logto: Logto, make: Maker) -> None:
    role = make.role()["id"]
    assert is_empty(logto.send("delete_organization_role", role))
    for gone in (role, NOBODY):
        refused(404, "entity.not_found", logto, "delete_organization_role", gone)
        refused(404, "entity.not_found", logto, "get_organization_role", gone)
        change = {"name": make.name("nowhere")}
        refused(404, "entity.not_exists", logto, "update_organization_role", gone, change)


# --- scopes ---------------------------------------------------------------------------------------


def test_a_scope_is_made_read_changed_and_deleted(logto: Logto, make: Maker) -> None:
    body = {"name": make.name("read:flats"), "description": "Reads"}
    made = logto.send("create_organization_scope", body)
    assert made.status == 201 and set(made.json()) == SCOPE_KEYS
    assert made.json().items() >= body.items() and made.data.tenant_id == "default"
    scope = made.data.id
    assert logto.send("get_organization_scope", scope).json() == made.json()
    answer = logto.send("update_organization_scope", scope, {"description": None})
    assert answer.json() == made.json() | {"description": None}
    assert is_empty(logto.send("delete_organization_scope", scope))
    refused(404, "entity.not_exists_with_id", logto, "get_organization_scope", scope)
    refused(404, "entity.not_exists", logto, "update_organization_scope", scope, body)
    refused(404, "entity.not_found", logto, "delete_organization_scope", scope)


def test_a_scope_s_name_is_taken_once(logto: Logto, make: Maker) -> None:
    name = make.name("taken")
    logto.call("create_organization_scope", {"name": name})
    refused(422, TAKEN, logto, "create_organization_scope", {"name": name})
    other = new_scope(logto, make)
    refused(422, TAKEN, logto, "update_organization_scope", other, {"name": name})
    assert ids(logto.call("list_organization_scopes", q=name)) != [other]


def test_all_scopes_come_at_once_and_pages_only_when_asked_for(logto: Logto, make: Maker) -> None:
    tag = make.name("paged")
    names = [f"{tag}{number:02}" for number in range(30)]
    made = {
        name: logto.call("create_organization_scope", {"name": name}).id for name in reversed(names)
    }
    answer = logto.send("list_organization_scopes", q=tag)
    assert ids(answer.data) == [made[name] for name in names]
    assert not {"total-number", "link"} & set(answer.headers)
    check_pages(logto, "list_organization_scopes", [], ids(answer.data), q=tag)


# --- scopes of roles ------------------------------------------------------------------------------


def test_a_role_may_be_made_with_scopes_which_its_list_names(logto: Logto, make: Maker) -> None:
    first, second = new_scope(logto, make), new_scope(logto, make)
    role = make.role(organizationScopeIds=[first, second])
    (listed,) = logto.call("list_organization_roles", q=role["id"])
    assert sorted(ids(listed.scopes)) == sorted([first, second])
    assert listed.resource_scopes == []
    assert sorted(scopes_of(logto, role["id"])) == sorted([first, second])


def test_no_role_is_made_with_an_unknown_scope(logto: Logto, make: Maker) -> None:
    body = {
        "name": make.name("unmade"),
        "organizationScopeIds": [new_scope(logto, make), NOBODY],
        "resourceScopeIds": [],
    }
    refused(422, FOREIGN_KEY, logto, "create_organization_role", body)
    assert logto.call("list_organization_roles", q=body["name"]) == []


def test_scopes_are_added_replaced_and_taken_away(logto: Logto, make: Maker) -> None:
    role = make.role()["id"]
    first, second, third = (new_scope(logto, make) for _ in range(3))
    for _ in range(2):
        body = {"organizationScopeIds": [first, second]}
        assert is_empty(logto.send("create_organization_role_scope", role, body), 201)
        assert sorted(scopes_of(logto, role)) == sorted([first, second])
    body = {"organizationScopeIds": [third, second]}
    assert is_empty(logto.send("replace_organization_role_scopes", role, body))
    assert sorted(scopes_of(logto, role)) == sorted([second, third])
    assert is_empty(logto.send("delete_organization_role_scope", role, second))
    refused(404, "entity.not_found", logto, "delete_organization_role_scope", role, second)
    assert scopes_of(logto, role) == [third]
    empty: dict[str, list[str]] = {"organizationScopeIds": []}
    refused(400, "guard.invalid_input", logto, "create_organization_role_scope", role, empty)
    assert is_empty(logto.send("replace_organization_role_scopes", role, empty))
    assert scopes_of(logto, role) == []


@pytest.mark.parametrize(
    "operation", ["create_organization_role_scope", "replace_organization_role_scopes"]
)
def test_a_role_s_scopes_stay_when_one_is_unknown(
    logto: Logto, make: Maker, operation: str
) -> None:
    held, other = new_scope(logto, make), new_scope(logto, make)
    role = make.role(organizationScopeIds=[held])["id"]
    body = {"organizationScopeIds": [other, NOBODY]}
    refused(422, FOREIGN_KEY, logto, operation, role, body)
    assert scopes_of(logto, role) == [held]


def test_scopes_of_an_unknown_role_are_not_found(logto: Logto) -> None:
    refused(404, "entity.not_found", logto, "list_organization_role_scopes", NOBODY)


def test_a_deleted_scope_is_in_no_role(logto: Logto, make: Maker) -> None:
    gone, stays = new_scope(logto, make), new_scope(logto, make)
    role = make.role(organizationScopeIds=[gone, stays])["id"]
    logto.call("delete_organization_scope", gone)
    assert scopes_of(logto, role) == [stays]


def test_a_member_s_scopes_are_those_of_the_roles_here_each_once(logto: Logto, make: Maker) -> None:
    user, stranger = make.user(), make.user()
    first, second, elsewhere = (new_scope(logto, make) for _ in range(3))
    one = make.role(organizationScopeIds=[first])["id"]
    both = make.role(organizationScopeIds=[first, second])["id"]
    here = make.organization_with(user, roles=[one, both])
    make.organization_with(user, roles=[make.role(organizationScopeIds=[elsewhere])["id"]])
    found = logto.call("list_organization_user_scopes", here, user)
    assert sorted(ids(found)) == sorted([first, second])
    assert logto.call("list_organization_user_scopes", here, stranger) == []
