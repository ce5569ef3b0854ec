"""py_logto 2.0.0: users."""

from __future__ import annotations

from typing import Any

import pytest

from edge_iam import PASSWORD
from logto_checks import NOBODY, USER_KEYS, check_page, ids, is_empty, is_id, refused, total
from logto_client import Logto
from logto_make import Maker

pytest_plugins = ["logto_fixtures"]


def test_a_user_needs_no_identifier_and_is_what_is_read_back(logto: Logto) -> None:
    made = logto.send("create_user", {"name": "Ada"})
    assert made.status == 200 and is_id(made.data.id, longest=12)
    assert set(made.json()) - {"cimdClientId"} == USER_KEYS | {"hasPassword"}
    again = logto.send("get_user", made.data.id)
    assert (again.status, again.json()) == (200, made.json())
    assert again.data.name == "Ada" and again.data.has_password is False
    assert (again.data.username, again.data.primary_email, again.data.primary_phone) == (None,) * 3


def test_whether_there_is_a_password_is_told_and_nothing_else_of_it(logto: Logto) -> None:
    made = logto.send("create_user", {"username": "with_password", "password": PASSWORD})
    assert made.data.has_password is True
    found = logto.send("get_user", made.data.id)
    assert found.data.has_password is True
    for answer in (made, found, logto.send("list_users", page_size=100)):
        assert PASSWORD not in answer.text and "argon2" not in answer.text


@pytest.mark.parametrize(
    ("field", "first", "second", "code"),
    [
        ("username", "taken", "taken", "user.username_already_in_use"),
        ("primaryEmail", "a@example.org", "A@Example.ORG", "user.email_already_in_use"),
        ("primaryPhone", "33612345678", "33612345678", "user.phone_already_in_use"),
    ],
)
def test_an_identifier_is_taken_once(
    logto: Logto, make: Maker, field: str, first: str, second: str, code: str
) -> None:
    make.user(**{field: first})
    before = total(logto.send("list_users"))
    refused(422, code, logto, "create_user", {"name": "Second", field: second})
    assert total(logto.send("list_users")) == before


def test_the_list_has_pages(logto: Logto, make: Maker) -> None:
    made = make.users(5)
    rows = ids(logto.call("list_users", page_size=100))
    assert set(made) <= set(rows) and len(set(rows)) == len(rows)
    check_page(logto, "list_users", [], rows)
    check_page(logto, "list_users", [], rows, page=2, page_size=2)
    refused(400, "guard.invalid_pagination", logto, "list_users", page_size=101)


def test_a_deleted_user_is_gone_everywhere(logto: Logto, make: Maker) -> None:
    user = make.user()
    organization = make.organization_with(user, roles=make.roles(1))
    assert is_empty(logto.send("delete_user", user))
    for operation in ("get_user", "delete_user", "list_user_organizations"):
        refused(404, "entity.not_found", logto, operation, user)
    assert logto.call("list_organization_users", organization) == []
    assert user not in ids(logto.call("list_users", page_size=100))


@pytest.mark.parametrize("unknown", [NOBODY, "0", "a/b"])
def test_an_unknown_user_is_not_found(logto: Logto, unknown: str) -> None:
    for operation in ("get_user", "delete_user", "list_user_organizations"):
        refused(404, "entity.not_found", logto, operation, unknown)


def test_a_user_s_organizations_come_with_the_roles_there(logto: Logto, make: Maker) -> None:
    user = make.user()
    tag = make.name("sorted")
    second, first = make.role(name=f"{tag}b"), make.role(name=f"{tag}a")
    empty = make.organization_with(user)
    full = make.organization_with(user, roles=[second["id"], first["id"]])
    make.organization()
    answer = logto.send("list_user_organizations", user)
    found = {row["id"]: row for row in answer.json()}
    assert len(answer.json()) == 2 and set(found) == {empty, full}

    def expected(organization: str, *roles: dict[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = logto.send("get_organization", organization).json()
        return row | {"organizationRoles": [{"id": r["id"], "name": r["name"]} for r in roles]}

    assert found[empty] == expected(empty)
    assert found[full] == expected(full, first, second)
    parsed = {row.id: ids(row.organization_roles) for row in answer.data}
    assert parsed == {empty: [], full: [first["id"], second["id"]]}


def test_somebody_may_be_suspended_and_let_in_again(logto: Logto, make: Maker) -> None:
    user = make.user()
    for suspended in (True, False):
        answer = logto.call("update_user_is_suspended", user, {"isSuspended": suspended})
        assert (answer.id, answer.is_suspended) == (user, suspended)
        assert logto.call("get_user", user).is_suspended is suspended


def test_only_what_is_sent_of_a_user_changes(logto: Logto, make: Maker) -> None:
    user = make.user(customData={"a": 1}, profile={"nickname": "Al"})
    before = logto.send("get_user", user).json()
    # The client can send no text of an update.
    answer = logto.send("update_user", user, {"customData": {"b": 2}})
    kept = answer.json() | {"updatedAt": before["updatedAt"]}
    assert kept == before | {"customData": {"b": 2}}
    assert logto.send("get_user", user).json() == answer.json()
    refused(422, "entity.invalid_input", logto, "update_user", user, {})
