"""The published EazyRent client, `eazyrent` 0.3.0, against the WebAssembly build.

Everything goes through the client, except what it has no operation for or cannot send: those tests
use plain HTTP and say why.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from eazyrent.iam.v1 import ApiClient, Configuration, OrganizationsApi
from eazyrent.iam.v1.exceptions import (
    ApiException,
    ConflictException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
    UnprocessableEntityException,
)
from eazyrent.iam.v1.models.json_key import JSONKey
from eazyrent.iam.v1.models.list_user import ListUser
from eazyrent.iam.v1.models.organization import Organization
from eazyrent.iam.v1.models.service_account import ServiceAccount
from eazyrent.iam.v1.models.user import User
from eazyrent.utils.auth.oauth import OAuth

from eazyrent_sdk import Sdk, fix_client
from edge_iam import ADMIN_EMAIL, CLIENT_ID, CLIENT_SECRET, Answer, Server

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PROJECT = "310976816384838665"
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
NOBODY = "999999999999"
"""An id that nothing has."""

fix_client()


def key_over_http(server: Server, token: str, account: str) -> dict[str, str]:
    """A new key file, by plain HTTP: the SDK cannot log in before it has one."""
    answer = server.request("POST", f"/iam/v1/service-accounts/{account}/keys/", token=token)
    assert answer.status == 201, answer
    key: dict[str, str] = answer.json()
    return key


def ask_token(server: Server, **form: str) -> Answer:
    """Asks for a token by plain HTTP: the SDK shows neither its own nor the answer around it."""
    return server.request("POST", "/oauth/v2/token", form=form)


def assertion(server: Server, key: dict[str, str], **claims: Any) -> str:
    """What the SDK signs for a key file, with some claims changed."""
    now = int(time.time())
    account = key["userId"]
    usual = {"iss": account, "sub": account, "aud": server.base, "iat": now, "exp": now + 300}
    return jwt.encode(usual | claims, key["key"], "RS256", headers={"kid": key["keyId"]})


def detail(error: ApiException) -> str:
    """The text in the body of an error."""
    text = json.loads(error.body)["detail"]
    assert isinstance(text, str)
    return text


def person(name: str, **changes: str) -> dict[str, str]:
    """A CreateUser with an address of its own."""
    usual = {"first_name": name, "last_name": "Tester", "email": f"{name.lower()}@example.org"}
    return usual | changes


def is_recent(moment: datetime | None) -> bool:
    """Whether a date that the server gave is of this test run and says its offset."""
    assert moment is not None and moment.utcoffset() is not None
    # The server cuts off below milliseconds.
    age = datetime.now(timezone.utc) - moment
    return -timedelta(milliseconds=1) <= age < timedelta(minutes=10)


@pytest.fixture(scope="module")
def token(server: Server) -> str:
    """A token of the first machine client, which holds `org:admin`."""
    answer = ask_token(
        server,
        grant_type="client_credentials",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        scope=OAuth.get_scopes(),
    )
    assert answer.status == 200, answer
    access_token: str = answer.json()["access_token"]
    return access_token


@pytest.fixture(scope="module")
def home(server: Server, token: str) -> str:
    """Id of the organization that the server starts with."""
    organization: str = server.request("GET", "/iam/v1/organizations/me/", token=token).json()["id"]
    return organization


@dataclass(frozen=True)
class Folder:
    """Where key files are put."""

    path: Path

    def write(self, key: dict[str, str]) -> str:
        """Writes a key file and gives its path, for `EAZ_JSON_KEY`."""
        file = self.path / f"{key['keyId']}.json"
        file.write_text(json.dumps(key))
        return str(file)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder for key files. The SDKs look there for a credentials file too, and find none."""
    return Folder(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def admin(server: Server, token: str, folder: Folder) -> Iterator[Sdk]:
    """The SDK of the first machine client, by key file."""
    key = key_over_http(server, token, CLIENT_ID)
    with Sdk(server.base, folder.path, EAZ_JSON_KEY=folder.write(key)) as sdk:
        yield sdk


@pytest.fixture(scope="module")
def reader_key(server: Server, token: str) -> dict[str, str]:
    """The key file of a fresh service account, which holds `org:user`; all by plain HTTP."""
    account = server.request("POST", "/iam/v1/service-accounts/", token=token)
    assert account.status == 201, account
    return key_over_http(server, token, account.json()["id"])


@pytest.fixture(scope="module")
def reader(server: Server, reader_key: dict[str, str], folder: Folder) -> Iterator[Sdk]:
    """The SDK of that service account."""
    with Sdk(server.base, folder.path, EAZ_JSON_KEY=folder.write(reader_key)) as sdk:
        yield sdk


@pytest.fixture
def account(admin: Sdk) -> ServiceAccount:
    """A service account of this test only, without keys."""
    made: ServiceAccount = admin.call("service_accounts.create_service_account")
    return made


# --- tokens and key files: plain HTTP, for the client has no operation for them -------------------


def test_the_token_answer_is_what_the_sdk_reads_and_lives_about_twelve_hours(
    server: Server, reader_key: dict[str, str]
) -> None:
    answer = ask_token(server, grant_type=JWT_BEARER, assertion=assertion(server, reader_key))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 43199)
    me = server.request("GET", "/iam/v1/users/me/", token=body["access_token"])
    assert me.json()["id"] == reader_key["userId"]


