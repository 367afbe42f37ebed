"""What is read when: every blob once, and a new commit at the cost of what it changed."""

from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.adapters.container import Container
from app.core.clock import FrozenClock
from app.models.symbol import SymbolDefinition, SymbolFile, SymbolIndex
from app.services.manifest.digest import ManifestRef
from app.services.manifest.service import ManifestService
from app.services.symbols.indexing import read_symbols
from app.services.symbols.listing import Listing
from app.services.symbols.store import KEPT_INDEXES, SymbolStore

from tests.fixtures.bare import Files
from tests.services.symbols.conftest import Asker


class Told:
    """Remembers what was reported."""

    def __init__(self) -> None:
        self.phases: list[str] = []

    async def __call__(self, fraction: float, phase: str) -> None:
        self.phases.append(phase)


async def manifest_of(container: Container, project_id: UUID) -> ManifestRef:
    async with container.scope(read_only=True) as scope:
        found = await ManifestService(scope).latest(project_id)
    assert found is not None
    return found


async def read(asker: Asker) -> tuple[Listing, list[str]]:
    """Read the newest manifest; what was read, and what was reported."""
    container, project_id, told = asker.mirrored.container, asker.mirrored.project_id, Told()
    manifest = await manifest_of(container, project_id)
    listing = await read_symbols(container.mirrors.reader(project_id), container.scopes(), manifest, told)
    return listing, told.phases


async def counts(asker: Asker) -> tuple[int, int, int]:
    """Rows of states, files and definitions."""
    async with asker.mirrored.container.scope(read_only=True) as scope:
        tables = (SymbolIndex, SymbolFile, SymbolDefinition)
        found = [
            (await scope.session.execute(select(func.count()).select_from(table))).scalar_one() for table in tables
        ]
    return found[0], found[1], found[2]


FILES = {f"pack/m{number}.py": f"def f{number}(): pass\n" for number in range(5)}


async def test_a_new_commit_reads_what_it_changed(asker: Asker) -> None:
    await asker.commit({**FILES, "notes.txt": "f", "same.py": FILES["pack/m1.py"]})
    listing, phases = await read(asker)
    assert (sorted(listing.files), phases) == ([*FILES, "same.py"], ["reading names: 0 of 5 files"])
    assert await counts(asker) == (1, 5, 5)
    # Whatever is read again would be put right.
    async with asker.mirrored.container.scope() as scope:
        await scope.session.execute(update(SymbolFile).values(names="as it was"))
    await asker.commit({"pack/m0.py": "def other(): pass\n", "web/x.ts": "export const y = 1\n"}, keep=True)
    listing, phases = await read(asker)
    assert phases == [], "the commit was not read by itself"
    assert set(listing.files) == {*FILES, "same.py", "web/x.ts"}
    assert await counts(asker) == (2, 7, 7)
    async with asker.mirrored.container.scope(read_only=True) as scope:
        names = (await scope.session.execute(select(SymbolFile.names))).scalars().all()
    assert sorted(names) == ["\nother\n", "\ny\n", *["as it was"] * 5]


async def test_files_that_were_moved_or_are_gone_cost_nothing(asker: Asker) -> None:
    await asker.commit(FILES)
    await read(asker)
    await asker.commit({path.replace("pack", "moved"): text for path, text in list(FILES.items())[1:]})
    listing, _ = await read(asker)
    assert await counts(asker) == (2, 5, 5)
    assert sorted(listing.files) == [f"moved/m{number}.py" for number in range(1, 5)]


async def test_a_worker_that_was_killed_goes_on_where_it_stopped(asker: Asker) -> None:
    await asker.commit({**FILES, "last.py": "x = 1\n"})
    await read(asker)
    async with asker.mirrored.container.scope() as scope:
        await scope.session.execute(delete(SymbolIndex))
        await scope.session.execute(delete(SymbolFile).where(SymbolFile.names.contains("f1")))
    assert (await read(asker))[1] == ["reading names: 0 of 1 files"]


async def test_what_only_old_states_have_is_forgotten(asker: Asker, clock: FrozenClock) -> None:
    await asker.commit(FILES)
    listing, _ = await read(asker)
    container, project_id = asker.mirrored.container, asker.mirrored.project_id
    clock.move(seconds=1)
    newer = Listing({path: key for path, key in listing.files.items() if path != "pack/m0.py"})
    for number in range(KEPT_INDEXES * 3 // 2 - 1):
        async with container.scope() as scope:
            assert await SymbolStore(scope, project_id).finish(f"{number:040x}", newer, ()) == []
    assert await counts(asker) == (KEPT_INDEXES, 4, 4)


async def test_a_state_is_not_finished_while_a_file_of_it_is_missing(asker: Asker) -> None:
    await asker.commit(FILES)
    listing, _ = await read(asker)
    container, project_id = asker.mirrored.container, asker.mirrored.project_id
    key = listing.files["pack/m0.py"]
    async with container.scope() as scope:
        await scope.session.execute(delete(SymbolFile).where(SymbolFile.blob == key.blob))
    async with container.scope() as scope:
        assert await SymbolStore(scope, project_id).finish("0" * 40, listing, listing.keys) == [key]


async def test_hostile_files_are_left_out_with_a_note_and_spoil_nothing(asker: Asker) -> None:
    asker.mirrored.repo.commit(
        {
            "binary.py": b"x = '\0'\n",
            "latin.py": b"x = '\xe9'\n",
            "large.py": b"x = 1\n" * 200_000,
            "minified.js": b"var a=1;" * 10_000,
            "deep.py": b"(" * 5_000 + b"\n",
            "broken.ts": b"class { function (\n",
            "empty.py": b"",
            "good.py": b"def good(): pass\n",
        }
    )
    await asker.mirrored.sync()
    body = await asker.read("/symbols", query="good")
    assert [each["path"] for each in body["items"]] == ["good.py"]
    assert body["files"] == 8
    answer = await asker.get("/references", path="latin.py", line=1, column=1)
    assert (answer.status_code, answer.json()["details"]["notes"]) == (404, ["encoding"])


async def test_links_and_submodules_are_not_followed(asker: Asker) -> None:
    links: Files = {"link.py": ("120000", "/etc/passwd"), "sub.py": ("160000", "a" * 40)}
    files: Files = {"real.py": "def real(): pass\n", **links}
    asker.mirrored.repo.commit(files)
    await asker.mirrored.sync()
    assert (await asker.read("/symbols"))["files"] == 1
