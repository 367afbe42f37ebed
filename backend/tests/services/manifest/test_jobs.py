"""Manifests are built by jobs, once for each state, and hold together."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.adapters.container import Container
from app.core.clock import FrozenClock
from app.models.manifest import Manifest, ManifestTree
from app.services.manifest.build import build_manifest, ensure_manifest
from app.services.manifest.digest import ManifestRef
from app.services.manifest.errors import ManifestDamaged
from app.services.manifest.integrity import verify_latest
from app.services.manifest.messages import BuildManifest
from app.services.manifest.nodes import compressor
from app.services.manifest.service import ManifestService
from app.services.projects.schemas import ProjectPatchIn
from app.services.projects.service import ProjectService

from tests.fixtures.jobs import drain, staged
from tests.fixtures.synced import Crash, FaultyStore, Mirrored

FILES = {
    "README.md": "# x\n",
    "src/a.py": "a = 1\n",
    "src/b.py": "b = 1\n",
    "pyproject.toml": '[project]\nname="shop"\n',
}


async def built(mirrored: Mirrored, ref: str | None = None) -> ManifestRef:
    container = mirrored.container
    reader = container.mirrors.reader(mirrored.project_id)
    return await build_manifest(reader, container.scopes(), mirrored.project_id, ref)


async def count(container: Container, table: type[Manifest] | type[ManifestTree]) -> int:
    async with container.scope(read_only=True) as scope:
        return (await scope.session.execute(select(func.count()).select_from(table))).scalar_one()


async def test_a_manifest_says_what_the_project_is(mirrored: Mirrored) -> None:
    head = mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    manifest = await built(mirrored)
    assert (manifest.version, manifest.ref, manifest.commit) == (1, "refs/heads/main", head)
    assert (manifest.core.file_count, manifest.core.metadata["name"]) == (4, "shop")
    assert manifest.core.languages["python"] == {"files": 2, "bytes": 12}


async def test_the_same_state_is_the_same_version(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    assert await built(mirrored) == await built(mirrored, "main") == await built(mirrored, "refs/heads/main")
    assert await count(container, Manifest) == 1


async def test_a_change_is_a_new_version_that_shares_what_stayed(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit({**FILES, "docs/a.md": "a"})
    await mirrored.run_jobs()
    nodes = await count(container, ManifestTree)
    mirrored.repo.commit({"src/a.py": "a = 2\n"}, keep=True)
    await mirrored.sync()
    manifest = await built(mirrored)
    assert manifest.version == 2
    assert await count(container, ManifestTree) == nodes + 2


async def test_going_back_gives_the_version_it_was(mirrored: Mirrored) -> None:
    first = mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    before = await built(mirrored)
    mirrored.repo.commit({"src/a.py": "a = 2\n"}, keep=True)
    await mirrored.sync()
    mirrored.repo.git("update-ref", "refs/heads/main", first)
    await mirrored.sync()
    assert await built(mirrored) == before


async def test_another_ref_at_the_same_commit_has_its_own_hash(mirrored: Mirrored) -> None:
    head = mirrored.repo.commit(FILES)
    mirrored.repo.git("branch", "other")
    await mirrored.run_jobs()
    hashes = {(await built(mirrored, ref)).hash for ref in (None, "other", head)}
    assert len(hashes) == 3


async def test_two_builders_at_once_store_one_version(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit(FILES)
    mirrored.repo.git("branch", "other")
    await mirrored.run_jobs()
    found = await asyncio.gather(*(built(mirrored, "other") for _ in range(4)))
    assert len({manifest.id for manifest in found}) == 1
    assert [manifest.version for manifest in found] == [2, 2, 2, 2]


async def test_other_refs_are_described_again_only_if_somebody_asked_before(mirrored: Mirrored) -> None:
    mirrored.repo.commit(FILES)
    for name in ("asked", "never"):
        mirrored.repo.git("branch", name)
    await mirrored.run_jobs()
    await built(mirrored, "asked")
    for name in ("asked", "never"):
        mirrored.repo.commit({"new.py": "1"}, branch=name, keep=True)
    await mirrored.sync()
    async with mirrored.container.scope(read_only=True) as scope:
        page = await ManifestService(scope).versions(mirrored.project_id, limit=10, after=None)
    assert [each.ref for each in page.items] == ["refs/heads/asked", "refs/heads/asked", "refs/heads/main"]


async def test_another_default_branch_is_described(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit(FILES)
    mirrored.repo.commit({"dev.py": "1"}, branch="dev")
    await mirrored.run_jobs()
    async with container.scope(mirrored.owner.actor) as scope:
        await ProjectService(scope).change(mirrored.project_id, ProjectPatchIn(default_branch="dev"))
    assert await mirrored.run_jobs() == ["manifest.build success"]
    assert (await built(mirrored)).ref == "refs/heads/dev"


async def described(mirrored: Mirrored) -> set[tuple[str, str]]:
    """Every ref that has a version, and the commit of its newest."""
    async with mirrored.container.scope(read_only=True) as scope:
        page = await ManifestService(scope).versions(mirrored.project_id, limit=200, after=None)
    newest = {each.ref: each.commit for each in reversed(page.items)}
    return set(newest.items())


async def with_a_chosen_branch(mirrored: Mirrored) -> None:
    """The project's default branch is not the repository's own, and a third ref was described too."""
    mirrored.repo.commit(FILES)
    for name in ("dev", "asked"):
        mirrored.repo.git("branch", name)
    await mirrored.run_jobs()
    async with mirrored.container.scope(mirrored.owner.actor) as scope:
        await ProjectService(scope).change(mirrored.project_id, ProjectPatchIn(default_branch="dev"))
    await mirrored.run_jobs()
    await built(mirrored, "asked")


@pytest.mark.parametrize("crashes", [1, 2])
async def test_what_unrecorded_syncs_moved_is_described_by_the_next(
    mirrored: Mirrored, clock: FrozenClock, crashes: int
) -> None:
    await with_a_chosen_branch(mirrored)
    await mirrored.request()
    container = mirrored.container
    crashing = replace(container, mirrors=FaultyStore(container.mirrors, Crash(crashes)))
    heads: dict[str, str] = {}
    for number in range(crashes):
        # Each attempt publishes another generation, until none is left of what was recorded.
        heads = {name: mirrored.repo.commit({"x": f"{number}"}, branch=name, keep=True) for name in ("dev", "asked")}
        assert [ran.outcome for ran in await drain(crashing)] == ["retry"]
        clock.move(seconds=600)
    await mirrored.run_jobs()
    assert await described(mirrored) >= {(f"refs/heads/{name}", head) for name, head in heads.items()}


async def test_a_sync_that_fails_for_good_after_its_work_hides_nothing_from_the_next(
    mirrored: Mirrored, clock: FrozenClock
) -> None:
    await with_a_chosen_branch(mirrored)
    heads = {name: mirrored.repo.commit({"x": "1"}, branch=name, keep=True) for name in ("dev", "asked")}
    container = mirrored.container
    crashing = replace(container, mirrors=FaultyStore(container.mirrors, Crash(4)))
    await mirrored.request()
    outcomes: list[str] = []
    while outcomes[-1:] != ["failed"]:
        outcomes += [ran.outcome for ran in await drain(crashing)]
        clock.move(seconds=600)
    await mirrored.sync()
    assert await described(mirrored) >= {(f"refs/heads/{name}", head) for name, head in heads.items()}


async def test_refs_that_move_among_hundreds_are_described(mirrored: Mirrored) -> None:
    await with_a_chosen_branch(mirrored)
    new = mirrored.repo.commit({"x": "1"}, branch="next")
    names = [*(f"refs/heads/a{number:03}" for number in range(150)), "refs/heads/asked", "refs/heads/dev"]
    mirrored.repo.git("update-ref", "--stdin", stdin="".join(f"update {name} {new}\n" for name in names).encode())
    await mirrored.sync()
    assert await described(mirrored) >= {(f"refs/heads/{name}", new) for name in ("dev", "asked")}


async def test_a_chosen_branch_that_moves_while_it_is_described_is_described_again(mirrored: Mirrored) -> None:
    await with_a_chosen_branch(mirrored)
    payloads = []
    for number in range(2):
        mirrored.repo.commit({"x": f"{number}"}, branch="dev", keep=True)
        await mirrored.sync()
        payloads.append((await staged(mirrored.container, BuildManifest))[-1].payload)
    assert payloads[0]["commit"] != payloads[1]["commit"]


async def test_a_branch_that_is_gone_is_not_described_and_that_is_no_failure(
    mirrored: Mirrored, container: Container
) -> None:
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    async with container.scope() as scope:
        await ManifestService(scope).request_build(mirrored.project_id, ref="refs/heads/gone")
    assert await mirrored.run_jobs() == ["manifest.build cancelled"]


async def test_an_empty_repository_has_no_manifest_and_that_is_no_failure(
    mirrored: Mirrored, container: Container
) -> None:
    await mirrored.run_jobs()
    async with container.scope() as scope:
        await ManifestService(scope).request_build(mirrored.project_id, ref=None)
    assert await mirrored.run_jobs() == ["manifest.build cancelled"]
    (job,) = await staged(container, BuildManifest)
    assert job.error_message is not None
    assert "no commits" in job.error_message


@dataclass
class Context:
    """What ensure_manifest needs of a job's context."""

    container: Container

    def scope(self, *, read_only: bool = False) -> Any:
        return self.container.scope(read_only=read_only)


