"""ty, the language server for Python: started on a workspace of its own, told nothing of this machine's Python."""

import asyncio
import json
import sysconfig
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.adapters.language.port import LanguageServerLost
from app.adapters.language.rpc import RpcClient
from app.adapters.language.session import ServerSession
from app.adapters.language.workspace import Workspace
from app.adapters.process.conversation import talk
from app.adapters.process.port import Limits
from app.adapters.sandbox.port import Confinement, Sandbox
from app.core.paths import check_repo_path

# Address space, not memory in use: the allocator and every thread reserve much more than they touch.
MEMORY_BYTES = 4 * 1024**3
_PATIENCE = timedelta(seconds=60)
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


def executable() -> str:
    """Say where the program is: beside this Python, where its package puts it."""
    return str((Path(sysconfig.get_path("scripts")) / "ty").resolve())


@asynccontextmanager
async def open_ty(
    workspace: Workspace, roots: Sequence[str], sandbox: Sandbox, *, memory_bytes: int = MEMORY_BYTES
) -> AsyncIterator[ServerSession]:
    """Start the server on a workspace; LanguageServerLost when it does not come up. `roots`: where imports start.

    One that wants more memory than `memory_bytes` (address space) ends.
    """
    await asyncio.to_thread(_prepare, workspace, roots)
    env = {"HOME": str(workspace.home), "PATH": "", "TY_MAX_PARALLELISM": "2"}
    limits = Limits(timeout=_PATIENCE, max_output=0, file_bytes=_LARGEST_FILE, memory_bytes=memory_bytes)
    program = executable()
    argv = sandbox.wrap([program, "server"], Confinement((Path(program), workspace.root), (workspace.home,)))
    async with talk(argv, cwd=workspace.root, env=env, limits=limits) as conversation:
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
            yield ServerSession(workspace, rpc)
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
