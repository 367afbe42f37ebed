"""A running language server and the workspace it reads, whichever server it is."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from app.adapters.language.port import Problem, Spot, Target
from app.adapters.language.rpc import RpcClient
from app.adapters.language.workspace import Workspace, folders_of

# Questions under way at once: enough to keep the server busy, few enough to be answered in time.
_AT_ONCE = 64
_CREATED, _CHANGED, _DELETED = 1, 2, 3
_MOST_KEPT = 50_000  # answers, of some hundred bytes each
_WARNING = 2  # what is less grave are hints: whether a name is used


class ServerSession:
    """A running server and its workspace."""

    def __init__(self, workspace: Workspace, rpc: RpcClient) -> None:
        self._workspace = workspace
        self._rpc = rpc
        self._written: dict[str, bytes] = {}
        self._turn = asyncio.Semaphore(_AT_ONCE)
        # Answers for the files as they were when synced: a trial that is taken back leaves them true.
        self._synced = b""
        self._state = b""
        self._targets: dict[tuple[str, Spot], tuple[Target, ...]] = {}
        self._problems: dict[str, list[Problem]] = {}

    async def write(self, files: Mapping[str, bytes | None]) -> None:
        """Put files into the workspace or take them out, and say so."""
        await self._workspace.write(files)
        before = {*self._written}
        kinds = {path: self._change(path, data) for path, data in files.items()}
        if before != self._written.keys():
            # Servers remember that a folder was not there: files in it do not tell them otherwise.
            old, new = folders_of(before), folders_of(self._written)
            kinds = dict.fromkeys(new - old, _CREATED) | dict.fromkeys(old - new, _DELETED) | kinds
        changes = [{"uri": self._workspace.uri(path), "type": kind} for path, kind in kinds.items()]
        self._state = _state_of(self._written)
        await self._rpc.tell("workspace/didChangeWatchedFiles", {"changes": changes})

    async def sync(self, files: Mapping[str, bytes]) -> None:
        """Make the workspace hold exactly these files."""
        changes: dict[str, bytes | None] = dict.fromkeys(self._written.keys() - files.keys())
        changes |= {path: data for path, data in files.items() if self._written.get(path) != _digest(data)}
        if changes:
            await self.write(changes)
        if self._state != self._synced or len(self._targets) > _MOST_KEPT:
            self._synced = self._state
            self._targets.clear()
            self._problems.clear()

    @property
    def is_alive(self) -> bool:
        """Say whether the server still answers."""
        return self._rpc.is_listening

    async def definitions(self, path: str, spots: Sequence[Spot]) -> list[tuple[Target, ...]]:
        """Say where the names at these places lead."""
        known = self._targets if self._state == self._synced else {}
        asked = list(dict.fromkeys(spot for spot in spots if (path, spot) not in known))
        answers = await asyncio.gather(*(self._definition(path, spot) for spot in asked))
        found = dict(zip(asked, answers, strict=True))
        # What led nowhere may lead somewhere when it is asked again.
        known.update({(path, spot): targets for spot, targets in found.items() if targets})
        return [found[spot] if spot in found else known[path, spot] for spot in spots]

    async def problems(self, paths: Sequence[str]) -> list[Problem]:
        """List what is wrong in these files."""
        known = self._problems if self._state == self._synced else {}
        asked = [path for path in paths if path not in known]
        known.update(zip(asked, await asyncio.gather(*(self._diagnostic(path) for path in asked)), strict=True))
        return [problem for path in paths for problem in known[path]]

    def _change(self, path: str, data: bytes | None) -> int:
        """Say what happened to a file: one that is new must be said to be, or nobody looks for problems in it."""
        if data is None:
            self._written.pop(path, None)
            return _DELETED
        is_new = path not in self._written
        self._written[path] = _digest(data)
        return _CREATED if is_new else _CHANGED

    async def _definition(self, path: str, spot: Spot) -> tuple[Target, ...]:
        async with self._turn:
            document = {"uri": self._workspace.uri(path)}
            place = {"line": spot.line, "character": spot.column}
            found = await self._rpc.ask("textDocument/definition", {"textDocument": document, "position": place})
        return tuple(self._target(each) for each in found or ())

    async def _diagnostic(self, path: str) -> list[Problem]:
        async with self._turn:
            document = {"uri": self._workspace.uri(path)}
            found = await self._rpc.ask("textDocument/diagnostic", {"textDocument": document})
        return [
            Problem(path, _spot(each["range"]["start"]), str(each.get("code", "")), _first_line(each["message"]))
            for each in (found or {}).get("items", ())
            if each.get("severity", 1) <= _WARNING
        ]

    def _target(self, link: Mapping[str, Any]) -> Target:
        # A link has a whole and a name; a plain location has one range.
        span = link.get("targetSelectionRange") or link["range"]
        return Target(
            self._workspace.path_of(link.get("targetUri") or link["uri"]), _spot(span["start"]), _spot(span["end"])
        )


def _spot(place: Mapping[str, int]) -> Spot:
    return Spot(place["line"], place["character"])


def _digest(data: bytes) -> bytes:
    # A few bytes tell versions of a file apart, and cost less to keep than the file.
    return hashlib.blake2b(data, digest_size=16).digest()


def _state_of(written: Mapping[str, bytes]) -> bytes:
    """Tell apart what a workspace holds."""
    state = hashlib.blake2b(digest_size=16)
    for path in sorted(written):
        state.update(path.encode("utf-8", "surrogatepass") + b"\0" + written[path])
    return state.digest()


def _first_line(message: str) -> str:
    # Further lines say where it looked, in a folder that is another one the next time.
    return message.partition("\n")[0]
