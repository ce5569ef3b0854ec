"""py_logto 2.0.0: the members of an organization."""

from __future__ import annotations

from logto_members import MemberTests

pytest_plugins = ["logto_fixtures"]


class TestMembers(MemberTests):
    """As in every version."""
