"""Logto: the five operations on organizations, for every version of the client."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from edge_iam import Answer
from logto_checks import (
    NOBODY,
    ORGANIZATION_KEYS,
    check_page,
    check_pages,
    ids,
    is_empty,
    is_id,
    is_json,
    is_recent,
    places,
    refused,
    total,
)
from logto_client import Logto
from logto_make import Maker


class OrganizationTests:
    """Tests of what each version can send and read."""

    # --- making and reading -----------------------------------------------------------------------

    def test_a_new_organization_has_every_key_and_is_what_is_read_back(self, logto: Logto) -> None:
        made = logto.send("create_organization", {"name": "Agence Zoë 🏠"})
        assert made.status == 201 and is_json(made.headers["content-type"])
        found = made.json()
        assert set(found) == ORGANIZATION_KEYS
        assert is_id(found["id"]) and is_recent(found["createdAt"])
        assert found == {
            "tenantId": "default",
            "id": found["id"],
            "name": "Agence Zoë 🏠",
            "description": None,
            "customData": {},
            "isMfaRequired": False,
            "color": {},
            "branding": {},
            "customCss": None,
            "createdAt": found["createdAt"],
        }
        again = logto.send("get_organization", found["id"])
        assert (again.status, again.json()) == (200, found)
        assert again.data.to_dict().items() <= found.items()
        assert logto.call("list_organization_users", found["id"]) == []

    def test_names_may_be_taken_and_the_server_alone_dates(self, logto: Logto, make: Maker) -> None:
        # 1.0.0 leaves the tenant out.
        body = {"name": make.name("twice"), "createdAt": 1, "tenantId": "other"}
        first, second = (logto.send("create_organization", body).json() for _ in range(2))
        assert first["id"] != second["id"] and first["name"] == second["name"]
        assert is_recent(first["createdAt"]) and first["tenantId"] == "default"

    def test_texts_may_be_as_long_as_the_contract_says(self, logto: Logto, make: Maker) -> None:
        made = make.organization(name="n" * 128, description="d" * 256)
        found = logto.call("get_organization", made)
        assert (found.name, found.description) == ("n" * 128, "d" * 256)

    def test_an_empty_description_is_none(self, logto: Logto, make: Maker) -> None:
        made = make.organization(description="")
        assert logto.call("get_organization", made).description is None

    @pytest.mark.parametrize(
        ("field", "value"),
        [("name", ""), ("name", "n" * 129), ("description", "d" * 257)],
    )
    def test_a_text_of_a_wrong_length_is_refused(
        self, logto: Logto, make: Maker, field: str, value: str
    ) -> None:
        usual = {"name": make.name("refused"), "description": None}
        body = logto.unchecked("create_organization", **usual | {field: value})
        error = refused(400, "guard.invalid_input", logto, "create_organization", body)
        assert places(error) == [field]
        assert logto.call("list_organizations", q=usual["name"]) == []
        made = make.organization()
        before = logto.send("get_organization", made).json()
        body = logto.unchecked("update_organization", **{field: value})
        error = refused(400, "guard.invalid_input", logto, "update_organization", made, body)
        assert places(error) == [field]
        assert logto.send("get_organization", made).json() == before

    def test_thirty_organizations_can_be_made_at_once(self, logto: Logto, make: Maker) -> None:
        tag = make.name("parallel")
        with ThreadPoolExecutor(max_workers=30) as threads:
            bodies = [{"name": f"{tag}{number}"} for number in range(30)]
            made = list(threads.map(lambda body: logto.send("create_organization", body), bodies))
        assert {answer.status for answer in made} == {201}
        found = logto.call("list_organizations", q=tag, page_size=100)
        assert sorted(ids(found)) == sorted(answer.json()["id"] for answer in made)

    @pytest.mark.parametrize("unknown", [NOBODY, "0", "Zoë", "a/b", "%2e%2e", "n" * 200])
    def test_an_unknown_or_odd_id_is_not_found(self, logto: Logto, unknown: str) -> None:
        refused(404, "entity.not_exists_with_id", logto, "get_organization", unknown)
        refused(404, "entity.not_found", logto, "delete_organization", unknown)
        change = {"name": "Nowhere"}
        refused(404, "entity.not_exists", logto, "update_organization", unknown, change)

    # --- listing ----------------------------------------------------------------------------------

    def test_a_list_has_pages_that_fit_together(self, logto: Logto, make: Maker) -> None:
        tag = make.name("paged")
        made = {make.organization(name=f"{tag}{number}") for number in range(30)}
        rows = ids(logto.call("list_organizations", q=tag, page_size=100))
        assert len(rows) == 30 and set(rows) == made
        check_page(logto, "list_organizations", [], rows, q=tag)
        check_pages(logto, "list_organizations", [], rows, q=tag)

    def test_the_links_lead_through_the_whole_list(self, logto: Logto, make: Maker) -> None:
        tag = make.name("linked & more")
        made = {make.organization(name=f"{tag}{number}") for number in range(5)}
        found: list[str] = []
        answer: Answer = logto.send("list_organizations", q=tag, page_size=2)
        for _ in range(3):
            found += [row["id"] for row in answer.json()]
            addresses = [link for link in answer.headers["link"].split(", ") if "next" in link]
            if addresses:
                path = addresses[0].removeprefix(f"<{logto.server.base}").partition(">")[0]
                answer = logto.server.request("GET", path, token=logto.token)
        assert addresses == [] and len(found) == 5 and set(found) == made

    def test_q_searches_ids_and_names_whatever_their_case(self, logto: Logto, make: Maker) -> None:
        name = make.name("Searched").upper()
        made = make.organization(name=f"The {name}", description="Undescribable")
        for q in (name.lower(), f"he {name}", made, made[1:]):
            answer = logto.send("list_organizations", q=q)
            assert made in ids(answer.data) and total(answer) == len(answer.data)
        assert ids(logto.call("list_organizations", q=f"{name}x")) == []
        # Descriptions are not searched.
        assert ids(logto.call("list_organizations", q="Undescribable")) == []

    def test_an_empty_q_is_no_filter(self, logto: Logto, make: Maker) -> None:
        make.organization()
        everything = total(logto.send("list_organizations"))
        assert everything == total(logto.send("list_organizations", q="")) > 0

    @pytest.mark.parametrize("yes", ["1", "true", "Y", "yes", "YEP", "yeah"])
    def test_show_featured_adds_three_members_and_the_number_of_all(
        self, logto: Logto, make: Maker, yes: str
    ) -> None:
        tag = make.name("featured")
        full, empty = (make.organization(name=f"{tag}{word}") for word in ("full", "empty"))
        names = {make.user(name=f"{tag}{number}"): f"{tag}{number}" for number in range(5)}
        logto.call("add_organization_users", full, {"userIds": list(names)})
        answer = logto.send("list_organizations", q=tag, show_featured=yes)
        featured = {"usersCount", "featuredUsers"}
        assert all(set(row) == ORGANIZATION_KEYS | featured for row in answer.json())
        found = {row.id: row for row in answer.data}
        assert (found[empty].users_count, found[empty].featured_users) == (0, [])
        assert found[full].users_count == 5 and type(found[full].users_count) is int
        shown = [user.to_dict() for user in found[full].featured_users]
        assert len({user["id"] for user in shown}) == 3
        for user in shown:
            assert user == {"id": user["id"], "name": names[user["id"]], "avatar": None}

    @pytest.mark.parametrize("no", [None, "0", "false", "no", "", "2", "on"])
    def test_without_show_featured_its_keys_are_absent(
        self, logto: Logto, make: Maker, no: str | None
    ) -> None:
        name = make.name("plain")
        made = make.organization(name=name)
        answer = logto.send("list_organizations", q=name, show_featured=no)
        assert answer.json() == [logto.send("get_organization", made).json()]
        (row,) = answer.data
        assert (row.id, row.users_count, row.featured_users) == (made, None, None)

    # --- changing ---------------------------------------------------------------------------------

    def test_only_what_is_sent_changes(self, logto: Logto, make: Maker) -> None:
        made = make.organization(description="Old")
        before = logto.send("get_organization", made).json()
        answer = logto.send("update_organization", made, {"name": "New"})
        assert (answer.status, answer.json()) == (200, before | {"name": "New"})
        assert (answer.data.name, answer.data.description) == ("New", "Old")
        assert logto.send("get_organization", made).json() == answer.json()

    @pytest.mark.parametrize("nothing", [None, ""])
    def test_a_description_is_cleared_by_null_and_by_nothing(
        self, logto: Logto, make: Maker, nothing: str | None
    ) -> None:
        made = make.organization(description="Old")
        answer = logto.send("update_organization", made, {"description": nothing})
        assert answer.json()["description"] is None
        assert logto.send("get_organization", made).json() == answer.json()

    def test_id_and_date_cannot_be_changed(self, logto: Logto, make: Maker) -> None:
        made = make.organization()
        before = logto.send("get_organization", made).json()
        change = {"id": NOBODY, "createdAt": 1, "name": "New"}
        answer = logto.send("update_organization", made, change)
        assert answer.json() == before | {"name": "New"}

    def test_a_change_of_nothing_is_refused(self, logto: Logto, make: Maker) -> None:
        for organization in (make.organization(), NOBODY):
            refused(422, "entity.invalid_input", logto, "update_organization", organization, {})

    # --- deleting ---------------------------------------------------------------------------------

    def test_a_deleted_organization_is_gone_and_its_members_and_roles_stay(
        self, logto: Logto, make: Maker
    ) -> None:
        user, role = make.user(), make.role()
        other = make.organization_with(user)
        made = make.organization_with(user, roles=[role["id"]])
        assert is_empty(logto.send("delete_organization", made))
        refused(404, "entity.not_found", logto, "delete_organization", made)
        refused(404, "entity.not_exists_with_id", logto, "get_organization", made)
        members = logto.send("list_organization_users", made)
        assert (members.data, total(members)) == ([], 0)
        membership = "organization.require_membership"
        refused(422, membership, logto, "list_organization_user_roles", made, user)
        assert logto.call("get_user", user).id == user
        assert logto.send("get_organization_role", role["id"]).json() == role
        assert ids(logto.send("list_user_organizations", user).data) == [other]
