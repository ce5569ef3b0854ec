"""What tests of `py_logto` look at again and again."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import pytest
from py_logto.exceptions import (
    ApiException,
    BadRequestException,
    ForbiddenException,
    NotFoundException,
    ServiceException,
    UnauthorizedException,
)

from edge_iam import Answer
from logto_client import Logto

NOBODY = "zzzzzzzzzzzz"
"""An id that nothing has."""

EXCEPTIONS: dict[int, type[ApiException]] = {
    400: BadRequestException,
    401: UnauthorizedException,
    403: ForbiddenException,
    404: NotFoundException,
    422: ApiException,
    501: ServiceException,
}

ORGANIZATION_KEYS = {
    "tenantId",
    "id",
    "name",
    "description",
    "customData",
    "isMfaRequired",
    "color",
    "branding",
    "customCss",
    "createdAt",
}
USER_KEYS = {
    "id",
    "username",
    "primaryEmail",
    "primaryPhone",
    "name",
    "avatar",
    "customData",
    "identities",
    "lastSignInAt",
    "createdAt",
    "updatedAt",
    "profile",
    "applicationId",
    "isSuspended",
}
ROLE_KEYS = {"tenantId", "id", "name", "description", "type"}
SCOPE_KEYS = ROLE_KEYS - {"type"}

ADDRESSES = {
    "list_organizations": "/api/organizations",
    "list_organization_users": "/api/organizations/{}/users",
    "list_organization_user_roles": "/api/organizations/{}/users/{}/roles",
    "list_organization_roles": "/api/organization-roles",
    "list_organization_scopes": "/api/organization-scopes",
    "list_users": "/api/users",
    "list_organization_applications": "/api/organizations/{}/applications",
}
"""Paths of the lists that have pages."""


def refused(
    status: int, code: str | None, logto: Logto, operation: str, *args: Any, **options: Any
) -> Any:
    """Calls an operation, which must fail with just this status and the client's class for it, and
    with this code where the contract has one. Gives the body of the answer."""
    with pytest.raises(ApiException) as caught:
        logto.send(operation, *args, **options)
    error = caught.value
    assert error.status == status, f"{operation}: {error}"
    assert type(error) is EXCEPTIONS[status]
    assert error.body is not None and error.headers is not None
    assert is_json(error.headers["content-type"]), f"{operation}: {error}"
    body = json.loads(error.body)
    assert body["code"] and code in {None, body["code"]}, f"{operation}: {body}"
    assert body["message"] and isinstance(body["message"], str)
    assert set(body) <= {"code", "message", "data", "details"}
    if body["code"] == "guard.invalid_input":
        assert body["details"] and isinstance(body["details"], str)
        assert places(body)
    return body


def places(body: Any) -> list[str]:
    """Where the faults are that a `guard.invalid_input` names."""
    issues = body["data"]["issues"]
    assert all(issue["code"] and issue["message"] for issue in issues)
    return sorted(".".join(str(step) for step in issue["path"]) for issue in issues)


def is_json(content_type: str) -> bool:
    """Whether an answer says it is JSON, as every answer with a body does."""
    return re.fullmatch("application/json; *charset=utf-8", content_type.lower()) is not None


def is_id(value: Any, longest: int = 21) -> bool:
    """Whether this may be an id; a user's has at most 12 characters."""
    return isinstance(value, str) and re.fullmatch(f"[0-9a-z]{{1,{longest}}}", value) is not None


def is_recent(moment: Any) -> bool:
    """Whether a number is a time of this test run, in milliseconds."""
    # The server cuts off below milliseconds.
    return isinstance(moment, int) and -1 <= time.time() * 1000 - moment < 600_000


def is_empty(answer: Answer, status: int = 204) -> bool:
    """Whether an answer has this status and nothing else to say."""
    # What has a status with a body must say that there is none: other clients would parse it.
    lengths = {None, "0"} if status == 204 else {"0"}
    length = answer.headers.get("content-length")
    return (answer.status, answer.content) == (status, b"") and length in lengths


def ids(found: Sequence[Any]) -> list[str]:
    """The ids of a list of models."""
    return [one.id for one in found]


def total(answer: Answer) -> int:
    """The number of rows on all pages."""
    return int(answer.headers["total-number"])


def links(answer: Answer, address: str) -> list[tuple[str, dict[str, str]]]:
    """The relations of the `Link` header with their queries; each must lead to this address."""
    found = []
    for link in answer.headers["link"].split(", "):
        matched = re.fullmatch(r'<([^?>]+)\?([^>]*)>; rel="(\w+)"', link)
        assert matched is not None and matched[1] == address, link
        found.append((matched[3], dict(parse_qsl(matched[2], keep_blank_values=True))))
    return found


def check_page(
    logto: Logto,
    operation: str,
    args: Sequence[str],
    rows: Sequence[str],
    **query: Any,
) -> None:
    """Asks for a page of a list whose ids are `rows`, and looks at its rows and headers."""
    answer = logto.send(operation, *args, **query)
    page, size = query.get("page", 1), query.get("page_size", 20)
    assert ids(answer.data) == list(rows)[(page - 1) * size : page * size]
    assert total(answer) == len(rows)
    last = max(1, -(-len(rows) // size))
    wanted = {"first": 1}
    if page > 1:
        wanted["prev"] = page - 1
    wanted["last"] = last
    if page < last:
        wanted["next"] = page + 1
    # Everything that was asked for, with another page.
    kept = {name: str(value) for name, value in query.items()}
    address = logto.server.base + ADDRESSES[operation].format(*args)
    assert links(answer, address) == [
        (name, kept | {"page": str(number)}) for name, number in wanted.items()
    ]


def check_pages(
    logto: Logto,
    operation: str,
    args: Sequence[str],
    rows: Sequence[str],
    **filters: str,
) -> None:
    """Looks at pages of a list of thirty whose ids are `rows`: the usual size, others, and past the
    end; then at what is no page."""
    assert len(rows) == 30
    pages: list[dict[str, int]] = [
        {"page": 1},
        {"page": 2},
        {"page_size": 100},
        {"page_size": 10},
        {"page": 2, "page_size": 10},
        {"page": 3, "page_size": 10},
        {"page": 9},
    ]
    for page in pages:
        check_page(logto, operation, args, rows, **filters, **page)
    # The client itself takes no page below 1.
    refused(400, "guard.invalid_pagination", logto, operation, *args, page_size=101)
