"""Our side of the benchmark of renames: what a worker does from the commit in the mirror to the draft, and no less."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop

from app.adapters.git.mirrors import open_mirrors
from app.adapters.git.port import MirrorReader
from app.adapters.git.settings import GitSettings
from app.adapters.git.urls import parse_remote_url
from app.adapters.ids import SystemIds
from app.adapters.language.pool import PooledLanguageServers
from app.adapters.language.servers import SystemLanguageServers
from app.adapters.process.system import SystemProcesses
from app.core.clock import SystemClock
from app.core.errors import AppError
from app.services.manifest.digest import Core, ManifestRef
from app.services.refactor.asked import RenameRequest
from app.services.refactor.drafting import draft_of
from app.services.refactor.shelf import Shelf
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import read_tree
from app.services.refactor.working import finished, worked_out
from app.services.refactor.workspaces import settings_of

ID = UUID(int=1)
_SHELF = Shelf()


async def mirror(source: Path, folder: Path) -> None:
    """Mirror a repository, as the product has done long before anybody renames."""
    clock, ids = SystemClock(), SystemIds()
    settings = GitSettings(folder, allow_local=True)
    mirrors = open_mirrors(settings, processes=SystemProcesses(clock), clock=clock, ids=ids, writable=True)
    await mirrors.writer().sync(ID, parse_remote_url(str(source), allow_local=True))


async def serve(folder: Path, language: str) -> None:
    """Answer commands with what renames would change, proved."""
    clock, ids = SystemClock(), SystemIds()
    settings = GitSettings(folder, allow_local=True)
    mirrors = open_mirrors(settings, processes=SystemProcesses(clock), clock=clock, ids=ids, writable=False)
    servers = PooledLanguageServers(SystemLanguageServers(folder / "work", ids))
    _say({"is": "ready"})
    while line := await asyncio.to_thread(sys.stdin.readline):
        started = time.perf_counter()
        told = await _rename(mirrors.reader(ID), servers, json.loads(line), language)
        _say({"seconds": time.perf_counter() - started, **told})
    await servers.close()


async def _rename(
    reader: MirrorReader, servers: PooledLanguageServers, command: Mapping[str, Any], language: str
) -> dict[str, Any]:
    commit = command["commit"]
    tree = await read_tree(reader, commit, language, _SHELF.of(ID))
    request = RenameRequest(command["path"], command["line"], command["column"], command["new"])
    try:
        async with servers.open(language, tree.roots, key="bench") as session:
            await session.sync({**tree.code, **settings_of(tree, language)})
            work = await worked_out(request, tree, session, language)
    except AppError as declined:
        return {"files": 0, "places": 0, "tier": f"declined: {declined.code}"}
    found = finished(work, tree)
    core = Core("refs/heads/main", commit, "", "", 0, 0, {}, {})
    manifest = ManifestRef(ID, ID, 1, "", datetime.now(UTC), core)
    draft = draft_of(found, {**tree.texts, **tree.code}, tree.entries, manifest, ID)
    edits = found.of(Tier.PROVEN, Tier.LIKELY)
    tier = Tier.LIKELY if found.doubts else Tier.PROVEN
    return {"files": len({edit.path for edit in edits}), "places": len(edits), "tier": tier, "all": len(draft.files)}


def _say(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1]), sys.argv[2]))
