"""EazyRent: service accounts and their keys, as a program with the SDK works with them."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from eazyrent.iam.v1.models.json_key import JSONKey
from eazyrent.iam.v1.models.service_account import ServiceAccount

from eazyrent_checks import ids, is_recent, refused
from eazyrent_http import NOBODY, Folder, new_key, person
from eazyrent_sdk import Sdk
from edge_iam import Server

NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)


@pytest.fixture
def account(admin: Sdk) -> ServiceAccount:
    """A service account of this test only, without keys."""
    made: ServiceAccount = admin.call("service_accounts.create_service_account")
    return made


def test_a_created_service_account_is_a_named_machine_at_the_end_of_the_list(
    admin: Sdk, home: str
) -> None:
    before = admin.call("service_accounts.get_service_accounts")
    made = admin.call("service_accounts.create_service_account")
    assert isinstance(made, ServiceAccount)
    assert made.user_type == "Machine"
    assert made.name is not None and made.name.startswith("service-account-")
    assert is_recent(made.updated_at)
    assert made.organization is not None and made.organization.id == home
    assert admin.call("service_accounts.get_service_accounts") == [*before, made]
    keys = admin.call("service_accounts.list_keys", made.id)
    assert (keys.count, keys.results) == (0, [])


def test_a_service_account_takes_a_name_in_a_body_that_the_client_cannot_send(
    server: Server, token: str, admin: Sdk
) -> None:
    body = {"name": "Night export"}
    answer = server.request("POST", "/iam/v1/service-accounts/", token=token, body=body)
    assert answer.status == 201
    accounts = admin.call("service_accounts.get_service_accounts")
    assert [account.name for account in accounts if account.id == answer.json()["id"]] == [
        "Night export"
    ]


def test_a_key_is_shown_once_and_its_list_entry_has_no_secret(
    admin: Sdk, account: ServiceAccount, home: str
) -> None:
    made = admin.call("service_accounts.create_key", account.id)
    assert isinstance(made, JSONKey)
    assert (made.type, made.user_id, made.expiration_date) == ("serviceaccount", account.id, NEVER)
    response = admin.call("service_accounts.list_keys_with_http_info", account.id)
    (key,) = response.data.results
    assert response.data.count == 1
    assert (key.id, key.type, key.tenant) == (made.key_id, "KEY_TYPE_JSON", home)
    assert key.expiration_date == NEVER
    assert is_recent(key.created_at)
    assert set(json.loads(response.raw_data)["results"][0]) == set(key.to_dict())


def test_two_keys_of_an_account_work_and_deleting_one_ends_it_at_once_and_alone(
    server: Server, admin: Sdk, account: ServiceAccount, folder: Folder
) -> None:
    first, second = (
        admin.call("service_accounts.create_key", account.id).to_dict()
        | {"expirationDate": NEVER.isoformat()}
        for _ in range(2)
    )
    listed = admin.call("service_accounts.list_keys", account.id)
    assert ids(listed.results) == [first["keyId"], second["keyId"]]
    files = [folder.write(key) for key in (first, second)]
    with (
        Sdk(server.base, folder.path, EAZ_JSON_KEY=files[0]) as by_first,
        Sdk(server.base, folder.path, EAZ_JSON_KEY=files[1]) as by_second,
    ):
        for sdk in (by_first, by_second):
            assert sdk.call("users.get_my_user").actual_instance.id == account.id
        assert admin.call("service_accounts.delete_key", account.id, first["keyId"]) is None
        refused(401, by_first, "users.get_my_user")
        assert by_second.call("users.get_my_user").actual_instance.id == account.id
    with pytest.raises(RuntimeError, match="400 - .*invalid_grant"):
        Sdk(server.base, folder.path, EAZ_JSON_KEY=files[0])
    left = admin.call("service_accounts.list_keys", account.id)
    assert (left.count, ids(left.results)) == (1, [second["keyId"]])
    refused(404, admin, "service_accounts.delete_key", account.id, first["keyId"])


def test_a_deleted_service_account_is_unauthorized_cannot_log_in_and_is_gone(
    server: Server, admin: Sdk, account: ServiceAccount, folder: Folder, token: str
) -> None:
    key = new_key(server, token, account.id)
    with Sdk(server.base, folder.path, EAZ_JSON_KEY=folder.write(key)) as sdk:
        assert sdk.call("users.get_my_user").actual_instance.id == account.id
        assert admin.call("service_accounts.delete_service_account", account.id) is None
        refused(401, sdk, "users.get_my_user")
    with pytest.raises(RuntimeError, match="400 - .*invalid_grant"):
        Sdk(server.base, folder.path, EAZ_JSON_KEY=folder.write(key))
    assert account.id not in ids(admin.call("service_accounts.get_service_accounts"))
    for operation in ("create_key", "list_keys", "delete_service_account"):
        refused(404, admin, f"service_accounts.{operation}", account.id)


def test_a_key_of_another_account_is_not_found_and_stays(
    admin: Sdk, account: ServiceAccount, reader_key: dict[str, str]
) -> None:
    refused(404, admin, "service_accounts.delete_key", account.id, reader_key["keyId"])
    keys = admin.call("service_accounts.list_keys", reader_key["userId"])
    assert reader_key["keyId"] in ids(keys.results)


@pytest.mark.parametrize("odd", [NOBODY, "not-an-id", "ä/ö?x=1", "0123", "9" * 30, "-1"])
def test_an_id_that_names_nothing_is_not_found(
    admin: Sdk, account: ServiceAccount, odd: str
) -> None:
    for operation, arguments in (
        ("create_key", [odd]),
        ("list_keys", [odd]),
        ("delete_service_account", [odd]),
        ("delete_key", [odd, NOBODY]),
        ("delete_key", [account.id, odd]),
    ):
        refused(404, admin, f"service_accounts.{operation}", *arguments)


def test_a_person_is_not_a_service_account(admin: Sdk) -> None:
    human = admin.call("team.add_organization_members", person("Human"))
    for operation in ("create_key", "list_keys", "delete_service_account"):
        refused(404, admin, f"service_accounts.{operation}", human.id)
    assert human.id in ids(admin.call("team.list_organization_members"))
