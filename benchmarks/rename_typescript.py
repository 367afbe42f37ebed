"""Renames of the TypeScript corpus: how many are right, by HiveSync and by language servers alone, and how fast."""

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
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
from app.core.errors import AppError
from tests.corpus.cases import TYPESCRIPT, Case, read_cases
from tests.corpus.working import applied, renamed_by_server
from tests.corpus.working_typescript import renamed_by_tsc, renamed_script, tree_of, workspace_of

from benchmarks.harness import Figure, Goal, Options, Result, compare, main, progress
from benchmarks.rename import judged

DESCRIPTION = (
    "Every case of backend/tests/corpus/rename/typescript by HiveSync, by TypeScript 7's own server alone, and by\n"
    "typescript-language-server with TypeScript 5 where `make bench` installed it. Words as in benchmarks.rename."
)

Rename = Callable[[Case, Path], Awaitable[dict[str, str] | None]]

_OURS, _NATIVE, _NODE = "ours", "TypeScript 7 alone", "TypeScript 5 alone"
_SERVERS = Path(sys.prefix) / "bench-servers" / "node_modules"
_PATIENCE = timedelta(seconds=60)
_CAPABILITIES: Mapping[str, Any] = {"textDocument": {"rename": {"prepareSupport": False}}}


async def ours(case: Case, folder: Path) -> dict[str, str] | None:
    """What is proven or likely; None when it is declined."""
    try:
        return applied(case, await renamed_script(case, folder))
    except AppError:
        return None


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
    sides: dict[str, Rename] = {_OURS: ours, _NATIVE: renamed_by_tsc}
    if shutil.which("node") and _SERVERS.is_dir():
        sides[_NODE] = renamed_by_node
    else:
        result.skipped.append("typescript-language-server is not installed: make bench installs it when npm is there")
    return sides


async def measure(options: Options, result: Result) -> None:
    """Judge every case for every side, and compare how long they take."""
    cases = read_cases(TYPESCRIPT)[:: options.size(1, quick=12)]
    sides = _sides(result)
    if not sides:
        return
    verdicts: dict[str, Counter[str]] = {side: Counter() for side in sides}
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    with tempfile.TemporaryDirectory(prefix="hivesync-rename-") as name:
        for case in cases:
            for side, rename in sides.items():
                started = time.perf_counter()
                after = await rename(case, Path(name))
                seconds[side].append(time.perf_counter() - started)
                verdict = judged(case, after)
                verdicts[side][verdict] += 1
                if verdict != "right":
                    progress(f"{side} {verdict}: {case.name}")
    result.figures += [*_figures(verdicts, seconds, len(cases))]


def _figures(verdicts: Mapping[str, Counter[str]], seconds: Mapping[str, list[float]], total: int) -> list[Figure]:
    goals = {"right": Goal(0.95 * total, on="value"), "missed": None, "wrong": Goal(0, on="value")}
    peers = [side for side in verdicts if side != _OURS]
    counted = [
        Figure(
            what=f"TypeScript renames that are {verdict}",
            unit="cases",
            better="more" if verdict == "right" else "less",
            ours=verdicts[_OURS][verdict],
            peer=verdicts[peer][verdict],
            peer_name=peer,
            goal=goal,
            note=f"of {total} cases",
        )
        for peer in peers
        for verdict, goal in goals.items()
    ]
    return counted + [
        compare("one rename, proof and server start included", "s", "less", ours=seconds[_OURS], peer=seconds[peer],
                peer_name=f"{peer}, unproved")
        for peer in peers
    ]  # fmt: skip


if __name__ == "__main__":
    main("rename_typescript", measure, description=DESCRIPTION)