async def test_a_worker_gets_the_manifest_of_today_even_if_nobody_built_it(
    mirrored: Mirrored, container: Container
) -> None:
    mirrored.repo.commit(FILES)
    mirrored.repo.git("tag", "v1")
    await mirrored.run_jobs()
    manifest = await ensure_manifest(Context(container), mirrored.project_id, "v1")  # type: ignore[arg-type]
    assert manifest.ref == "refs/tags/v1"
    async with container.scope(read_only=True) as scope:
        assert await ManifestService(scope).read_by_id(manifest.id) == manifest


async def test_paths_are_looked_up_with_blob_and_size(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit({**FILES, "link": ("120000", "src")})
    await mirrored.run_jobs()
    manifest = await built(mirrored)
    async with container.scope(read_only=True) as scope:
        found = await ManifestService(scope).files_of(
            manifest, ["src/a.py", "src", "src/none.py", "link", "link/a.py", "README.md/x", "README.md", ""]
        )
    assert sorted(found) == ["README.md", "link", "src/a.py"]
    assert (found["src/a.py"].size, found["src/a.py"].language) == (6, "python")
    assert found["src/a.py"].oid == mirrored.repo.git("rev-parse", "main:src/a.py").decode().strip()


async def test_a_stored_manifest_can_be_verified(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit({**FILES, "same/a.py": "a = 1\n", "same/b.py": "b = 1\n"})
    await mirrored.run_jobs()
    async with container.scope(read_only=True) as scope:
        assert await verify_latest(scope) == {mirrored.project_id: 2}


@pytest.mark.parametrize("column", ["entries", "node_hash", "core", "missing"])
async def test_a_changed_byte_is_noticed(mirrored: Mirrored, container: Container, column: str) -> None:
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    src = mirrored.repo.git("rev-parse", "main:src").decode().strip()
    async with container.scope() as scope:
        row = (await scope.session.execute(select(ManifestTree).where(ManifestTree.tree_oid == src))).scalar_one()
        root = (await scope.session.execute(select(ManifestTree).where(ManifestTree.tree_oid != src))).scalar_one()
        match column:
            case "entries":
                row.entries = row.entries[:-1] + bytes([row.entries[-1] ^ 1])
            case "node_hash":
                row.entries = root.entries
            case "core":
                await scope.session.execute(update(Manifest).values(file_count=5))
            case _:
                await scope.session.delete(row)
    async with container.scope(read_only=True) as scope:
        assert isinstance((await verify_latest(scope))[mirrored.project_id], ManifestDamaged)


async def test_no_reader_is_given_a_changed_folder(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    manifest = await built(mirrored)
    async with container.scope() as scope:
        # Readable, well formed, and of another tree.
        await scope.session.execute(update(ManifestTree).values(entries=compressor()(b"[]")))
    async with container.scope(read_only=True) as scope:
        with pytest.raises(ManifestDamaged):
            await ManifestService(scope).files_of(manifest, ["README.md"])


async def test_no_reader_is_given_a_changed_core(mirrored: Mirrored, container: Container) -> None:
    mirrored.repo.commit(FILES)
    await mirrored.run_jobs()
    manifest = await built(mirrored)
    async with container.scope() as scope:
        await scope.session.execute(update(Manifest).values(file_count=5))
    async with container.scope(read_only=True) as scope:
        with pytest.raises(ManifestDamaged):
            await ManifestService(scope).read_by_id(manifest.id)
