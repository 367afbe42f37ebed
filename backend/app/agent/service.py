"""What the agent can do, for its loopback endpoints and for commands alike. It acts for one person of one server."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from app.adapters.ids import SystemIds
from app.adapters.process.port import Limits, ProgramMissing
from app.adapters.process.system import SystemProcesses
from app.agent import syncing
from app.agent.apps import find_app
from app.agent.changes import roll_back
from app.agent.difference import Difference, compare, fetch_manifest
from app.agent.errors import FolderBusy, FolderGone, HasRemote, OtherProject, ProposalUnknown, UnknownProject
from app.agent.files import locked, read_json, write_json
from app.agent.folders import Folder, FolderStore
from app.agent.git import Git
from app.agent.hashing import Contents, HashCache
from app.agent.history import History
from app.agent.plan import DECIDED, Plan, make_plan
from app.agent.previewing import PreviewWish, preview
from app.agent.reporting import Reporter, in_thread
from app.agent.walk import walk
from app.cli.client import Client, CommandFailed
from app.cli.sessions import SessionStore
from app.config.client import ClientSettings, process_environment
from app.core.clock import Clock, SystemClock
from app.services.preview.platforms import Platform

T = TypeVar("T")
_QUICKLY = Limits(timeout=timedelta(seconds=20), max_output=4096)


class Agent:
    """Folders of this machine, for whoever `sessions` says is logged in."""

    def __init__(
        self,
        settings: ClientSettings,
        *,
        sessions: SessionStore | None = None,
        server: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings, self.server = settings, server
        self.sessions = sessions
        self.state = settings.folder / "agent"
        self.clock, self.ids = clock or SystemClock(), SystemIds()
        self.processes = SystemProcesses(self.clock)
        self.git = Git(self.processes)
        self.folders = FolderStore(self.state, self.clock, self.ids)

    @contextmanager
    def client(self) -> Iterator[Client]:
        """Open a client of the server."""
        client = Client(self.settings, server=self.server, sessions=self.sessions)
        try:
            yield client
        finally:
            client.close()

    async def ask(self, question: Callable[[Client], T]) -> T:
        """Ask the server something in a thread."""

        def asked() -> T:
            with self.client() as client:
                return question(client)

        return await asyncio.to_thread(asked)

    # ------------------------------------------------------------------ folders

    async def map(self, path: Path, project_id: str) -> Folder:
        """Map a folder to a project; FolderRefused, AlreadyMapped, UnknownProject."""
        project = await self._project(project_id)
        return await asyncio.to_thread(self.folders.add, path, project)

    async def unmap(self, folder: Folder) -> None:
        """Forget a mapping. Files are left alone; what was applied is found again when it is mapped again."""
        with contextlib.suppress(FolderGone):
            await asyncio.to_thread(self._repaired, folder)
        await asyncio.to_thread(self.folders.remove, folder)
        await asyncio.to_thread(self._cache(folder).forget)

    async def described(self, folder: Folder) -> dict[str, Any]:
        """Give a folder as JSON, with what git says of it."""
        exists = await asyncio.to_thread(folder.root.is_dir)
        branch, head = await self.git.place(folder.root) if exists else (None, None)
        return {
            "id": folder.id,
            "path": folder.path,
            "exists": exists,
            "project_id": folder.project_id,
            "project_name": folder.project_name,
            "has_remote": folder.has_remote,
            "branch": branch,
            "head": head,
            "mapped_at": folder.mapped_at,
        }

    async def difference(self, folder: Folder, reporter: Reporter) -> Difference:
        """Compare a folder with its project's manifest."""
        contents = await self._contents(folder, reporter, most=0.6)
        reporter.stage("manifest", 0.7, "Reading the manifest")
        manifest = await in_thread(
            reporter, self._with_client, lambda client: fetch_manifest(client, folder.project_id, reporter)
        )
        return await asyncio.to_thread(compare, manifest, contents)

    async def check_syncable(self, folder: Folder) -> Folder:
        """Give a folder as its project is now; HasRemote when that has a repository of its own."""
        project = await self._project(folder.project_id)
        folder = await asyncio.to_thread(self.folders.refresh, folder, project)
        if folder.has_remote:
            raise HasRemote(project_id=folder.project_id)
        return folder

    async def sync(self, folder: Folder, reporter: Reporter, *, overwrite: bool = False) -> dict[str, Any]:
        """Send a folder to a project that has no repository.

        Refused (BASE_MOVED) when somebody else sent something since this folder was sent last, unless `overwrite`.
        """
        folder = await self.check_syncable(folder)
        contents = await self._contents(folder, reporter, most=0.4)
        memory = self.state / "synced" / f"{folder.key}.json"
        known = await asyncio.to_thread(read_json, memory)
        is_known = isinstance(known, dict) and known.get("project_id") == folder.project_id and not overwrite
        base = known.get("commit") if is_known else None
        told = await in_thread(
            reporter,
            self._with_client,
            lambda client: syncing.send(client, folder.project_id, contents, base, reporter),
        )
        await asyncio.to_thread(write_json, memory, {"project_id": folder.project_id, "commit": told["commit"]})
        return {**told, "refused": [{"path": path, "reason": reason} for path, reason in contents.found.refused]}

    async def preview(
        self, folder: Folder, platform: Platform, reporter: Reporter, *, inside: str = "", git_ref: str | None = None
    ) -> dict[str, Any]:
        """Build the app of a folder here and bring it to a session. `inside`: a path of the app that is meant."""
        reporter.stage("check", 0.0, "Looking for the app")
        self._check_there(folder)
        app = await asyncio.to_thread(find_app, folder.root, inside)
        # Whoever may not see the project need not wait for a build to learn it.
        await self._project(folder.project_id)
        wish = PreviewWish(folder.project_id, platform, git_ref)
        with self.client() as client:
            return await preview(client, self.processes, app, wish, reporter)

    # ------------------------------------------------------------------ proposals

    async def plan(self, folder: Folder, proposal_id: str) -> Plan:
        """Say what applying a proposal would do; nothing is written but what a killed process left is repaired."""
        proposal, patch = await self.ask(lambda client: _read_proposal(client, proposal_id))
        if proposal["project_id"] != folder.project_id:
            raise OtherProject(project_id=proposal["project_id"])
        return await asyncio.to_thread(self._planned, folder, proposal, patch)

    async def apply(self, folder: Folder, proposal_id: str, digest: str) -> dict[str, Any]:
        """Write what was approved, all of it or nothing; DigestChanged, HunksNotApproved, FolderDiffers."""
        plan = await self.plan(folder, proposal_id)
        plan.check(digest)

        def applied() -> dict[str, Any]:
            with self._working_in(folder) as history:
                # Between the question and the lock somebody else may have written.
                again = make_plan(folder.root, plan.proposal, plan.patch)
                again.check(digest)
                return history.apply(again)

        return await asyncio.to_thread(applied)

    async def applied(self, folder: Folder) -> list[dict[str, Any]]:
        """List what was applied in a folder, newest first."""
        return await asyncio.to_thread(lambda: [each.told() for each in self._history(folder).applied()])

    async def undo(self, folder: Folder, applied_id: str, *, partial: bool = False) -> dict[str, Any]:
        """Take a change back; FolderDiffers with the files that were changed since."""

        def undone() -> dict[str, Any]:
            with self._working_in(folder) as history:
                return history.undo(applied_id, partial=partial)

        return await asyncio.to_thread(undone)

    def repair(self) -> dict[str, list[str]]:
        """Take back what killed processes left half-way in any folder; what could not be, by folder. Blocks."""
        left: dict[str, list[str]] = {}
        for folder in self.folders.mapped():
            with contextlib.suppress(FolderGone, FolderBusy):
                paths = self._repaired(folder)
                if paths:
                    left[folder.path] = paths
        return left

    async def tools(self) -> dict[str, str | None]:
        """Say which programs there are, by version."""
        git, node, npm = await asyncio.gather(self.git.version(), self._version("node"), self._version("npm"))
        return {"git": git, "node": node.removeprefix("v") if node else None, "npm": npm}

    # ------------------------------------------------------------------ inside

    async def _version(self, program: str) -> str | None:
        found = shutil.which(program)
        if found is None:
            return None
        try:
            done = await self.processes.run(
                [found, "--version"], cwd=Path("/"), env=process_environment(), limits=_QUICKLY
            )
        except ProgramMissing:
            return None
        return done.stdout.decode("ascii", "replace").strip() if done.ok else None

    async def _project(self, project_id: str) -> dict[str, Any]:
        try:
            wanted = UUID(project_id)
        except ValueError:
            raise UnknownProject from None
        try:
            found: dict[str, Any] = await self.ask(lambda client: client.get(f"/projects/{wanted}"))
        except CommandFailed as failed:
            if failed.server_status == 404:
                raise UnknownProject from failed
            raise
        return found

    async def _contents(self, folder: Folder, reporter: Reporter, *, most: float) -> Contents:
        self._check_there(folder)
        reporter.stage("walk", 0.0, "Listing files")
        listing = await self.git.listing(folder.root)

        def looked() -> Contents:
            found = walk(folder.root, listing, reporter.stopped)
            if not folder.has_remote:
                found.refuse_links()

            def step(done: int, total: int) -> None:
                reporter.stage("hash", most * (0.1 + 0.9 * done / total), f"{done:,} of {total:,} files")

            hashed = self._cache(folder).hashes(folder.root, found, step, reporter.stopped)
            return Contents(folder.root, found, hashed.files)

        return await in_thread(reporter, looked)

    def _with_client(self, work: Callable[[Client], T]) -> T:
        with self.client() as client:
            return work(client)

    def _check_there(self, folder: Folder) -> None:
        if not folder.root.is_dir():
            raise FolderGone(path=folder.path)

    def _cache(self, folder: Folder) -> HashCache:
        return HashCache(self.state / "hashes" / f"{folder.key}.json", self.clock)

    def _history(self, folder: Folder) -> History:
        return History(self.state / "applied" / folder.key, folder.root, self.clock, self.ids)

    @contextmanager
    def _working_in(self, folder: Folder, *, wait: bool = False) -> Iterator[History]:
        """Work alone in a folder in which nothing is half; FolderBusy, FolderGone."""
        self._check_there(folder)
        with locked(self.state / "locks" / f"{folder.key}.lock", wait=wait):
            history = self._history(folder)
            roll_back(history.records, history.root)
            yield history

    def _repaired(self, folder: Folder) -> list[str]:
        self._check_there(folder)
        with locked(self.state / "locks" / f"{folder.key}.lock", wait=False):
            history = self._history(folder)
            return roll_back(history.records, history.root)

    def _planned(self, folder: Folder, proposal: dict[str, Any], patch: bytes) -> Plan:
        with self._working_in(folder, wait=True) as history:
            return make_plan(history.root, proposal, patch)


def _read_proposal(client: Client, proposal_id: str) -> tuple[dict[str, Any], bytes]:
    try:
        at = f"/proposals/{UUID(proposal_id)}"
    except ValueError:
        raise ProposalUnknown from None
    proposal: dict[str, Any] = client.get(at)
    chosen = "true" if proposal["status"] in DECIDED else None
    return proposal, client.download(f"{at}/patch", chosen=chosen)
