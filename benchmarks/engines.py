"""What renames Python beside HiveSync, each alone: on a case of the corpus, taken as it comes. Some may be missing."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from app.adapters.ids import SystemIds
from app.adapters.language.rpc import RpcClient
from app.adapters.language.workspace import Workspace, temporary_workspace
from app.adapters.process.conversation import talk
from app.adapters.process.port import Limits
from tests.corpus.cases import Case
from tests.corpus.working import renamed_by_server, renamed_by_ty

from benchmarks.judging import Rename
from benchmarks.sides.lsp_renames import commands
from benchmarks.sides.peer_packages import FOLDER, find_peers

_PATIENCE = timedelta(seconds=60)
_CAPABILITIES = {"general": {"positionEncodings": ["utf-16"]}, "workspace": {"workspaceFolders": True}}
# pyright answers renames of files it has not seen yet: once more is what an editor's user would do.
_MOST_TRIES = 3


@asynccontextmanager
async def engines(skipped: list[str]) -> AsyncIterator[dict[str, Rename]]:
    """Give the engines that are installed. Servers of several folders are started once, outside of what is timed."""
    find_peers()
    found: dict[str, Rename] = {"ty": renamed_by_ty}
    async with AsyncExitStack() as stack:
        for name in ("pyright", "basedpyright"):
            if name in commands():
                found[name] = await stack.enter_async_context(_server(commands()[name]))
        found |= {name: rename for name, rename in _LIBRARIES.items() if (FOLDER / name).is_dir()}
        skipped += [f"{name}: not installed (make bench installs it)" for name in _ALL if name not in found]
        yield found


@asynccontextmanager
async def _server(command: list[str]) -> AsyncIterator[Rename]:
    limits = Limits(timeout=_PATIENCE, max_output=0)
    env = {"HOME": os.environ["HOME"], "PATH": os.environ["PATH"]}
    async with talk(command, cwd=FOLDER, env=env, limits=limits) as conversation:
        rpc = RpcClient(conversation, _PATIENCE)
        await rpc.ask("initialize", {"processId": None, "workspaceFolders": [], "capabilities": _CAPABILITIES})
        await rpc.tell("initialized", {})

        async def rename(case: Case, folder: Path) -> dict[str, str] | None:
            async with temporary_workspace(folder, SystemIds()) as workspace:
                await workspace.write({path: text.encode() for path, text in case.before.items()})
                return await _renamed_in(case, rpc, workspace)

        yield rename
        await rpc.close()


async def _renamed_in(case: Case, rpc: RpcClient, workspace: Workspace) -> dict[str, str]:
    folder = {"uri": workspace.root.as_uri(), "name": "case"}
    await rpc.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
    documents = [
        {"uri": workspace.uri(path), "languageId": "python", "version": 1, "text": text}
        for path, text in case.before.items()
        if path.endswith((".py", ".pyi"))
    ]
    for document in documents:
        await rpc.tell("textDocument/didOpen", {"textDocument": document})
    after = case.before
    for _ in range(_MOST_TRIES):
        after = await renamed_by_server(case, rpc, workspace, counts_bytes=False)
        if after != case.before:
            break
    for document in documents:
        await rpc.tell("textDocument/didClose", {"textDocument": {"uri": document["uri"]}})
    await rpc.tell("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    return after


async def renamed_by_rope(case: Case, folder: Path) -> dict[str, str] | None:
    """The files after rope's rename; None when it declines."""
    async with _written(case, folder) as root:
        project = import_module("rope.base.project").Project(str(root), ropefolder=None)
        try:
            resource = project.get_resource(case.path)
            rename = import_module("rope.refactor.rename").Rename(project, resource, _offset(case))
            project.do(rename.get_changes(case.new_name, docs=False))
        except Exception:
            return None
        finally:
            project.close()
        return _read(root)


async def renamed_by_jedi(case: Case, folder: Path) -> dict[str, str] | None:
    """The files after jedi's rename; None when it declines, or would change what is not the case's.

    Its own `apply` writes wherever a name leads, into this machine's Python too: nothing here may call it.
    """
    jedi: Any = import_module("jedi")
    async with _written(case, folder) as root:
        script = jedi.Script(path=root / case.path, project=jedi.Project(root, sys_path=[str(root)]))
        try:
            found = script.rename(case.line or 1, (case.column or 1) - 1, new_name=case.new_name)
            changed = {Path(path): change.get_new_code() for path, change in found.get_changed_files().items()}
            renames = [(Path(old), Path(new)) for old, new in found.get_renames()]
        except Exception:
            return None
        if not all(path.is_relative_to(root) for path in (*changed, *(path for pair in renames for path in pair))):
            return None
        for path, text in changed.items():
            path.write_text(text)
        for old, new in renames:
            old.rename(new)
        return _read(root)


_LIBRARIES: Mapping[str, Rename] = {"rope": renamed_by_rope, "jedi": renamed_by_jedi}
_ALL = ("pyright", "basedpyright", *_LIBRARIES)


@asynccontextmanager
async def _written(case: Case, folder: Path) -> AsyncIterator[Path]:
    async with temporary_workspace(folder, SystemIds()) as workspace:
        await workspace.write({path: text.encode() for path, text in case.before.items()})
        yield workspace.root


def _offset(case: Case) -> int:
    before = case.before[case.path].split("\n")[: (case.line or 1) - 1]
    return sum(len(line) + 1 for line in before) + (case.column or 1) - 1


def _read(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