def test_the_scopes_that_the_sdk_asks_for_become_the_claims_of_zitadel(
    server: Server, reader_key: dict[str, str], home: str
) -> None:
    answer = ask_token(
        server,
        grant_type=JWT_BEARER,
        assertion=assertion(server, reader_key),
        scope=OAuth.get_scopes(["some:unknown:scope"]),
    )
    text = answer.json()["access_token"]
    keys = jwt.PyJWKSet.from_dict(server.request("GET", "/oidc/jwks").json())
    key = keys[jwt.get_unverified_header(text)["kid"]]
    claims = jwt.decode(text, key, audience=PROJECT, issuer=server.base)
    assert claims["sub"] == reader_key["userId"]
    assert claims["exp"] - claims["iat"] == 43199
    assert claims["jti"]
    roles = claims["urn:zitadel:iam:org:project:roles"]
    assert {role: list(where) for role, where in roles.items()} == {"org:user": [home]}
    assert claims[f"urn:zitadel:iam:org:project:{PROJECT}:roles"] == roles
    assert claims["urn:zitadel:iam:user:resourceowner:id"] == home
    assert claims["urn:zitadel:iam:user:resourceowner:name"] == "Default"
    assert "urn:zitadel:iam:user:resourceowner:primary_domain" in claims


def test_the_key_file_has_the_five_fields_and_an_rsa_key_of_2048_bits(
    reader_key: dict[str, str],
) -> None:
    assert set(reader_key) == {"type", "keyId", "key", "expirationDate", "userId"}
    assert reader_key["type"] == "serviceaccount"
    assert JSONKey.model_validate(reader_key).expiration_date == NEVER
    assert reader_key["key"].startswith("-----BEGIN RSA PRIVATE KEY-----\n")
    key = load_pem_private_key(reader_key["key"].encode(), None)
    assert isinstance(key, RSAPrivateKey) and key.key_size == 2048


@pytest.mark.parametrize("audience", ["{base}/", "{base}/oauth/v2/token"])
def test_an_assertion_may_name_the_server_with_a_slash_or_by_its_token_endpoint(
    server: Server, reader_key: dict[str, str], audience: str
) -> None:
    text = assertion(server, reader_key, aud=audience.format(base=server.base))
    assert ask_token(server, grant_type=JWT_BEARER, assertion=text).status == 200


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"aud": "https://elsewhere.example.org"}, id="addressed to another server"),
        pytest.param({"iss": CLIENT_ID, "sub": CLIENT_ID}, id="for another account"),
        pytest.param({"sub": CLIENT_ID}, id="with another subject than issuer"),
        pytest.param({"iat": 1_700_000_000, "exp": 1_700_000_300}, id="expired"),
        pytest.param({"iat": 1_700_000_000}, id="issued long ago"),
    ],
)
def test_an_assertion_is_refused_when_it_is(
    server: Server, reader_key: dict[str, str], claims: dict[str, Any]
) -> None:
    text = assertion(server, reader_key, **claims)
    answer = ask_token(server, grant_type=JWT_BEARER, assertion=text)
    assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")
    assert answer.json()["error_description"]


