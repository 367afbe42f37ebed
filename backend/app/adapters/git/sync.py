"""One sync: ask the remote, fetch beside the present mirror, swap; or build anew what is damaged."""

import asyncio
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from app.adapters.git.arguments import git
from app.adapters.git.command import Workplace
from app.adapters.git.errors import MirrorCorrupt, RepoTooLarge, RepoUnreachable
from app.adapters.git.failures import error_of
from app.adapters.git.health import carry_over, is_whole
from app.adapters.git.layout import copy_generation, make_repository, size_of
from app.adapters.git.objects import name_bytes
from app.adapters.git.port import Known, SyncLimits, SyncResult
from app.adapters.git.progress import FetchMeter
from app.adapters.git.publishing import pack_sizes, publish
from app.adapters.git.ref_state import (
    BRANCHES,
    MIRRORED,
    NOTHING,
    RefState,
    choose_default,
    parse_listing,
    recall,
    state_of,
    updates_between,
)
from app.adapters.git.remote import RemoteAccess
from app.adapters.process.port import Limits

_OURS: Final = "refs/hivesync/"
_REFSPECS: Final = tuple(f"+{prefix}*:{prefix}*" for prefix in MIRRORED)
_LIST_OUTPUT: Final = 64 * 1024 * 1024
_LEAST_TIME: Final = timedelta(seconds=1)


