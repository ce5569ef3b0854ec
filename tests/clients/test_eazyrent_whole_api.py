"""EazyRent: no operation of the client was left out. Runs last, after the other files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eazyrent_sdk import operations, succeeded

HERE = Path(__file__)


def defined() -> set[tuple[Path, str]]:
    """Every other test of this client."""
    return {
        (file, name)
        for file in HERE.parent.glob("test_eazyrent*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
        if file != HERE
    }


def test_the_client_has_41_operations() -> None:
    assert len(operations()) == 41


def test_every_operation_of_the_client_succeeded_at_least_once(
    request: pytest.FixtureRequest,
) -> None:
    items = request.session.items
    before = items[: items.index(request.node)]
    if defined() - {(item.path, getattr(item, "originalname", item.name)) for item in before}:
        pytest.skip("not all tests of this client were run before")
    assert {operation for operation in operations() if not succeeded[operation]} == set()
