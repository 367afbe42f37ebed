"""Who is logged in where, and where that is kept: in a file of the person's, or in this process only."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

try:
    import fcntl
except ImportError:  # not on this system; two commands at the same moment may then have to log in again
    fcntl = None  # type: ignore[assignment]

from app.cli.refusals import CommandFailed


@dataclass(slots=True)
class Session:
    """Who is logged in where. Kept in a file only its owner may read."""

    server: str
    access_token: str
    refresh_token: str
    email: str


def read_session(path: Path) -> Session | None:
    """Read the kept session, if there is a usable one."""
    try:
        session = Session(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if not all(isinstance(value, str) for value in asdict(session).values()):
        raise CommandFailed(f"{path} is damaged: delete it and log in again: hivesync login")
    return session


def keep_session(path: Path, session: Session) -> None:
    """Write the session for the next command, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(session), file)
    fresh.replace(path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one command at a time renew the session: a refresh token is good for one use."""
    with path.with_suffix(".lock").open("w") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


class SessionStore(Protocol):
    """Where a session is kept between requests, and between those who share it."""

    def read(self) -> Session | None:
        """Give the kept session, if there is a usable one."""
        ...

    def keep(self, session: Session) -> None:
        """Keep a newer one."""
        ...

    def drop(self) -> None:
        """Forget it."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Let one at a time renew it."""
        ...


@dataclass(frozen=True, slots=True)
class FileSessions:
    """The session of all commands of one person: in a file."""

    path: Path

    def read(self) -> Session | None:
        """Give the kept session, if there is a usable one."""
        return read_session(self.path)

    def keep(self, session: Session) -> None:
        """Write it for the next command."""
        keep_session(self.path, session)

    def drop(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)

    def locked(self) -> AbstractContextManager[None]:
        """Hold a lock beside the file."""
        return locked(self.path)


@dataclass(slots=True)
class MemorySessions:
    """A session that somebody handed over; it ends with the process."""

    session: Session | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self) -> Session | None:
        """Give what was handed over, or renewed since."""
        return self.session

    def keep(self, session: Session) -> None:
        """Keep a newer one."""
        self.session = session

    def drop(self) -> None:
        """Forget it."""
        self.session = None

    def locked(self) -> AbstractContextManager[Any]:
        """Let one thread at a time renew it."""
        return self._lock
