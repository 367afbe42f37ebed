"""Runs git: every command with the hardened environment, limits and, where it talks to a remote, its access."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

from app.adapters.git.arguments import GitArguments
from app.adapters.git.environment import git_environment
from app.adapters.git.errors import MirrorCorrupt, RepoUrlRefused
from app.adapters.git.failures import error_of
from app.adapters.git.layout import MirrorFolder
from app.adapters.git.locks import exclusive
from app.adapters.git.port import Credentials
from app.adapters.git.remote import Gate, RemoteAccess
from app.adapters.git.settings import GitSettings
from app.adapters.git.urls import RemoteUrl
from app.adapters.process.port import Finished, Limits, ProcessRunner
from app.core.clock import Clock
from app.core.ids import IdSource

_MOST_OUTPUT: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tools:
    """What every operation on mirrors works with."""

    settings: GitSettings
    processes: ProcessRunner
    clock: Clock
    ids: IdSource
    gate: Gate


@dataclass(frozen=True, slots=True)
class Workplace:
    """One operation's exclusive hold on a project: its mirror's folder, and a private folder that goes away."""

    tools: Tools
    folder: MirrorFolder
    home: Path
    token: str = field(repr=False)

    def access(self, remote: RemoteUrl, credentials: Credentials | None) -> AbstractAsyncContextManager[RemoteAccess]:
        """Prepare access to a remote for this operation."""
        secret = self.tools.ids.secret()
        return self.tools.gate.open(
            remote, credentials, home=self.home, known_hosts=self.folder.known_hosts, secret=secret
        )

    async def delete_mirror(self) -> None:
        """Delete all that belongs to the project."""
        await asyncio.to_thread(self.folder.delete)

    async def git(
        self,
        arguments: GitArguments,
        *,
        git_dir: Path,
        variables: Mapping[str, str] | None = None,
        stdin: bytes | None = None,
    ) -> bytes:
        """Run a command on our own files and return what it wrote; MirrorCorrupt when it fails."""
        finished = await self.try_git(arguments, git_dir=git_dir, variables=variables, stdin=stdin)
        if not finished.ok:
            problem = error_of(finished)
            raise problem if problem.code == "DISK_FULL" else MirrorCorrupt(said=problem.details.get("said"))
        return finished.stdout

    async def try_git(
        self,
        arguments: GitArguments,
        *,
        git_dir: Path,
        variables: Mapping[str, str] | None = None,
        stdin: bytes | None = None,
    ) -> Finished:
        """Run a command on our own files and say how it ended."""
        settings = self.tools.settings
        environment = git_environment(settings, self.home, git_dir=git_dir, variables=variables)
        return await self.tools.processes.run(
            [settings.git_executable, *arguments.words],
            cwd=self.home,
            env=environment,
            limits=Limits(timeout=settings.command_timeout, max_output=_MOST_OUTPUT),
            stdin=stdin,
        )

    async def remote_git(
        self,
        arguments: GitArguments,
        access: RemoteAccess,
        *,
        git_dir: Path,
        limits: Limits,
        on_stderr_line: Callable[[str], None] | None = None,
    ) -> Finished:
        """Run a command that talks to a remote; raises what the proxy refused, else says how the command ended.

        RepoUrlRefused for servers that only hand out files over http: git checks nothing that comes that way.
        """
        settings = self.tools.settings
        if access.packets is not None:
            access.packets.unlink(missing_ok=True)
        environment = git_environment(
            settings, self.home, git_dir=git_dir, config=access.config, variables=access.variables
        )
        finished = await self.tools.processes.run(
            [settings.git_executable, *arguments.words],
            cwd=self.home,
            env=environment,
            limits=limits,
            on_stderr_line=on_stderr_line,
        )
        if not finished.ok and access.problem is not None:
            raise access.problem
        if finished.ok and access.packets is not None and not access.packets.exists():
            raise RepoUrlRefused("The server speaks git's old file-by-file HTTP only. Use its ssh address instead.")
        return finished


@asynccontextmanager
async def workplace(tools: Tools, project_id: UUID) -> AsyncIterator[Workplace]:
    """Hold a project's mirror alone and clean up what a killed holder left; MirrorBusy when somebody else keeps it."""
    settings = tools.settings
    folder = MirrorFolder.of(settings.repos_dir, project_id)
    token = tools.ids.new().hex
    home = settings.tmp_dir / f"git-{project_id}-{token}"
    async with exclusive(settings.repos_dir / ".locks" / f"{project_id}.lock", settings.lock_wait):
        await asyncio.to_thread(_prepare, settings, project_id, folder, home)
        try:
            yield Workplace(tools, folder, home, token)
        finally:
            await asyncio.to_thread(shutil.rmtree, home, ignore_errors=True)


def _prepare(settings: GitSettings, project_id: UUID, folder: MirrorFolder, home: Path) -> None:
    for left in settings.tmp_dir.glob(f"git-{project_id}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder.sweep()
    home.mkdir(parents=True, mode=0o700)
