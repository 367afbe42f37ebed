"""One sync: ask the remote, fetch beside the present mirror, swap; or build anew what is damaged."""

import asyncio
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pygit2

from app.adapters.git.arguments import git
from app.adapters.git.command import Workplace
from app.adapters.git.errors import MirrorCorrupt, RepoTooLarge, RepoUnreachable
from app.adapters.git.failures import error_of
from app.adapters.git.health import carry_over, checked_at, is_whole, write_stamp
from app.adapters.git.layout import copy_generation, fsync_generation, make_repository, size_of
from app.adapters.git.lookups import find_ref, is_ancestor
from app.adapters.git.objects import name_bytes, name_text
from app.adapters.git.port import RefAction, RefUpdate, SyncLimits, SyncResult
from app.adapters.git.progress import FetchMeter
from app.adapters.git.reader import open_repository
from app.adapters.git.remote import RemoteAccess
from app.adapters.process.port import Limits

_BRANCHES: Final = "refs/heads/"
_MIRRORED: Final = (_BRANCHES, "refs/tags/")
_OURS: Final = "refs/hivesync/"
_REFSPECS: Final = tuple(f"+{prefix}*:{prefix}*" for prefix in _MIRRORED)
_LIST_OUTPUT: Final = 64 * 1024 * 1024
# Every fetch adds a pack; more than this many make reading slower, and merging them is cheap.
_MOST_PACKS: Final = 20
# Names of refs are bytes: they may hold what Unicode calls a blank or the end of a line, and need not be text.
_LISTED = re.compile(rb"([0-9a-f]{40})\t(\S+)")
_SYMREF = re.compile(rb"ref: refs/heads/(\S+)\tHEAD")


@dataclass(frozen=True, slots=True)
class RefState:
    """The mirrored refs of a remote or a generation (annotated tags by the tag's id) and the default branch."""

    default_branch: str | None
    refs: Mapping[str, str]

    @property
    def head(self) -> str | None:
        """The default branch's commit."""
        return self.refs.get(f"{_BRANCHES}{self.default_branch}")


class SyncRun:
    """The steps of one sync; made for one call, inside its workplace."""

    def __init__(self, place: Workplace, access: RemoteAccess, limits: SyncLimits, meter: FetchMeter) -> None:
        settings = place.tools.settings
        self._place = place
        self._access = access
        self._meter = meter
        self._every_byte = limits.full_check
        self._max_bytes = limits.max_bytes or settings.max_bytes
        self._timeout = limits.timeout or settings.fetch_timeout
        self._started = place.tools.clock.monotonic()

    async def run(self) -> SyncResult:
        """Bring the mirror up to date; on any failure the present generation stays what it was."""
        self._meter.step(0.01, "asking the server")
        remote = await self._ask()
        current = self._place.folder.current()
        if current is None:
            return await self._build(remote, RefState(None, {}), base=None)
        before = await asyncio.to_thread(state_of, current)
        if not await is_whole(self._place, current, every_byte=self._every_byte):
            return await self._heal(remote, before, current)
        if remote == before:
            return self._result(before, current)
        try:
            return await self._build(remote, before, base=current)
        except MirrorCorrupt:
            # Damage that the quick look did not see.
            return await self._heal(remote, before, current)

    async def _ask(self) -> RefState:
        arguments = git("ls-remote", "--symref", "--quiet").end_of_options().values(self._access.url)
        arguments = arguments.values("HEAD", *(f"{prefix}*" for prefix in _MIRRORED))
        timeout = min(self._timeout, self._place.tools.settings.command_timeout)
        finished = await self._place.remote_git(
            arguments, self._access, git_dir=self._place.home, limits=Limits(timeout, _LIST_OUTPUT)
        )
        if finished.truncated:
            raise RepoTooLarge("The repository has too many branches and tags.")
        if not finished.ok:
            raise error_of(finished, self._access.secrets)
        return _parse_listing(finished.stdout)

    async def _heal(self, remote: RefState, before: RefState, damaged: Path) -> SyncResult:
        self._meter.step(0.02, "the mirror is damaged and is built anew")
        return await self._build(remote, before, base=None, damaged=damaged)

    async def _build(
        self, remote: RefState, before: RefState, *, base: Path | None, damaged: Path | None = None
    ) -> SyncResult:
        """Make the next generation from `base` or from nothing, and publish it if it differs from `base`."""
        incoming = self._place.folder.incoming(self._place.token)
        try:
            if base is None:
                await asyncio.to_thread(make_repository, incoming)
            else:
                await asyncio.to_thread(copy_generation, base, incoming)
            received = await self._fetch(incoming, fresh=base is None)
            after = await asyncio.to_thread(_settle_head, incoming, remote)
            if base is not None and after == before:
                return self._result(before, base)
            lost = await asyncio.to_thread(carry_over, damaged, incoming, _OURS) if damaged else ()
            updates = await asyncio.to_thread(_updates, incoming, before, after)
            generation = await self._publish(incoming, base)
        finally:
            await asyncio.to_thread(shutil.rmtree, incoming, ignore_errors=True)
        return self._result(
            after, generation, updates=updates, received=received, healed=damaged is not None, lost=lost
        )

    async def _fetch(self, incoming: Path, *, fresh: bool) -> int:
        known = await asyncio.to_thread(_pack_sizes, incoming)
        arguments = git(
            *("fetch", "--progress", "--prune", "--force", "--no-tags", "--no-recurse-submodules"),
            *("--no-write-fetch-head", "--no-auto-maintenance", "--no-show-forced-updates", "--update-shallow"),
        )
        arguments = arguments.end_of_options().values(self._access.url, *_REFSPECS)
        finished = await self._place.remote_git(
            arguments,
            self._access,
            git_dir=incoming,
            limits=Limits(self._timeout, _LIST_OUTPUT, file_bytes=self._max_bytes),
            on_stderr_line=self._meter.line,
        )
        if not finished.ok:
            problem = error_of(finished, self._access.secrets)
            # The kernel stopped index-pack at the limit; git itself only says that index-pack said nothing.
            if await asyncio.to_thread(_largest_file, incoming) >= self._max_bytes:
                raise RepoTooLarge
            if fresh and isinstance(problem, MirrorCorrupt):
                raise RepoUnreachable("The remote repository is damaged: git cannot read all of it.")
            raise problem
        if await asyncio.to_thread(size_of, incoming) > self._max_bytes:
            raise RepoTooLarge
        packs = await asyncio.to_thread(_pack_sizes, incoming)
        return sum(size for name, size in packs.items() if name not in known)

    async def _publish(self, incoming: Path, base: Path | None) -> Path:
        self._meter.step(0.92, "writing the mirror")
        await self._place.git(git("pack-refs", "--all"), git_dir=incoming)
        if len(await asyncio.to_thread(_pack_sizes, incoming)) > _MOST_PACKS:
            await self._place.git(git("repack", "--geometric=2", "-d", "-q"), git_dir=incoming)
        checked = checked_at(base) if base is not None else None
        await asyncio.to_thread(write_stamp, incoming, checked or self._place.tools.clock.now())
        await asyncio.to_thread(fsync_generation, incoming)
        generation = await asyncio.to_thread(self._place.folder.publish, incoming)
        await asyncio.to_thread(self._place.folder.sweep)
        return generation

    def _result(
        self,
        after: RefState,
        generation: Path,
        *,
        updates: tuple[RefUpdate, ...] = (),
        received: int = 0,
        healed: bool = False,
        lost: tuple[str, ...] = (),
    ) -> SyncResult:
        self._meter.step(1.0, "up to date")
        return SyncResult(
            refs=updates,
            head=after.head,
            default_branch=after.default_branch,
            bytes_received=received,
            healed=healed,
            seconds=self._place.tools.clock.monotonic() - self._started,
            generation=generation.name,
            lost_refs=lost,
        )


