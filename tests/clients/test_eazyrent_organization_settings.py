"""EazyRent: how much an organization minds each kind of alert, and its ids in other systems."""

from __future__ import annotations

import json
from typing import Any

import pytest
from eazyrent.iam.v1.models.alert_importance import AlertImportance

from eazyrent_checks import places, refused
from eazyrent_http import NOBODY, Tenant
from eazyrent_sdk import Apis
from edge_iam import TIMEOUT, Server

ALERTS = "/iam/v1/organizations/alert-importances/"
REFERENCES = "/iam/v1/organizations/external-references/"


def weights(found: list[AlertImportance]) -> dict[str, float]:
    """The weight of each kind."""
    return {one.alert_type.id: one.value for one in found}


def weight(kind: str, value: float) -> dict[str, Any]:
    """An AlertImportance with another name and description than the server's."""
    return {"alert_type": {"id": kind, "name": "?", "description": ""}, "value": value}


def branch_of(tenant: Tenant) -> str:
    """Id of a new account linked to an organization."""
    made: str = tenant.admin.call("organizations.create_linked_account", {"name": "Branch"}).id
    return made


# --- alert importances ----------------------------------------------------------------------------


def test_every_kind_of_alert_has_a_half_until_it_is_set(tenant: Tenant) -> None:
    found = tenant.admin.call("organizations.get_alert_importance")
    assert len(found) > 1 and all(isinstance(one, AlertImportance) for one in found)
    assert all(one.alert_type.id and one.alert_type.name for one in found)
    assert all(isinstance(one.alert_type.description, str) for one in found)
    assert set(weights(found).values()) == {0.5}
    assert len(weights(found)) == len(found)


def test_weights_are_set_one_by_one_and_all_come_back_in_the_order_of_the_catalogue(
    tenant: Tenant,
) -> None:
    before = tenant.admin.call("organizations.get_alert_importance")
    first, second, *others = weights(before)
    sent = [weight(second, 1), weight(first, 0.25), weight(first, 0)]
    after = tenant.admin.call("organizations.update_alert_importance", sent)
    assert weights(after) == {first: 0, second: 1} | {kind: 0.5 for kind in others}
    assert [one.alert_type for one in after] == [one.alert_type for one in before]
    assert tenant.admin.call("organizations.get_alert_importance") == after
    # Kinds that are not sent keep theirs.
    after = tenant.admin.call("organizations.update_alert_importance", [weight(second, 0.75)])
    assert (weights(after)[first], weights(after)[second]) == (0, 0.75)
    assert tenant.admin.call("organizations.update_alert_importance", []) == after


def test_a_weight_that_is_missing_means_a_half_in_a_body_that_the_client_never_sends(
    server: Server, tenant: Tenant
) -> None:
    kind, *_ = weights(tenant.admin.call("organizations.get_alert_importance"))
    tenant.admin.call("organizations.update_alert_importance", [weight(kind, 1)])
    body = [{"alert_type": {"id": kind}}]
    answer = server.request("PUT", ALERTS, token=tenant.admin.token, body=body)
    assert answer.status == 200
    assert weights(tenant.admin.call("organizations.get_alert_importance"))[kind] == 0.5


def test_an_unknown_kind_is_refused_and_nothing_is_set(tenant: Tenant) -> None:
    before = tenant.admin.call("organizations.get_alert_importance")
    sent = [weight(next(iter(weights(before))), 1), weight("no_such_kind", 1)]
    error = refused(422, tenant.admin, "organizations.update_alert_importance", sent)
    assert all(place[:2] == ["body", 1] for place in places(error))
    assert tenant.admin.call("organizations.get_alert_importance") == before


@pytest.mark.parametrize("value", [-0.1, 1.1, "1", True])
def test_a_weight_that_the_client_refuses_to_send_is_refused_by_the_server_too(
    server: Server, tenant: Tenant, value: Any
) -> None:
    kind, *_ = weights(tenant.admin.call("organizations.get_alert_importance"))
    body = [weight(kind, value)]
    answer = server.request("PUT", ALERTS, token=tenant.admin.token, body=body)
    assert answer.status == 422
    assert [fault["loc"] for fault in answer.json()["detail"]] == [["body", 0, "value"]]


def test_a_linked_account_has_weights_of_its_own(tenant: Tenant) -> None:
    branch = branch_of(tenant)
    kind, *_ = weights(tenant.admin.call("organizations.get_alert_importance"))
    sent = [weight(kind, 1)]
    tenant.admin.call("organizations.update_alert_importance", sent, x_eaz_account_id=branch)
    theirs = tenant.admin.call("organizations.get_alert_importance", x_eaz_account_id=branch)
    assert weights(theirs)[kind] == 1
    assert weights(tenant.admin.call("organizations.get_alert_importance"))[kind] == 0.5


# --- external references --------------------------------------------------------------------------


def put_references(who: Apis, references: dict[str, Any], acting: str | None = None) -> Any:
    """A map with entries: the typed call crashes on wrapped values and refuses plain ones."""
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if acting is not None:
        headers["x-eaz-account-id"] = acting
    request = who.client.param_serialize(
        "PUT",
        "/organizations/external-references/",
        header_params=headers,
        body=references,
        auth_settings=["OAuth2"],
    )
    response = who.client.call_api(*request, _request_timeout=TIMEOUT)
    response.read()
    return who.client.response_deserialize(response, {"200": "object"}).data


def test_references_are_empty_at_first_and_replaced_as_a_whole(tenant: Tenant) -> None:
    assert tenant.admin.call("organizations.get_external_references") == {}
    references = {"crm": "A-1", "état 🏠": ["1", None, "2"], "none": []}
    assert put_references(tenant.admin, references) == references
    assert tenant.admin.call("organizations.get_external_references") == references
    assert put_references(tenant.admin, {"crm": "A-2"}) == {"crm": "A-2"}
    assert tenant.admin.call("organizations.get_external_references") == {"crm": "A-2"}
    assert tenant.admin.call("organizations.update_external_references", {}) == {}
    assert tenant.admin.call("organizations.get_external_references") == {}


def test_a_linked_account_has_references_of_its_own_and_a_stranger_s_falls_back(
    tenant: Tenant,
) -> None:
    branch = branch_of(tenant)
    put_references(tenant.admin, {"crm": "branch"}, acting=branch)
    put_references(tenant.admin, {"crm": "own"}, acting=NOBODY)

    def read(acting: str | None) -> Any:
        operation = "organizations.get_external_references"
        return tenant.admin.call(operation, x_eaz_account_id=acting)

    assert (read(branch), read(None), read(NOBODY)) == (
        {"crm": "branch"},
        {"crm": "own"},
        {"crm": "own"},
    )


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"crm": 1}, ["body", "crm"]),
        ({"crm": None}, ["body", "crm"]),
        ({"crm": {"id": "1"}}, ["body", "crm"]),
        ({"crm": ["1", 2]}, ["body", "crm", 1]),
        ([], ["body"]),
    ],
    ids=json.dumps,
)
def test_a_reference_that_is_no_text_or_list_of_texts_is_refused(
    server: Server, tenant: Tenant, body: Any, place: list[str | int]
) -> None:
    put_references(tenant.admin, {"crm": "A-1"})
    answer = server.request("PUT", REFERENCES, token=tenant.admin.token, body=body)
    assert answer.status == 422
    assert [fault["loc"] for fault in answer.json()["detail"]] == [place]
    assert tenant.admin.call("organizations.get_external_references") == {"crm": "A-1"}