def test_an_assertion_is_refused_when_another_key_signed_it_or_nobody_knows_the_key(
    server: Server, reader_key: dict[str, str], token: str
) -> None:
    other = key_over_http(server, token, reader_key["userId"])
    for forged in (other | {"keyId": reader_key["keyId"]}, other | {"keyId": NOBODY}):
        text = assertion(server, forged)
        answer = ask_token(server, grant_type=JWT_BEARER, assertion=text)
        assert (answer.status, answer.json()["error"]) == (400, "invalid_grant")
    assert (
        ask_token(server, grant_type=JWT_BEARER, assertion=assertion(server, other)).status == 200
    )


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        pytest.param({}, 400, "invalid_request", id="empty"),
        pytest.param({"grant_type": JWT_BEARER}, 400, "invalid_request", id="no assertion"),
        pytest.param(
            {"grant_type": JWT_BEARER, "assertion": "a.b.c"},
            400,
            "invalid_grant",
            id="assertion that is no JWT",
        ),
        pytest.param(
            {"grant_type": "password", "username": ADMIN_EMAIL, "password": "Test-only-1"},
            400,
            "unsupported_grant_type",
            id="grant of people",
        ),
        pytest.param(
            {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": "wrong"},
            401,
            "invalid_client",
            id="wrong secret",
        ),
        pytest.param(
            {"grant_type": "client_credentials", "client_id": NOBODY, "client_secret": "wrong"},
            401,
            "invalid_client",
            id="unknown client",
        ),
    ],
)
def test_a_wrong_token_request_gets_the_error_of_rfc_6749(
    server: Server, form: dict[str, str], status: int, error: str
) -> None:
    answer = ask_token(server, **form)
    assert (answer.status, answer.json()["error"]) == (status, error)


# --- logging in with the SDK ----------------------------------------------------------------------


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


def test_the_sdk_without_credentials_is_unauthorized(server: Server, tmp_path: Path) -> None:
    with Sdk(server.base, tmp_path) as sdk, pytest.raises(UnauthorizedException) as error:
        sdk.call("organizations.my_organization")
    assert error.value.status == 401
    assert detail(error.value)


@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param({"access_token": "nonsense"}, id="a bearer token that is no token"),
        pytest.param({"api_key": {"APIKeyHeader": "nonsense"}}, id="a bare key"),
        pytest.param(
            {"api_key": {"APIKeyHeader": "nonsense"}, "api_key_prefix": {"APIKeyHeader": "Token"}},
            id="a key with its prefix",
        ),
    ],
)
def test_an_unknown_credential_is_unauthorized(server: Server, credentials: dict[str, Any]) -> None:
    configuration = Configuration(host=f"{server.base}/iam/v1", **credentials)
    with pytest.raises(UnauthorizedException) as error:
        OrganizationsApi(ApiClient(configuration)).my_organization()
    assert detail(error.value)


def test_a_token_works_with_a_plain_configuration_too(
    server: Server, token: str, home: str
) -> None:
    configuration = Configuration(host=f"{server.base}/iam/v1", access_token=token)
    assert OrganizationsApi(ApiClient(configuration)).my_organization().id == home


# --- reading, as a service account that was just made ---------------------------------------------


def test_my_organization_is_the_first_organization_without_parents(reader: Sdk, home: str) -> None:
    organization = reader.call("organizations.my_organization")
    assert isinstance(organization, Organization)
    assert organization == Organization(name="Default", id=home, account_type="DEFAULT")


def test_get_my_user_is_the_machine_itself_and_names_its_organization(
    reader: Sdk, reader_key: dict[str, str], home: str
) -> None:
    machine = reader.call("users.get_my_user").actual_instance
    assert isinstance(machine, ServiceAccount)
    assert (machine.user_type, machine.id) == ("Machine", reader_key["userId"])
    assert machine.name
    assert is_recent(machine.updated_at)
    assert machine.organization is not None
    assert (machine.organization.id, machine.organization.name) == (home, "Default")
    assert machine.organization.account_type == "DEFAULT"


