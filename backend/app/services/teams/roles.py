"""The four roles, strongest first (pure). A role in a team counts on every project of the team."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in a team or a project."""

    OWNER = "owner"
    MAINTAINER = "maintainer"
    REVIEWER = "reviewer"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        """Larger is stronger."""
        return _STRONGEST_FIRST[::-1].index(self)


_STRONGEST_FIRST = (Role.OWNER, Role.MAINTAINER, Role.REVIEWER, Role.VIEWER)


def strongest(roles: Iterable[Role]) -> Role | None:
    """Return the strongest of several roles, None of none."""
    return max(roles, key=lambda role: role.rank, default=None)
