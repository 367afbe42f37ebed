"""On whose behalf something is done."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ClientKind(StrEnum):
    """What kind of program is calling: it decides what that program may ask for."""

    WEB = "web"
    DESKTOP = "desktop"
    CLI = "cli"
    EDITOR = "editor"
    PHONE = "phone"
    IPAD = "ipad"


@dataclass(frozen=True, slots=True)
class Actor:
    """A user, or the system itself when `user_id` is None."""

    user_id: UUID | None
    is_admin: bool = False
    client: ClientKind = ClientKind.WEB

    @property
    def is_system(self) -> bool:
        """Say whether this is a worker or the scheduler rather than a person."""
        return self.user_id is None


SYSTEM = Actor(user_id=None)
