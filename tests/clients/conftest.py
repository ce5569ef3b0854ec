"""Fixtures for the tests of every published client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edge_iam import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on an empty state folder, one per client; it must end cleanly."""
    with Server(tmp_path_factory.mktemp("state")) as running:
        yield running
