"""EazyRent: how the SDK logs in, and which credentials the API takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eazyrent_checks import refused
from eazyrent_http import Folder
from eazyrent_sdk import Apis, Sdk
from edge_iam import CLIENT_ID, CLIENT_SECRET, Server


def test_the_sdk_logs_in_with_an_access_key_id_and_a_secret(server: Server, folder: Folder) -> None:
    with Sdk(
        server.base,
        folder.path,
        EAZ_ACCESS_KEY_ID=CLIENT_ID,
        EAZ_SECRET_ACCESS_KEY=CLIENT_SECRET,
    ) as sdk:
        assert sdk.call("users.get_my_user").actual_instance.id == CLIENT_ID


def test_the_sdk_reports_status_and_reason_of_a_wrong_secret(
    server: Server, folder: Folder
) -> None:
    with pytest.raises(RuntimeError, match="401 - .*invalid_client"):
        Sdk(
            server.base,
            folder.path,
            EAZ_ACCESS_KEY_ID=CLIENT_ID,
            EAZ_SECRET_ACCESS_KEY=CLIENT_SECRET + "x",
        )


def test_the_sdk_logs_in_with_the_profile_of_a_credentials_file(
    server: Server, reader_key: dict[str, str], folder: Folder, tmp_path: Path
) -> None:
    (tmp_path / ".eazyrent").mkdir()
    profile = f"[letting]\nJSON_KEY = {folder.write(reader_key)}\n"
    (tmp_path / ".eazyrent" / "credentials").write_text(profile)
    with Sdk(server.base, tmp_path, EAZ_PROFILE="letting") as sdk:
        assert sdk.call("users.get_my_user").actual_instance.id == reader_key["userId"]


def test_the_sdk_logs_in_under_whatever_name_it_reaches_the_server_by(
    server: Server, reader_key: dict[str, str], folder: Folder
) -> None:
    base = server.base.replace("127.0.0.1", "localhost")
    with Sdk(base, folder.path, EAZ_JSON_KEY=folder.write(reader_key)) as sdk:
        assert sdk.call("users.get_my_user").actual_instance.id == reader_key["userId"]


def test_the_sdk_goes_on_without_credentials_and_is_unauthorized(
    server: Server, tmp_path: Path
) -> None:
    with Sdk(server.base, tmp_path) as sdk:
        refused(401, sdk, "organizations.my_organization")


@pytest.mark.parametrize(
    ("token", "settings"),
    [
        pytest.param("nonsense", {}, id="a bearer token that is no token"),
        pytest.param(None, {"api_key": {"APIKeyHeader": "nonsense"}}, id="a bare key"),
        pytest.param(
            None,
            {"api_key": {"APIKeyHeader": "nonsense"}, "api_key_prefix": {"APIKeyHeader": "Token"}},
            id="a key with its prefix",
        ),
    ],
)
def test_an_unknown_credential_is_unauthorized(
    server: Server, token: str | None, settings: dict[str, Any]
) -> None:
    refused(401, Apis(server.base, token, **settings), "organizations.my_organization")


def test_a_bearer_token_counts_beside_a_key_that_is_wrong(
    server: Server, token: str, home: str
) -> None:
    both = Apis(server.base, token, api_key={"APIKeyHeader": "nonsense"})
    assert both.call("organizations.my_organization").id == home


def test_a_token_works_with_a_plain_configuration_too(operator: Apis, admin: Sdk) -> None:
    assert operator.call("users.get_my_user") == admin.call("users.get_my_user")
