"""ty, the language server for Python: started on a workspace of its own, told nothing of this machine's Python."""

import asyncio
import hashlib
import json
import sysconfig
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.adapters.language.port import LanguageServerLost, Problem, Spot, Target
from app.adapters.language.rpc import RpcClient
from app.adapters.language.workspace import Workspace
from app.adapters.process.conversation import talk
from app.adapters.process.port import Limits
from app.core.paths import check_repo_path

# Address space, not memory in use: the allocator and every thread reserve much more than they touch.
MEMORY_BYTES = 4 * 1024**3
_PATIENCE = timedelta(seconds=60)
# Questions under way at once: enough to keep the server busy, few enough to be answered in time.
_AT_ONCE = 64
# Written first: without it the server would look for settings above the workspace.
_SETTINGS = "ty.toml"
# An environment in which nothing is installed: without it the server would read the packages of the one it lies in.
_PYTHON = "python"
_VERSION = "3.14"
_LARGEST_FILE = 64 * 1024**2  # it unpacks the standard library's stubs into its home
_CAPABILITIES = {
    "general": {"positionEncodings": ["utf-8"]},
    "textDocument": {"definition": {"linkSupport": True}, "diagnostic": {}},
    "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}},
}
_CREATED, _CHANGED, _DELETED = 1, 2, 3
_MOST_KEPT = 50_000  # answers, of some hundred bytes each
_WARNING = 2  # what is less grave are hints: whether a name is used


def executable() -> str:
    """Say where the program is: beside this Python, where its package puts it."""
    return str(Path(sysconfig.get_path("scripts")) / "ty")


class TySession:
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
        changes = [{"uri": self._workspace.uri(path), "type": self._change(path, data)} for path, data in files.items()]
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
        answers = dict(zip(asked, await asyncio.gather(*(self._definition(path, spot) for spot in asked)), strict=True))
        # Nothing is no answer to remember: it is lost at times, and there another time.
        known.update({(path, spot): targets for spot, targets in answers.items() if targets})
        return [answers[spot] if spot in answers else known[path, spot] for spot in spots]

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


@asynccontextmanager
async def open_ty(
    workspace: Workspace, roots: Sequence[str] = (), *, memory_bytes: int = MEMORY_BYTES
) -> AsyncIterator[TySession]:
    """Start the server on a workspace; LanguageServerLost when it does not come up. `roots`: where imports start.

    One that wants more memory than `memory_bytes` (address space) ends.
    """
    await asyncio.to_thread(_prepare, workspace, roots)
    env = {"HOME": str(workspace.home), "PATH": "", "TY_MAX_PARALLELISM": "2"}
    limits = Limits(timeout=_PATIENCE, max_output=0, file_bytes=_LARGEST_FILE, memory_bytes=memory_bytes)
    async with talk([executable(), "server"], cwd=workspace.root, env=env, limits=limits) as conversation:
        rpc = RpcClient(conversation, _PATIENCE)
        try:
            root = {"uri": workspace.root.as_uri(), "name": "workspace"}
            asked: dict[str, Any] = {"processId": None, "rootUri": root["uri"], "workspaceFolders": [root]}
            # Otherwise it looks for problems in files only that an editor has open.
            options = {"diagnosticMode": "workspace"}
            asked |= {"capabilities": _CAPABILITIES, "initializationOptions": options}
            found = await rpc.ask("initialize", asked)
            if not found or found["capabilities"].get("positionEncoding") != "utf-8":
                raise LanguageServerLost("The language server speaks another protocol than this version expects.")
            await rpc.tell("initialized", {})
            yield TySession(workspace, rpc)
        finally:
            await rpc.close()


def _prepare(workspace: Workspace, roots: Sequence[str]) -> None:
    python = workspace.home / _PYTHON
    (python / "lib" / f"python{_VERSION}" / "site-packages").mkdir(parents=True)
    (python / "pyvenv.cfg").write_text(f"home = {python / 'bin'}\nversion = {_VERSION}.0\n")
    for root in roots:
        # What is not there when it starts is no root for it, whatever comes later.
        (workspace.root / check_repo_path(root)).mkdir(parents=True, exist_ok=True)
    settings = {
        "root": [f"./{root}" for root in ("", *roots)],
        "python": str(python),
        "python-version": _VERSION,
        "python-platform": "all",
    }
    # JSON's strings and lists are TOML's too.
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    text = "\n".join(["[environment]", *lines, "[src]", "respect-ignore-files = false", ""])
    (workspace.root / _SETTINGS).write_text(text)


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