class SyncRun:
    """The steps of one sync; made for one call, inside its workplace."""

    def __init__(
        self, place: Workplace, access: RemoteAccess, limits: SyncLimits, meter: FetchMeter, since: Known | None
    ) -> None:
        settings = place.tools.settings
        self._place = place
        self._access = access
        self._meter = meter
        self._every_byte = limits.full_check
        self._max_bytes = limits.max_bytes or settings.max_bytes
        self._timeout = limits.timeout or settings.fetch_timeout
        self._fetched_seconds = 0.0
        self._since = since
        # What the result is compared with, and whether that is what the caller knows.
        self._told, self._is_complete = NOTHING, True
        self._started = place.tools.clock.monotonic()

    async def run(self) -> SyncResult:
        """Bring the mirror up to date; on any failure the present generation stays what it was."""
        self._meter.step(0.01, "asking the server")
        remote = await self._ask()
        current = self._place.folder.current()
        before = await asyncio.to_thread(state_of, current) if current else NOTHING
        await self._recall(before)
        if current is None:
            return await self._build(remote, before, base=None)
        if not await is_whole(self._place, current, every_byte=self._every_byte):
            return await self._heal(remote, before, current)
        if remote == before:
            return await self._result(before, current)
        try:
            return await self._build(remote, before, base=current)
        except MirrorCorrupt:
            # Damage that the quick look did not see.
            return await self._heal(remote, before, current)
        except RepoTooLarge:
            # Perhaps only with the history that was rewritten since the mirror was made: it is kept until now.
            return await self._renew(remote, before, current)

    async def _recall(self, before: RefState) -> None:
        """Find the state that the caller knows: an attempt that died after its swap has left another one."""
        generations = self._place.folder.generations()
        self._told, self._is_complete = await asyncio.to_thread(recall, generations, before, self._since)

    async def _ask(self) -> RefState:
        arguments = git("ls-remote", "--symref", "--quiet").end_of_options().values(self._access.url)
        arguments = arguments.values("HEAD", *(f"{prefix}*" for prefix in MIRRORED))
        timeout = min(self._timeout, self._place.tools.settings.command_timeout)
        finished = await self._place.remote_git(
            arguments, self._access, git_dir=self._place.home, limits=Limits(timeout, _LIST_OUTPUT)
        )
        if finished.truncated:
            raise RepoTooLarge("The repository has too many branches and tags.")
        if not finished.ok:
            raise error_of(finished, self._access.secrets)
        return parse_listing(finished.stdout)

    async def _heal(self, remote: RefState, before: RefState, damaged: Path) -> SyncResult:
        self._meter.step(0.02, "the mirror is damaged and is built anew")
        return replace(await self._build(remote, before, base=None, old=damaged), healed=True)

    async def _renew(self, remote: RefState, before: RefState, full: Path) -> SyncResult:
        self._meter.step(0.02, "the mirror is full and is built anew")
        return replace(await self._build(remote, before, base=None, old=full, must_fit=True), rebuilt=True)

    async def _build(
        self,
        remote: RefState,
        before: RefState,
        *,
        base: Path | None,
        old: Path | None = None,
        must_fit: bool = False,
    ) -> SyncResult:
        """Make the next generation from `base`, or from nothing and what of ours is in `old`; publish it if it is new.

        `must_fit` holds what is ours to the limit, too: a damaged mirror is healed whatever that takes.
        """
        incoming = self._place.folder.incoming(self._place.token)
        try:
            if base is None:
                await asyncio.to_thread(make_repository, incoming)
            else:
                await asyncio.to_thread(copy_generation, base, incoming)
            received = await self._fetch(incoming, fresh=base is None)
            after = await asyncio.to_thread(_settle_head, incoming, remote)
            if base is not None and after == before:
                return await self._result(before, base)
            lost = await asyncio.to_thread(carry_over, old, incoming, _OURS) if old else ()
            if must_fit and await asyncio.to_thread(size_of, incoming) > self._max_bytes:
                # What was carried over lies there object by object; together they are smaller.
                await self._place.git(git("repack", "-d", "-q"), git_dir=incoming)
                await self._check_size(incoming)
            self._meter.step(0.92, "writing the mirror")
            generation = await publish(self._place, incoming, base)
        finally:
            await asyncio.to_thread(shutil.rmtree, incoming, ignore_errors=True)
        return await self._result(after, generation, received=received, lost=lost)

    async def _fetch(self, incoming: Path, *, fresh: bool) -> int:
        known = await asyncio.to_thread(pack_sizes, incoming)
        arguments = git(
            *("fetch", "--progress", "--prune", "--force", "--no-tags", "--no-recurse-submodules"),
            *("--no-write-fetch-head", "--no-auto-maintenance", "--no-show-forced-updates", "--update-shallow"),
        )
        arguments = arguments.end_of_options().values(self._access.url, *_REFSPECS)
        finished = await self._place.remote_git(
            arguments,
            self._access,
            git_dir=incoming,
            limits=Limits(self._time_left(), _LIST_OUTPUT, file_bytes=self._max_bytes),
            on_stderr_line=self._meter.line,
        )
        self._fetched_seconds += finished.seconds
        if not finished.ok:
            problem = error_of(finished, self._access.secrets)
            # The kernel stopped index-pack at the limit; git itself only says that index-pack said nothing.
            if await asyncio.to_thread(_largest_file, incoming) >= self._max_bytes:
                raise RepoTooLarge
            if fresh and isinstance(problem, MirrorCorrupt):
                raise RepoUnreachable("The remote repository is damaged: git cannot read all of it.")
            raise problem
        await self._check_size(incoming)
        packs = await asyncio.to_thread(pack_sizes, incoming)
        return sum(size for name, size in packs.items() if name not in known)

    async def _check_size(self, incoming: Path) -> None:
        if await asyncio.to_thread(size_of, incoming) > self._max_bytes:
            raise RepoTooLarge

    def _time_left(self) -> timedelta:
        """What a fetch may take: a mirror that has to be built anew is fetched twice, in the time of one."""
        return max(self._timeout - timedelta(seconds=self._fetched_seconds), _LEAST_TIME)

    async def _result(
        self,
        after: RefState,
        generation: Path,
        *,
        received: int = 0,
        lost: tuple[str, ...] = (),
    ) -> SyncResult:
        if self._since is not None and self._since.state == after.digest:
            # Whatever happened to the mirror meanwhile, the caller knows all of it.
            self._told, self._is_complete = after, True
        updates = await asyncio.to_thread(updates_between, generation, self._told, after)
        self._meter.step(1.0, "up to date")
        return SyncResult(
            refs=updates,
            head=after.head,
            default_branch=after.default_branch,
            bytes_received=received,
            healed=False,
            seconds=self._place.tools.clock.monotonic() - self._started,
            generation=generation.name,
            lost_refs=lost,
            state=after.digest,
            is_complete=self._is_complete,
        )


def _settle_head(incoming: Path, remote: RefState) -> RefState:
    """Point HEAD at the default branch, which may have gone since the remote was asked."""
    found = state_of(incoming).refs
    symref = remote.default_branch if f"{BRANCHES}{remote.default_branch}" in found else None
    default = choose_default(symref, remote.head, found)
    (incoming / "HEAD").write_bytes(f"ref: {BRANCHES}".encode() + name_bytes(default or "main") + b"\n")
    return RefState(default, found)


def _largest_file(generation: Path) -> int:
    return max((path.stat().st_size for path in generation.rglob("*") if path.is_file()), default=0)
