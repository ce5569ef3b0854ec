"""py_logto 2.0.0: no operation of the organizations API was left out. Runs last."""

from __future__ import annotations

from logto_access import WholeApiTests


class TestWholeApi(WholeApiTests):
    """As in every version."""
