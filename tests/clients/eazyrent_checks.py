"""What tests of the EazyRent client look at again and again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from eazyrent.iam.v1.exceptions import (
    ApiException,
    BadRequestException,
    ConflictException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
    UnprocessableEntityException,
)
from eazyrent.iam.v1.models.update_user_grants import UpdateUserGrants
from eazyrent.iam.v1.models.update_user_grants_grants_inner import UpdateUserGrantsGrantsInner

from eazyrent_sdk import Identity

EXCEPTIONS: dict[int, type[ApiException]] = {
    400: BadRequestException,
    401: UnauthorizedException,
    403: ForbiddenException,
    404: NotFoundException,
    409: ConflictException,
    413: ApiException,
    422: UnprocessableEntityException,
    429: ApiException,
}


def refused(status: int, who: Identity, operation: str, *args: Any, **options: Any) -> ApiException:
    """Calls an operation, which must fail with just this status and the client's class for it."""
    with pytest.raises(ApiException) as caught:
        who.call(operation, *args, **options)
    error = caught.value
    assert error.status == status, f"{operation}: {error}"
    assert type(error) is EXCEPTIONS[status]
    if status == 422:
        assert error.data.detail and all(fault.msg and fault.type for fault in error.data.detail)
    else:
        assert detail(error)
    return error


def detail(error: ApiException) -> str:
    """The text in the body of an error."""
    text = json.loads(error.body)["detail"]
    assert isinstance(text, str)
    return text


def places(error: ApiException) -> list[list[str | int]]:
    """Where the faults are that the client has parsed out of a 422."""
    found = [[step.actual_instance for step in fault.loc] for fault in error.data.detail]
    return sorted(found, key=str)


def is_recent(moment: datetime | None) -> bool:
    """Whether a date that the server gave is of this test run and says its offset."""
    assert moment is not None and moment.utcoffset() is not None
    # The server cuts off below milliseconds.
    age = datetime.now(timezone.utc) - moment
    return -timedelta(milliseconds=1) <= age < timedelta(minutes=10)


def ids(found: Sequence[Any]) -> list[str]:
    """The ids of a list of models."""
    return [one.id for one in found]


def grants(*keys: str) -> UpdateUserGrants:
    """An UpdateUserGrants: the client takes no bare texts."""
    return UpdateUserGrants(grants=[UpdateUserGrantsGrantsInner(key) for key in keys])
