"""TypeScript's own language server: a native program that comes with version 7 of the package `typescript`.

Node is needed to install it, not to run it. It loads no plugins of the repository, and looks for types nowhere but in
the workspace, whose settings are ours.
"""

import platform
import sys
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

# Address space, not memory in use: Go reserves much more than it touches.
_MEMORY_BYTES = 12 * 1024**3
_HEAP = "3GiB"
_PATIENCE = timedelta(seconds=120)
_LARGEST_FILE = 64 * 1024**2
# As `tools/setup.sh` lays it out beside this Python.
SERVERS = "servers"
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_CAPABILITIES = {
    "general": {"positionEncodings": ["utf-8"]},
    "textDocument": {"definition": {"linkSupport": True}, "diagnostic": {}},
    "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}},
}
HOW_TO_GET_IT = (
    "TypeScript's language server is not installed on the machine that works renames out. Install Node 20 or newer"
    " there, then run `make setup`."
)


def executable() -> str:
    """Say where the program is: beside this Python, where `make setup` puts it."""
    machine = platform.machine().lower()
    package = f"typescript-{sys.platform}-{_MACHINES.get(machine, machine)}"
    return str((Path(sys.prefix) / SERVERS / "node_modules" / "@typescript" / package / "lib" / "tsc").resolve())


@asynccontextmanager
async def open_tsc(workspace: Workspace, _roots: Sequence[str], sandbox: Sandbox) -> AsyncIterator[ServerSession]:
    """Start the server on a workspace; LanguageServerLost when it does not come up.

    What it reads is said by the `tsconfig.json` written into the workspace; roots are Python's.
    """
    env = {"HOME": str(workspace.home), "PATH": "", "GOMEMLIMIT": _HEAP, "GOMAXPROCS": "2"}
    limits = Limits(timeout=_PATIENCE, max_output=0, file_bytes=_LARGEST_FILE, memory_bytes=_MEMORY_BYTES)
    program = executable()
    # Its descriptions of the language lie beside it; of the workspace it needs to read only.
    within = Confinement((Path(program).parent, workspace.root), (workspace.home,), needs_libraries=False)
    argv = sandbox.wrap([program, "--lsp", "--stdio"], within)
    async with talk(argv, cwd=workspace.root, env=env, limits=limits) as conversation:
        rpc = RpcClient(conversation, _PATIENCE)
        try:
            root = {"uri": workspace.root.as_uri(), "name": "workspace"}
            asked: dict[str, Any] = {"processId": None, "rootUri": root["uri"], "workspaceFolders": [root]}
            found = await rpc.ask("initialize", asked | {"capabilities": _CAPABILITIES})
            if not found or found["capabilities"].get("positionEncoding") != "utf-8":
                raise LanguageServerLost("The language server speaks another protocol than this version expects.")
            await rpc.tell("initialized", {})
            yield ServerSession(workspace, rpc)
        finally:
            await rpc.close()
