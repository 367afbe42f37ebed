"""What is fetched and what is shown when packages differ a little from an older install: decided by the lists alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.services.preview.builder.layering import Layer, layer_over, what_lacks
from app.services.preview.builder.package_files import Wanted
from app.services.preview.builder.packages import Packages

About = dict[str, Any]


def package(version: str = "1.0.0", **more: Any) -> About:
    return {"version": version, "integrity": f"sha512-{version}", "resolved": "https://registry.test/x.tgz", **more}


def listed(*names: str, **more: About) -> dict[str, About]:
    plain = {f"node_modules/{name}": package() for name in names}
    return plain | {f"node_modules/{name}": about for name, about in more.items()}


def layer(installed: dict[str, About], locked: dict[str, About], **wanted: Any) -> Layer | None:
    told: dict[str, Any] = {
        "files": {},
        "packages": locked,
        "lockfile_sha256": "0",
        "notes": (),
        "lock_fits": True,
    } | wanted
    return layer_over(installed, Wanted(**told))


def fetched(found: Layer | None) -> list[str]:
    assert found is not None
    return [each["place"] for each in found.fetched]


def test_what_is_new_is_fetched_and_all_else_is_shown() -> None:
    found = layer(listed("a", "b"), listed("a", "b", "c"))
    assert fetched(found) == ["node_modules/c"]
    assert found is not None
    assert found.shown == ("a", "b")
    assert set(found.listed) == {"node_modules/a", "node_modules/b", "node_modules/c"}


def test_what_is_gone_is_neither_fetched_nor_shown_nor_listed() -> None:
    found = layer(listed("a", "b"), listed("a"))
    assert fetched(found) == []
    assert found is not None
    assert (found.shown, [*found.listed]) == (("a",), ["node_modules/a"])


def test_a_package_comes_with_all_that_lies_in_it_outer_ones_first() -> None:
    inner = "node_modules/a/node_modules/b"
    before = listed("a", "b", "c") | {inner: package("2.0.0"), f"{inner}/node_modules/d": package()}
    after = before | {inner: package("3.0.0")}
    assert fetched(layer(before, after)) == ["node_modules/a", inner, f"{inner}/node_modules/d"]


def test_what_a_tarball_brings_along_is_not_fetched_by_itself() -> None:
    after = listed("a", b=package("2.0.0")) | {"node_modules/b/node_modules/c": package(inBundle=True)}
    assert fetched(layer(listed("a", "b"), after)) == ["node_modules/b"]


def test_a_scope_is_shown_as_a_whole_unless_something_in_it_differs() -> None:
    before = listed("@one/a", "@one/b", "@two/a", "@two/b")
    found = layer(before, {**before, "node_modules/@two/b": package("2.0.0")})
    assert found is not None
    assert found.shown == ("@one", "@two/a")


def test_an_alias_is_fetched_by_its_own_name() -> None:
    found = layer(listed("a"), listed("a", alias=package("4.0.0", name="real")))
    assert found is not None
    assert found.fetched == ({"place": "node_modules/alias", "spec": "real@4.0.0", "integrity": "sha512-4.0.0"},)


@pytest.mark.parametrize("machine", [{"os": ["darwin"]}, {"cpu": ["sparc"]}, {"libc": ["msvc"]}, {"os": ["!linux"]}])
def test_what_is_for_other_machines_is_not_missed(machine: About) -> None:
    after = listed("a", b=package("2.0.0"), other=package(optional=True, **machine))
    assert fetched(layer(listed("a", "b"), after)) == ["node_modules/b"]


@pytest.mark.parametrize(
    "odd",
    [
        {"link": True, "resolved": "packages/x"},
        {"resolved": "git+ssh://git@host/x.git#0"},
        {"resolved": "file:x.tgz"},
        {"version": "file:../x"},
        {"version": "1.0.0 || git+ssh://host/x"},
        {"version": "1.0.0-x.tgz"},
        {"name": "../x"},
        {"name": "x@git+file:///x#"},
        {"integrity": None},
        {"optional": True},
        {"peer": True},
    ],
    ids=str,
)
def test_what_only_npm_can_decide_is_left_to_it(odd: About) -> None:
    assert layer(listed("a"), listed("a", odd=package() | odd)) is None


def test_what_npm_left_out_of_the_older_one_is_left_out_again() -> None:
    peer = package(peer=True)
    before, after = listed("a", "b", odd=peer), listed("a", b=package("2.0.0"), odd=peer)
    told: dict[str, Any] = {"files": {}, "lockfile_sha256": "0", "notes": (), "lock_fits": True}
    lacks = what_lacks(Wanted(packages=before, **told), listed("a", "b"))
    found = layer_over(listed("a", "b"), Wanted(packages=after, **told), lacks)
    assert fetched(found) == ["node_modules/b"]
    assert layer_over(listed("a", "b"), Wanted(packages=after, **told)) is None


def test_what_is_needed_by_peers_alone_from_now_on_is_left_to_npm() -> None:
    assert layer(listed("a", "b", "p"), listed("a", b=package("2.0.0"), p=package(peer=True))) is None


def test_an_install_is_whole_when_every_package_is_there_in_its_version(tmp_path: Path) -> None:
    base, project = tmp_path / "base", tmp_path / "project"
    found = layer(listed("a"), listed("a", b=package("2.0.0")))
    assert found is not None
    (base / "node_modules" / "a").mkdir(parents=True)
    (project / "node_modules" / "b").mkdir(parents=True)
    assert not found.is_whole(project, base)
    (project / "node_modules" / "b" / "package.json").write_text('{"version": "2.0.0"}')
    assert found.is_whole(project, base)
    (base / "node_modules" / "a").rmdir()
    assert not found.is_whole(project, base)


@pytest.mark.parametrize(
    "place",
    ["node_modules/..", "node_modules/../x", "node_modules/a/../../x", "node_modules/", "/node_modules/a", "packages/a",
     "packages/a/node_modules/b", "node_modules/@s", "node_modules/.bin", "node_modules/a/b"],
)  # fmt: skip
def test_a_place_that_is_none_is_left_to_npm(place: str) -> None:
    assert layer(listed("a"), listed("a") | {place: package()}) is None


def test_a_lock_file_of_another_manifest_or_settings_of_npms_are_left_to_it() -> None:
    assert layer(listed("a"), listed("a", "b"), lock_fits=False) is None
    assert layer(listed("a"), listed("a", "b"), files={".npmrc": b"omit=dev"}) is None


def test_many_that_differ_are_left_to_npm() -> None:
    many = {f"node_modules/p{number}": package() for number in range(60)}
    assert layer(listed("a"), listed("a") | many) is None


def test_links_to_programs_are_those_of_what_is_shown(tmp_path: Path) -> None:
    base, folder = tmp_path / "base", tmp_path / "new" / "node_modules"
    (base / ".bin").mkdir(parents=True)
    for name, target in (("a", "../a/a.js"), ("s", "../@s/a/s.js"), ("b", "../b/b.js"), ("out", "../../../etc/x")):
        (base / ".bin" / name).symlink_to(target)
    found = layer(listed("a", "b", "@s/a"), listed("a", "@s/a", b=package("2.0.0")))
    assert found is not None
    found.lay_out(folder, base)
    assert sorted(path.name for path in (folder / ".bin").iterdir()) == ["a", "s"]
    assert sorted(path.name for path in folder.iterdir()) == [".bin", ".package-lock.json", "@s", "a"]
    assert set(json.loads((folder / ".package-lock.json").read_text())["packages"]) == {*found.listed}


def test_a_file_lies_where_its_package_is_shown_from() -> None:
    seen = Packages(Path("/own"), {"a": Path("/base/a"), "@s": Path("/base/@s"), "@t/b": Path("/base/@t/b")})
    places = {"a/x/y.js": "/base/a/x/y.js", "@s/c/z": "/base/@s/c/z", "@t/b/i": "/base/@t/b/i", "@t/c/i": "/own/@t/c/i"}
    assert {name: str(seen.place_of(name)) for name in places} == places
    assert [mount.target for mount in seen.mounts("/n")] == ["/n", "/n/@s", "/n/@t/b", "/n/a"]