def test_list_organization_members_lists_people_and_no_machine(reader: Sdk, admin: Sdk) -> None:
    members = reader.call("team.list_organization_members")
    assert all(isinstance(member, ListUser) for member in members)
    first = members[0]
    assert (first.email, first.user_type) == (ADMIN_EMAIL, "Human")
    assert first.state == "USER_STATE_ACTIVE"
    machines = {machine.id for machine in admin.call("service_accounts.get_service_accounts")}
    assert machines.isdisjoint(member.id for member in members)


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("team.add_organization_members", [person("Refused")]),
        ("service_accounts.get_service_accounts", []),
        ("service_accounts.create_service_account", []),
        ("service_accounts.create_key", [CLIENT_ID]),
        ("service_accounts.list_keys", [CLIENT_ID]),
        ("service_accounts.delete_key", [CLIENT_ID, NOBODY]),
        ("service_accounts.delete_service_account", [CLIENT_ID]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fresh_service_account_is_forbidden_to_call(
    reader: Sdk, operation: str, arguments: list[Any]
) -> None:
    with pytest.raises(ForbiddenException) as error:
        reader.call(operation, *arguments)
    assert error.value.status == 403
    assert detail(error.value)


# --- people ---------------------------------------------------------------------------------------


def test_an_added_member_is_invited_has_the_default_config_and_is_listed_last(
    admin: Sdk, reader: Sdk, home: str
) -> None:
    made = admin.call(
        "team.add_organization_members",
        person("Zoë", last_name="Müller-Łukasz 🏠", email="zoe@example.org"),
    )
    assert isinstance(made, User)
    assert (made.user_type, made.state) == ("Human", "USER_STATE_INITIAL")
    assert (made.first_name, made.last_name) == ("Zoë", "Müller-Łukasz 🏠")
    assert made.email == "zoe@example.org"
    assert made.phone is None and made.avatar is None
    assert is_recent(made.updated_at)
    assert made.organization is not None and made.organization.id == home
    assert made.config is not None
    assert made.config.to_dict() == {
        "email_signature": "",
        "dark_mode": False,
        "property_rent_subscriptions": [],
        "send_notification_by_mail": False,
        "raw_html_email": False,
        "interface_config": None,
    }
    last = reader.call("team.list_organization_members")[-1]
    assert last == ListUser(**made.model_dump(include=set(ListUser.model_fields)))


def test_an_address_is_taken_once_whatever_its_case_and_blanks(admin: Sdk) -> None:
    admin.call("team.add_organization_members", person("Twice"))
    before = admin.call("team.list_organization_members")
    with pytest.raises(ConflictException) as error:
        admin.call("team.add_organization_members", person("Twice", email=" TWICE@Example.ORG "))
    assert error.value.status == 409
    assert detail(error.value)
    assert admin.call("team.list_organization_members") == before


def test_a_malformed_member_is_refused_with_every_fault_parsed(admin: Sdk) -> None:
    before = admin.call("team.list_organization_members")
    with pytest.raises(UnprocessableEntityException) as error:
        admin.call(
            "team.add_organization_members", person("Ada", last_name=" ", email="ada@nowhere")
        )
    assert error.value.status == 422
    faults = error.value.data.detail
    places = [[step.actual_instance for step in fault.loc] for fault in faults]
    assert sorted(places) == [["body", "email"], ["body", "last_name"]]
    assert all(fault.msg and fault.type for fault in faults)
    assert admin.call("team.list_organization_members") == before


# --- service accounts and keys --------------------------------------------------------------------


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
    assert [key.id for key in listed.results] == [first["keyId"], second["keyId"]]
    files = [folder.write(key) for key in (first, second)]
    with (
        Sdk(server.base, folder.path, EAZ_JSON_KEY=files[0]) as by_first,
        Sdk(server.base, folder.path, EAZ_JSON_KEY=files[1]) as by_second,
    ):
        for sdk in (by_first, by_second):
            assert sdk.call("users.get_my_user").actual_instance.id == account.id
        assert admin.call("service_accounts.delete_key", account.id, first["keyId"]) is None
        with pytest.raises(UnauthorizedException):
            by_first.call("users.get_my_user")
        assert by_second.call("users.get_my_user").actual_instance.id == account.id
    with pytest.raises(RuntimeError, match="400 - .*invalid_grant"):
        Sdk(server.base, folder.path, EAZ_JSON_KEY=files[0])
    left = admin.call("service_accounts.list_keys", account.id)
    assert (left.count, [key.id for key in left.results]) == (1, [second["keyId"]])
    with pytest.raises(NotFoundException):
        admin.call("service_accounts.delete_key", account.id, first["keyId"])


def test_a_deleted_service_account_is_unauthorized_cannot_log_in_and_is_gone(
    server: Server, admin: Sdk, account: ServiceAccount, folder: Folder, token: str
) -> None:
    key = key_over_http(server, token, account.id)
    with Sdk(server.base, folder.path, EAZ_JSON_KEY=folder.write(key)) as sdk:
        assert sdk.call("users.get_my_user").actual_instance.id == account.id
        assert admin.call("service_accounts.delete_service_account", account.id) is None
        with pytest.raises(UnauthorizedException) as error:
            sdk.call("users.get_my_user")
    assert error.value.status == 401
    assert detail(error.value)
    with pytest.raises(RuntimeError, match="400 - .*invalid_grant"):
        Sdk(server.base, folder.path, EAZ_JSON_KEY=folder.write(key))
    left = {machine.id for machine in admin.call("service_accounts.get_service_accounts")}
    assert account.id not in left
    for operation in ("create_key", "list_keys", "delete_service_account"):
        with pytest.raises(NotFoundException):
            admin.call(f"service_accounts.{operation}", account.id)


def test_a_key_of_another_account_is_not_found_and_stays(
    admin: Sdk, account: ServiceAccount, reader_key: dict[str, str]
) -> None:
    with pytest.raises(NotFoundException):
        admin.call("service_accounts.delete_key", account.id, reader_key["keyId"])
    keys = admin.call("service_accounts.list_keys", reader_key["userId"])
    assert reader_key["keyId"] in {key.id for key in keys.results}


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
        with pytest.raises(NotFoundException) as error:
            admin.call(f"service_accounts.{operation}", *arguments)
        assert error.value.status == 404
        assert detail(error.value)


def test_a_person_is_not_a_service_account(admin: Sdk) -> None:
    human = admin.call("team.add_organization_members", person("Human"))
    for operation in ("create_key", "list_keys", "delete_service_account"):
        with pytest.raises(NotFoundException):
            admin.call(f"service_accounts.{operation}", human.id)
    assert human.id in {member.id for member in admin.call("team.list_organization_members")}


# --- the acting account ---------------------------------------------------------------------------


@pytest.fixture
def below(server: Server, home: str) -> str:
    """An account of this test only, linked to the first organization."""
    return server.add_organization("Linked account", parent=home)


@pytest.fixture
def elsewhere(server: Server, token: str) -> str:
    """An organization of this test only that has nothing to do with the first one."""
    return server.add_organization("Unrelated account")


@pytest.mark.parametrize("odd", [NOBODY, "not-an-id", "9" * 30, "-1"])
def test_an_acting_account_that_does_not_exist_falls_back_to_the_own_one(
    admin: Sdk, reader: Sdk, home: str, odd: str
) -> None:
    members = reader.call("team.list_organization_members", x_eaz_account_id=odd)
    assert members == reader.call("team.list_organization_members")
    made = admin.call("service_accounts.create_service_account", x_eaz_account_id=odd)
    assert made.organization.id == home


def test_the_own_account_may_be_named_as_acting_account(reader: Sdk, home: str) -> None:
    members = reader.call("team.list_organization_members", x_eaz_account_id=home)
    assert members == reader.call("team.list_organization_members")


def test_a_linked_account_is_worked_in_through_the_acting_account(
    admin: Sdk, reader: Sdk, below: str
) -> None:
    made = admin.call("service_accounts.create_service_account", x_eaz_account_id=below)
    assert (made.organization.id, made.organization.name) == (below, "Linked account")
    assert admin.call("service_accounts.get_service_accounts", x_eaz_account_id=below) == [made]
    assert made.id not in {one.id for one in admin.call("service_accounts.get_service_accounts")}
    member = admin.call("team.add_organization_members", person("Below"), x_eaz_account_id=below)
    assert member.organization.id == below
    # Roles at home count there: `org:user` reads and does no more.
    seen = reader.call("team.list_organization_members", x_eaz_account_id=below)
    assert [one.id for one in seen] == [member.id]
    with pytest.raises(ForbiddenException):
        reader.call("service_accounts.get_service_accounts", x_eaz_account_id=below)
    # Operations without the parameter stay at home.
    assert admin.call("organizations.my_organization").id != below


def test_ids_of_a_linked_account_are_not_found_from_the_own_one(admin: Sdk, below: str) -> None:
    theirs = admin.call("service_accounts.create_service_account", x_eaz_account_id=below).id
    key = admin.call("service_accounts.create_key", theirs, x_eaz_account_id=below).key_id
    texts = set()
    for target in (theirs, NOBODY):
        with pytest.raises(NotFoundException) as error:
            admin.call("service_accounts.list_keys", target)
        texts.add(detail(error.value))
        with pytest.raises(NotFoundException):
            admin.call("service_accounts.delete_key", target, key)
    assert len(texts) == 1
    (left,) = admin.call("service_accounts.list_keys", theirs, x_eaz_account_id=below).results
    assert (left.id, left.tenant) == (key, below)
    assert admin.call("service_accounts.delete_key", theirs, key, x_eaz_account_id=below) is None
    assert admin.call("service_accounts.list_keys", theirs, x_eaz_account_id=below).count == 0


def test_an_unrelated_account_is_open_to_the_operator_of_the_platform_only(
    admin: Sdk, reader: Sdk, elsewhere: str
) -> None:
    made = admin.call("service_accounts.create_service_account", x_eaz_account_id=elsewhere)
    assert made.organization.id == elsewhere
    members = reader.call("team.list_organization_members", x_eaz_account_id=elsewhere)
    assert members == reader.call("team.list_organization_members")
    assert members[0].email == ADMIN_EMAIL


# --- statuses and paths ---------------------------------------------------------------------------


def test_every_operation_answers_with_exactly_the_status_that_the_client_declares(
    admin: Sdk, account: ServiceAccount
) -> None:
    def status(operation: str, *arguments: Any) -> int:
        response = admin.call(f"{operation}_with_http_info", *arguments)
        if response.status_code == 204:
            assert response.raw_data == b""
        else:
            assert response.data is not None
            assert response.headers["content-type"] == "application/json"
        code: int = response.status_code
        return code

    assert status("organizations.my_organization") == 200
    assert status("users.get_my_user") == 200
    assert status("team.list_organization_members") == 200
    assert status("team.add_organization_members", person("Status")) == 201
    assert status("service_accounts.get_service_accounts") == 200
    assert status("service_accounts.create_service_account") == 201
    assert status("service_accounts.create_key", account.id) == 201
    assert status("service_accounts.list_keys", account.id) == 200
    (key,) = admin.call("service_accounts.list_keys", account.id).results
    assert status("service_accounts.delete_key", account.id, key.id) == 204
    assert status("service_accounts.delete_service_account", account.id) == 204


def test_paths_work_without_their_slash_at_the_end_which_the_client_always_sends(
    server: Server, token: str
) -> None:
    def request(method: str, path: str, body: Any = None) -> Answer:
        return server.request(method, f"/iam/v1/{path}", token=token, body=body)

    for path in ("organizations/me", "users/me", "team/members", "service-accounts"):
        bare, slashed = request("GET", path), request("GET", path + "/")
        assert (bare.status, bare.text) == (200, slashed.text), path
    assert request("POST", "team/members", person("Slash")).status == 201
    made = request("POST", "service-accounts")
    assert made.status == 201
    one = f"service-accounts/{made.json()['id']}"
    key = request("POST", f"{one}/keys")
    assert key.status == 201
    assert request("GET", f"{one}/keys").json()["count"] == 1
    assert request("DELETE", f"{one}/keys/{key.json()['keyId']}").status == 204
    assert request("DELETE", one).status == 204


def test_the_acting_header_counts_whatever_its_case_and_the_client_sends_it_lower(
    server: Server, token: str, below: str
) -> None:
    for name in ("X-Eaz-Account-Id", "x-eaz-account-id", "X-EAZ-ACCOUNT-ID"):
        answer = server.request(
            "POST", "/iam/v1/service-accounts/", token=token, headers={name: below}
        )
        assert answer.json()["organization"]["id"] == below, name
