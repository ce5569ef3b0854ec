"""EazyRent: tokens and key files, by plain HTTP, for the client has no operation for them."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from eazyrent.iam.v1.models.json_key import JSONKey
from eazyrent.utils.auth.oauth import OAuth

from eazyrent_http import NOBODY, ask_token, new_key
from eazyrent_sdk import Apis
from edge_iam import ADMIN_EMAIL, CLIENT_ID, PASSWORD, Server

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PROJECT = "310976816384838665"
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)


def assertion(server: Server, key: dict[str, str], **claims: Any) -> str:
    """What the SDK signs for a key file, with some claims changed."""
    now = int(time.time())
    account = key["userId"]
    usual = {"iss": account, "sub": account, "aud": server.base, "iat": now, "exp": now + 300}
    return jwt.encode(usual | claims, key["key"], "RS256", headers={"kid": key["keyId"]})


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
    other = new_key(server, token, reader_key["userId"])
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
            {"grant_type": "authorization_code", "code": "1"},
            400,
            "unsupported_grant_type",
            id="grant that is not offered",
        ),
        pytest.param(
            {"grant_type": "password", "username": ADMIN_EMAIL},
            400,
            "invalid_request",
            id="no password",
        ),
        pytest.param(
            {"grant_type": "password", "username": ADMIN_EMAIL, "password": "wrong"},
            400,
            "invalid_grant",
            id="wrong password",
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


def test_the_first_administrator_logs_in_by_password_and_is_of_the_platform(
    server: Server, home: str
) -> None:
    answer = ask_token(
        server,
        grant_type="password",
        username=ADMIN_EMAIL,
        password=PASSWORD,
        scope=OAuth.get_scopes(),
    )
    assert answer.status == 200
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 43199)
    me = Apis(server.base, answer.json()["access_token"])
    user = me.call("users.get_my_user").actual_instance
    assert (user.user_type, user.email, user.organization.id) == ("Human", ADMIN_EMAIL, home)
    (grant,) = me.call("user_grants.retrieve_my_authorizations")
    assert "org:admin" in grant["roleKeys"]
