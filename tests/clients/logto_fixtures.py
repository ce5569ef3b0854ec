"""Fixtures of the tests of `py_logto`; each of their files names this one in `pytest_plugins`."""

from __future__ import annotations

import pytest

from edge_iam import CLIENT_ID, CLIENT_SECRET, Server
from logto_client import WRONG_SCHEME, Logto, Stranger, ask_token
from logto_make import Maker


@pytest.fixture(scope="module")
def logto(server: Server) -> Logto:
    """The client with a token of the first machine client, which has the scope `all`."""
    answer = ask_token(server)
    assert answer.status == 200, answer
    return Logto(server, answer.json()["access_token"])


@pytest.fixture(scope="module")
def make(logto: Logto) -> Maker:
    """Makes what a test needs."""
    return Maker(logto)


@pytest.fixture(scope="module")
def strangers(server: Server, logto: Logto) -> list[Stranger]:
    """Clients that are not let in, each with status and code of the answer."""
    unscoped = ask_token(server, scope="")
    foreign = server.request(
        "POST",
        "/oauth/v2/token",
        form={
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        },
    )
    assert (unscoped.status, foreign.status) == (200, 200), (unscoped, foreign)
    assert logto.token is not None
    unsigned = logto.token.rpartition(".")[0] + "."
    of_another_issuer = foreign.json()["access_token"]
    return [
        Stranger(Logto(server, None), 401, "auth.authorization_header_missing"),
        Stranger(Logto(server, None, "Basic YTpi"), 401, WRONG_SCHEME),
        Stranger(Logto(server, "nonsense"), 401, "auth.unauthorized"),
        Stranger(Logto(server, unsigned), 401, "auth.unauthorized"),
        Stranger(Logto(server, of_another_issuer), 401, "auth.unauthorized"),
        Stranger(Logto(server, unscoped.json()["access_token"]), 403, "auth.forbidden"),
    ]
