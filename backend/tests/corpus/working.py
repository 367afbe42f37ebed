"""Runs a case of the corpus by the same steps as a job: read, understand, prove; and by a server's own rename alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.adapters.ids import SystemIds
from app.adapters.language.port import Spot
from app.adapters.language.rpc import RpcClient
from app.adapters.language.servers import SystemLanguageServers
from app.adapters.language.workspace import Workspace
from app.services.refactor.asked import RenameRequest
from app.services.refactor.edits import apply_words, by_path
from app.services.refactor.moves import Moves
from app.services.refactor.plan import Plan
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import SourceTree, import_roots, is_code
from app.services.refactor.working import finished, worked_out

from tests.corpus.cases import Case


async def renamed(case: Case, folder: Path) -> Plan:
    """Work the rename out and prove it; the AppError that declines it otherwise."""
    files = {path: text.encode() for path, text in case.before.items()}
    code = {path: data for path, data in files.items() if is_code(path, "python")}
    tree = SourceTree(code=code, texts={path: data for path, data in files.items() if path not in code})
    request = RenameRequest(case.path, case.line, case.column, case.new_name)
    async with SystemLanguageServers(folder, SystemIds()).open("python", tree.roots) as session:
        await session.sync(tree.code)
        work = await worked_out(request, tree, session, "python")
    return finished(work, tree)


def applied(case: Case, plan: Plan) -> dict[str, str]:
    """The files with what is proven or likely put in."""
    edits = by_path(plan.of(Tier.PROVEN, Tier.LIKELY))
    moves = Moves(plan.moves, plan.folders)
    return {
        moves.path(path): apply_words(text.encode(), edits.get(path, [])).decode() for path, text in case.before.items()
    }


async def renamed_by_ty(case: Case, folder: Path) -> dict[str, str]:
    """The files after ty's own rename, taken as it comes; unchanged when it declines."""
    files = {path: text.encode() for path, text in case.before.items()}
    async with SystemLanguageServers(folder, SystemIds()).open("python", import_roots(files)) as session:
        await session.sync(files)
        return await renamed_by_server(case, session._rpc, session._workspace)


async def renamed_by_server(
    case: Case, rpc: RpcClient, workspace: Workspace, *, counts_bytes: bool = True
) -> dict[str, str]:
    """The files after the rename of a server that works on them; it counts bytes, or UTF-16 units."""
    lines = LineTable(case.before[case.path].encode())
    line, column = case.line or 1, case.column or 1
    spot = Spot(line - 1, column - 1)
    if counts_bytes:
        spot = lines.spot(lines.offset_of_utf16(line, column) or 0)
    place = {"line": spot.line, "character": spot.column}
    asked = {"textDocument": {"uri": workspace.uri(case.path)}, "position": place}
    answer = await rpc.ask("textDocument/rename", asked | {"newName": case.new_name}) or {}
    changes: Mapping[str, list[Any]] = answer.get("changes") or {
        each["textDocument"]["uri"]: each["edits"] for each in answer.get("documentChanges") or () if "edits" in each
    }
    edits = {workspace.path_of(uri) or "": edits for uri, edits in changes.items()}
    return {path: _edited(text, edits.get(path, []), counts_bytes=counts_bytes) for path, text in case.before.items()}


def _edited(text: str, edits: list[Any], *, counts_bytes: bool) -> str:
    data = text.encode()
    lines = LineTable(data)

    def offset(place: Mapping[str, int]) -> int:
        if counts_bytes:
            return lines.offset(Spot(place["line"], place["character"]))
        found = lines.offset_of_utf16(place["line"] + 1, place["character"] + 1)
        return len(data) if found is None else found

    spans = {(offset(edit["range"]["start"]), offset(edit["range"]["end"]), edit["newText"].encode()) for edit in edits}
    for start, end, new in sorted(spans, reverse=True):
        data = data[:start] + new + data[end:]
    return data.decode()
