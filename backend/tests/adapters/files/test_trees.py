"""Kept folders are whole or not there, are not deleted while they are used, and make room in the order of use."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.adapters.files.links import remove_what_leads_out
from app.adapters.files.trees import TreeStore
from app.core.clock import FrozenClock
from app.core.ids import CountingIds

Stores = Callable[..., TreeStore]


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    """Several processes' views of one folder."""
    clock, ids = FrozenClock(), CountingIds()

    def make(max_bytes: int = 10**9) -> TreeStore:
        return TreeStore(tmp_path / "store", max_bytes, clock, ids)

    return make


def keep(store: TreeStore, key: str, size: int = 10) -> None:
    with store.making() as folder:
        (folder / "entry" / "tree").mkdir(parents=True)
        (folder / "entry" / "tree" / "file").write_bytes(b"x" * size)
        store.keep(folder / "entry", key, "tree", {"group": "g"})


def is_there(store: TreeStore, key: str) -> bool:
    with store.held(key, "tree") as kept:
        return kept is not None


def test_what_is_kept_is_there_for_everybody(stores: Stores) -> None:
    keep(stores(), "one")
    with stores().held("one", "tree") as kept:
        assert kept is not None
        assert kept.facts["group"] == "g"
    assert not is_there(stores(), "two")
    assert [*(stores().root / "making").iterdir()] == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "entry.json").unlink(),
        lambda folder: (folder / "entry.json").write_text("{"),
        lambda folder: (folder / "tree" / "file").unlink(),
        lambda folder: (folder / "tree").rename(folder / "elsewhere"),
    ],
)
def test_what_is_damaged_is_not_lent_and_makes_way(stores: Stores, damage: Callable[[Path], object]) -> None:
    keep(stores(), "one")
    damage(stores().root / "entries" / "one")
    assert not is_there(stores(), "one")
    keep(stores(), "one")
    assert is_there(stores(), "one")


def test_what_was_not_used_for_longest_goes_first_and_what_is_held_stays(stores: Stores) -> None:
    store = stores(max_bytes=1)
    for key in ("one", "two", "three"):
        keep(store, key)
    with stores().held("one", "tree"):
        assert store.trim() > 0
    assert [is_there(store, key) for key in ("one", "two", "three")] == [True, False, False]


def test_caches_make_room_too_but_not_while_they_are_used(stores: Stores) -> None:
    store = stores(max_bytes=1)
    with store.cache("npm") as folder:
        (folder / "file").write_bytes(b"x" * 10_000)
        store.trim()
        assert (folder / "file").exists()
    store.trim()
    assert not (folder / "file").exists()
    with store.cache("npm") as again:
        assert again.is_dir()


def test_what_killed_processes_left_goes_after_a_while(stores: Stores) -> None:
    store = stores()
    for name in ("making/left", "entries/damaged"):
        (store.root / name).mkdir(parents=True)
        os.utime(store.root / name, (0, 0))
    keep(store, "one")
    store.trim()
    assert not (store.root / "making/left").exists()
    assert [each.name for each in (store.root / "entries").iterdir()] == ["one"]


async def test_one_after_the_other_has_the_turn(stores: Stores) -> None:
    order: list[str] = []

    async def work(name: str) -> None:
        async with stores().turn("key"):
            order.append(name)
            await asyncio.sleep(0)
            order.append(name)

    await asyncio.gather(*(work(name) for name in "abc"))
    assert [order[0], order[2], order[4]] == [order[1], order[3], order[5]]
    assert [*(stores().root / "turns").iterdir()] == []


@pytest.mark.parametrize(
    ("target", "stays"),
    [
        *[("a", True), ("../a", True), ("../../a", True)],
        *[("../../../project/a", False), ("/etc", False), ("../../..", False), ("x/../a", False)],
    ],
)
def test_links_stay_where_they_lead_plainly_inside(tmp_path: Path, target: str, stays: bool) -> None:
    folder = tmp_path / "project" / "node_modules"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "link").symlink_to(target)
    removed = remove_what_leads_out(folder, tmp_path / "project")
    assert (removed == [], (folder / "sub" / "link").is_symlink()) == (stays, stays)
