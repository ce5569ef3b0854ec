"""Fixtures for the tests of every published client, then those for the EazyRent client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eazyrent_http import Folder, Office, Tenant, ask_token, new_key
from eazyrent_sdk import Apis, Sdk
from edge_iam import CLIENT_ID, CLIENT_SECRET, Server

# What they assert is told in full, as in files of tests.
pytest.register_assert_rewrite(
    "logto_access",
    "logto_checks",
    "logto_limits",
    "logto_make",
    "logto_members",
    "logto_organizations",
    "logto_roles",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on an empty state folder, one per file of tests; it must end cleanly."""
    with Server(tmp_path_factory.mktemp("state")) as running:
        yield running


# --- EazyRent: nothing here needs its package before a test asks for it ---------------------------


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    """A token of the first machine client, which is the operator of the platform."""
    answer = ask_token(
        server,
        grant_type="client_credentials",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        scope="urn:zitadel:iam:org:projects:roles",
    )
    assert answer.status == 200, answer
    access_token: str = answer.json()["access_token"]
    return access_token


@pytest.fixture(scope="module")
def operator(server: Server, token: str) -> Apis:
    """That client, through the generated API classes."""
    return Apis(server.base, token)


@pytest.fixture(scope="module")
def home(operator: Apis) -> str:
    """Id of the organization that the server starts with."""
    organization: str = operator.call("organizations.my_organization").id
    return organization


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder for key files. The SDKs look there for a credentials file too, and find none."""
    return Folder(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def admin(server: Server, token: str, folder: Folder) -> Iterator[Sdk]:
    """The SDK of the first machine client, by key file."""
    key = new_key(server, token, CLIENT_ID)
    with Sdk(server.base, folder.path, EAZ_JSON_KEY=folder.write(key)) as sdk:
        yield sdk


@pytest.fixture(scope="module")
def reader_key(server: Server, token: str) -> dict[str, str]:
    """The key file of a fresh service account, which holds `org:user`; all by plain HTTP."""
    account = server.request("POST", "/iam/v1/service-accounts/", token=token)
    assert account.status == 201, account
    return new_key(server, token, account.json()["id"])


@pytest.fixture(scope="module")
def reader(server: Server, reader_key: dict[str, str], folder: Folder) -> Iterator[Sdk]:
    """The SDK of that service account."""
    with Sdk(server.base, folder.path, EAZ_JSON_KEY=folder.write(reader_key)) as sdk:
        yield sdk


@pytest.fixture(scope="module")
def office(server: Server, token: str) -> Office:
    """Lets people in."""
    return Office(server, token)


@pytest.fixture
def tenant(office: Office) -> Tenant:
    """A registered organization of this test only."""
    return office.tenant()
