"""An install that differs little from an older one holds what differs; the rest is shown from where it is."""

import json
import shutil

import pytest

from app.services.preview.errors import MissingDependencies

from tests.fixtures.npm_registry import packed_package
from tests.services.preview.builder.conftest import Yard, Yards

A1, B1, C1, C2 = ("a", "1.0.0"), ("b", "1.0.0"), ("c", "1.0.0"), ("c", "2.0.0")


async def test_what_differs_is_all_that_is_written_and_the_rest_is_shown_from_where_it_is(yard: Yard) -> None:
    await yard.installed(yard.project("p", A1, B1))
    async with yard.provide(yard.project("q", A1, B1, C1)) as found:
        assert found.packages is not None
        assert sorted(found.packages.shown) == ["a", "b"]
        assert not list((found.packages.folder / "a").iterdir())
        assert (found.packages.place_of("a/index.js")).read_text() == "a one"
        assert (found.packages.place_of("c/index.js")).read_text() == "c one"


async def test_what_others_show_something_of_is_not_deleted_while_they_are_lent(yards: Yards, yard: Yard) -> None:
    small = yards(max_bytes=1)
    async with yard.provide(yard.project("p", A1, B1)), small.provide(yard.project("q", A1, B1, C1)) as held:
        assert held.packages is not None
        await small.installed(yard.project("r", C2))
        assert held.packages.shown["a"].joinpath("index.js").read_text() == "a one"


async def test_a_package_that_a_lock_file_only_claims_to_bring_along_is_nobodys(yard: Yard) -> None:
    await yard.installed(yard.project("p", A1, B1))
    project = yard.project("q", A1, B1, C1)
    lock = json.loads((project / "package-lock.json").read_text())
    lock["packages"]["node_modules/c"]["inBundle"] = True
    (project / "package-lock.json").write_text(json.dumps(lock))
    await yard.installed(project)
    _, honest = await yard.installed(yard.project("r", A1, B1, C1))
    assert honest["c/index.js"] == "c one"


async def test_an_install_whose_older_one_is_gone_is_made_again(yard: Yard, yards: Yards) -> None:
    first, _ = await yard.installed(yard.project("p", A1, B1))
    grown, whole = await yard.installed(yard.project("q", A1, B1, C1))
    shutil.rmtree(yard.folder / "deps" / "entries" / first.key)
    again, files = await yards().installed(yard.folder / "q")
    assert (again.key, again.was_there, files) == (grown.key, False, whole)


async def test_bytes_of_one_package_more_that_are_not_those_of_the_lock_file_are_refused(yard: Yard) -> None:
    await yard.installed(yard.project("p", A1, B1))
    project = yard.project("q", A1, B1, C1)
    yard.npm.tarballs["c/-/c-1.0.0.tgz"] = packed_package({"package.json": '{"name": "c", "version": "1.0.0"}'})
    with pytest.raises(MissingDependencies):
        await yard.installed(project)
