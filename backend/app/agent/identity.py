"""Who the agent acts for: whoever a program handed over, else whoever is logged in at the command line."""

import asyncio
from contextlib import AbstractContextManager
from typing import Any

from app.agent.service import Agent
from app.agent.telling import told
from app.cli.client import Client
from app.cli.refusals import ServerSilent
from app.cli.sessions import FileSessions, MemorySessions, Session
from app.core.errors import AppError

# Whoever asks whether an agent lives does not wait until its server is given up.
_PATIENCE_SECONDS = 1.5


class ChosenSessions:
    """A session in memory while there is one, else the file of the command line."""

    def __init__(self, file: FileSessions) -> None:
        self._file = file
        self.handed = MemorySessions()

    def read(self) -> Session | None:
        """Give the session that counts now."""
        return self.handed.read() or self._file.read()

    def keep(self, session: Session) -> None:
        """Keep a newer one where the older came from."""
        if self.handed.session is not None:
            self.handed.keep(session)
        else:
            self._file.keep(session)

    def drop(self) -> None:
        """Forget the one that was handed over; the command line's is not the agent's to end."""
        self.handed.drop()

    def locked(self) -> AbstractContextManager[Any]:
        """Let one at a time renew it."""
        return self.handed.locked() if self.handed.session is not None else self._file.locked()


class Identity:
    """Whose agent it is."""

    def __init__(self, agent: Agent, sessions: ChosenSessions) -> None:
        self._agent, self._sessions = agent, sessions

    def begin(self, server: str, access_token: str, refresh_token: str | None) -> None:
        """Act for whoever these tokens are; CommandFailed for an address that is none."""
        Client(self._agent.settings, server=server, sessions=self._sessions.handed).close()
        address = server.strip().rstrip("/")
        self._sessions.handed.keep(Session(address, access_token, refresh_token or "", ""))
        self._agent.server = address

    def end(self) -> None:
        """Forget them."""
        self._sessions.drop()
        self._agent.server = None

    async def who(self) -> dict[str, Any]:
        """Say which server it talks to, and as whom; why not, when it cannot."""
        server: str | None = None

        def asked(client: Client) -> Any:
            nonlocal server
            server = client.server
            return client.get("/users/me")

        try:
            user = await asyncio.wait_for(self._agent.ask(asked), _PATIENCE_SECONDS)
        except TimeoutError:
            silent = ServerSilent(f"{server} has not answered for {_PATIENCE_SECONDS:g} seconds.")
            return {"server": server, "user": None, "problem": told(silent)}
        except AppError as error:
            return {"server": server, "user": None, "problem": told(error)}
        return {"server": server, "user": user, "problem": None}
