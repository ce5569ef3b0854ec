"""py_logto 1.0.0: what other APIs take at their limits."""

from __future__ import annotations

from logto_limits import LimitTests

pytest_plugins = ["logto_fixtures"]


class TestLimits(LimitTests):
    """As in every version."""
