"""Renames of the TypeScript corpus: how many are right, by HiveSync and by language servers alone, and how fast."""

import shutil
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

# `python benchmarks/rename_typescript.py` does what `python -m benchmarks.rename_typescript` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from app.adapters.ids import SystemIds
from app.adapters.language.rpc import RpcClient
from app.adapters.language.tsc import executable
from app.adapters.language.workspace import temporary_workspace
from app.adapters.process.conversation import talk
from app.adapters.process.port import Limits
from tests.corpus.cases import TYPESCRIPT, Case, read_cases
from tests.corpus.working import renamed_by_server
from tests.corpus.working_typescript import renamed_by_tsc, renamed_script, tree_of, workspace_of

from benchmarks.harness import Options, Result, main
from benchmarks.judging import OURS, Rename, by_us, judge

DESCRIPTION = (
    "Every case of backend/tests/corpus/rename/typescript by HiveSync, by TypeScript 7's own server alone, and by\n"
    "typescript-language-server with TypeScript 5 where `make bench` installed it. Words as in benchmarks.rename."
)

_NATIVE, _NODE = "TypeScript 7", "TypeScript 5"
_SERVERS = Path(sys.prefix) / "bench-servers" / "node_modules"
_PATIENCE = timedelta(seconds=60)
_CAPABILITIES: Mapping[str, Any] = {"textDocument": {"rename": {"prepareSupport": False}}}


async def renamed_by_node(case: Case, folder: Path) -> dict[str, str]:
    """The files after the rename of typescript-language-server, as editors ask for it: with every file open."""
    command = [shutil.which("node") or "node", str(_SERVERS / "typescript-language-server/lib/cli.mjs"), "--stdio"]
    limits = Limits(timeout=_PATIENCE, max_output=0)
    async with temporary_workspace(folder, SystemIds()) as workspace:
        tree = tree_of(case)
        await workspace.write(workspace_of(tree))
        async with talk(command, cwd=workspace.root, env={"HOME": str(workspace.home)}, limits=limits) as conversation:
            rpc = RpcClient(conversation, _PATIENCE)
            try:
                options = {"tsserver": {"path": str(_SERVERS / "typescript/lib/tsserver.js")}}
                asked = {"processId": None, "rootUri": workspace.root.as_uri(), "capabilities": _CAPABILITIES}
                await rpc.ask("initialize", asked | {"initializationOptions": options})
                await rpc.tell("initialized", {})
                for path, data in tree.code.items():
                    kind = {".tsx": "typescriptreact", ".jsx": "javascriptreact"}.get(Path(path).suffix)
                    kind = kind or ("typescript" if path.endswith("ts") else "javascript")
                    opened = {"uri": workspace.uri(path), "languageId": kind, "version": 1, "text": data.decode()}
                    await rpc.tell("textDocument/didOpen", {"textDocument": opened})
                return await renamed_by_server(case, rpc, workspace)
            finally:
                await rpc.close()


def _sides(result: Result) -> dict[str, Rename]:
    if not Path(executable()).exists():
        result.skipped.append("TypeScript's server is not installed: make setup")
        return {}
    sides: dict[str, Rename] = {OURS: by_us(renamed_script), _NATIVE: renamed_by_tsc}
    if shutil.which("node") and _SERVERS.is_dir():
        sides[_NODE] = renamed_by_node
    else:
        result.skipped.append("typescript-language-server is not installed: make bench installs it when npm is there")
    return sides


async def measure(options: Options, result: Result) -> None:
    """Judge every case for every side, and compare how long they take."""
    sides = _sides(result)
    if sides:
        found = await judge(read_cases(TYPESCRIPT)[:: options.size(1, quick=12)], sides)
        result.figures += [*found.figures("TypeScript renames", {})]


if __name__ == "__main__":
    main("rename_typescript", measure, description=DESCRIPTION)
