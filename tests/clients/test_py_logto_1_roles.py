"""py_logto 1.0.0: the roles of members."""

from __future__ import annotations

from logto_roles import RoleTests

pytest_plugins = ["logto_fixtures"]


class TestRoles(RoleTests):
    """As in every version."""
