"""py_logto 1.0.0: organizations."""

from __future__ import annotations

from logto_organizations import OrganizationTests

pytest_plugins = ["logto_fixtures"]


class TestOrganizations(OrganizationTests):
    """As in every version."""
