"""What tests of `py_logto` need before they can begin, through the client where it can."""

from __future__ import annotations

import itertools
from typing import Any

from logto_client import Logto


class Maker:
    """Makes what a test needs, with names that no other test has."""

    def __init__(self, logto: Logto) -> None:
        self.logto = logto
        self._numbers = itertools.count(1)

    def name(self, kind: str) -> str:
        """A name that nothing has yet, and that is in no other name."""
        return f"{kind}-{next(self._numbers)}."

    def organization(self, **fields: Any) -> str:
        """A new organization."""
        body = {"name": self.name("organization")} | fields
        # 1.0.0 declares no answer.
        made: str = self.logto.send("create_organization", body).json()["id"]
        return made

    def user(self, **fields: Any) -> str:
        """A new user, who has a name and no identifier unless `fields` say so."""
        body = {"name": self.name("user")} | fields
        made: str = self.logto.call("create_user", body).id
        return made

    def users(self, number: int) -> list[str]:
        """New users, in the order of their ids."""
        return sorted(self.user() for _ in range(number))

    def role(self, **fields: Any) -> dict[str, Any]:
        """A new organization role, as the server answered."""
        body = {"name": self.name("role"), "organizationScopeIds": [], "resourceScopeIds": []}
        made: dict[str, Any] = self.logto.send("create_organization_role", body | fields).json()
        return made

    def roles(self, number: int) -> list[str]:
        """Ids of new organization roles."""
        return [self.role()["id"] for _ in range(number)]

    def machine_role(self) -> str:
        """A role for machines; 1.0.0 cannot ask for its type."""
        body = {"name": self.name("machine-role"), "type": "MachineToMachine"}
        answer = self.logto.server.request(
            "POST", "/api/organization-roles", token=self.logto.token, body=body
        )
        assert answer.status == 201, answer
        made: str = answer.json()["id"]
        return made

    def application(self, kind: str = "MachineToMachine") -> str:
        """A new application; 1.0.0 knows no operation of these."""
        body = {"name": self.name("application"), "type": kind}
        made: str = self.logto.call("create_application", body).id
        return made

    def organization_with(self, *users: str, roles: list[str] | None = None) -> str:
        """A new organization of these members, who all have these roles."""
        organization = self.organization()
        self.logto.call("add_organization_users", organization, {"userIds": users})
        if roles:
            body = {"userIds": users, "organizationRoleIds": roles}
            self.logto.call("assign_organization_roles_to_users", organization, body)
        return organization