def state_of(generation: Path) -> RefState:
    """Read the mirrored refs of a generation; what is damaged is left out."""
    refs: dict[str, str] = {}
    default = None
    try:
        repo = open_repository(generation)
        names = [name_text(raw) for raw in repo.raw_listall_references()]
        target = repo.lookup_reference("HEAD").raw_target
        default = name_text(target).removeprefix(_BRANCHES) if isinstance(target, bytes) else None
    except (pygit2.GitError, KeyError, OSError):
        return RefState(None, {})
    for name in names:
        if name.startswith(_MIRRORED):
            try:
                refs[name] = str(find_ref(repo, name).target)
            except (pygit2.GitError, KeyError, ValueError):
                continue
    return RefState(default if f"{_BRANCHES}{default}" in refs else None, refs)


def _parse_listing(listing: bytes) -> RefState:
    symref, head, refs = None, None, {}
    for line in listing.split(b"\n"):
        if found := _SYMREF.fullmatch(line):
            symref = name_text(found[1])
        elif found := _LISTED.fullmatch(line):
            oid, name = found[1].decode(), name_text(found[2])
            if name == "HEAD":
                head = oid
            elif name.startswith(_MIRRORED) and not name.endswith("^{}"):
                refs[name] = oid
    return RefState(_default_branch(symref, head, refs), refs)


def _default_branch(symref: str | None, head: str | None, refs: Mapping[str, str]) -> str | None:
    """The branch HEAD names; where it names none, the one at the same commit, or the usual names, or the first."""
    branches = [name for name in sorted(refs) if name.startswith(_BRANCHES)]
    usual = [f"{_BRANCHES}{name}" for name in (symref, "main", "master", "trunk", "develop") if name]
    ranked = sorted(
        branches,
        key=lambda name: (name != f"{_BRANCHES}{symref}", refs[name] != head, name not in usual),
    )
    return ranked[0].removeprefix(_BRANCHES) if ranked else None


def _settle_head(incoming: Path, remote: RefState) -> RefState:
    """Point HEAD at the default branch, which may have gone since the remote was asked."""
    found = state_of(incoming).refs
    symref = remote.default_branch if f"{_BRANCHES}{remote.default_branch}" in found else None
    default = _default_branch(symref, remote.head, found)
    (incoming / "HEAD").write_bytes(f"ref: {_BRANCHES}".encode() + name_bytes(default or "main") + b"\n")
    return RefState(default, found)


def _updates(generation: Path, before: RefState, after: RefState) -> tuple[RefUpdate, ...]:
    repo = open_repository(generation)
    updates = []
    for name in sorted(before.refs.keys() | after.refs.keys()):
        old, new = before.refs.get(name), after.refs.get(name)
        if old != new:
            updates.append(RefUpdate(name, _action(repo, name, old, new), old, new))
    return tuple(updates)


def _action(repo: pygit2.Repository, name: str, old: str | None, new: str | None) -> RefAction:
    if old is None:
        return RefAction.ADDED
    if new is None:
        return RefAction.DELETED
    if name.startswith(_BRANCHES) and is_ancestor(repo, old, new):
        return RefAction.UPDATED
    return RefAction.FORCED


def _largest_file(generation: Path) -> int:
    return max((path.stat().st_size for path in generation.rglob("*") if path.is_file()), default=0)


def _pack_sizes(generation: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (generation / "objects" / "pack").glob("*.pack")}
