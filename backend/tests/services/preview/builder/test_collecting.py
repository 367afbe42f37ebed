"""What bundlers put out, gathered into one layout; lies, links and floods are refused."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.services.preview.builder.collecting import Collected, collect, modules_of
from app.services.preview.builder.detecting import DetectedApp, Toolkit
from app.services.preview.errors import BuildFailed
from app.services.preview.platforms import Platform

MAGIC = 0x1F1903C103BC1FC6
Output = Callable[..., Path]


def app(toolkit: Toolkit = Toolkit.EXPO) -> DetectedApp:
    return DetectedApp("", toolkit, "index.js", None, {}, {}, None, None)


@pytest.fixture
def out(tmp_path: Path) -> Output:
    """Writes what a bundler puts out; of Expo's metadata only what differs is given."""

    def write(files: dict[str, str | bytes], metadata: Any = None, beside: dict[str, str] | None = None) -> Path:
        told = (
            {"version": 0, "fileMetadata": {"ios": {"bundle": "b.js", "assets": []}}} if metadata is None else metadata
        )
        wanted = {**files, "metadata.json": told if isinstance(told, str | bytes) else json.dumps(told)}
        for name, data in wanted.items():
            path = tmp_path / "out" / "dist" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        for name, text in (beside or {}).items():
            (tmp_path / "out" / name).write_text(text)
        return tmp_path / "out"

    return write


def refused(folder: Path, platform: Platform = Platform.IOS, toolkit: Toolkit = Toolkit.EXPO) -> dict[str, Any]:
    with pytest.raises(BuildFailed) as caught:
        collect(folder, app(toolkit), platform)
    return dict(caught.value.details)


def gathered(folder: Path, platform: Platform = Platform.IOS, toolkit: Toolkit = Toolkit.EXPO) -> Collected:
    return collect(folder, app(toolkit), platform)


def test_the_bundle_that_expo_names_is_called_as_all_are(out: Output) -> None:
    config = {"expo-config.json": '{"slug":"a" , "name":"A"}'}
    found = gathered(out({"b.js": "code", "b.js.map": "{}", "assets/1": "x", "stray.txt": "y"}, beside=config))
    assert sorted(found.files) == ["assets/1", "expo-config.json", "expo-metadata.json", "main.jsbundle"]
    assert found.files["expo-config.json"] == b'{"name":"A","slug":"a"}'
    assert found.source_map is not None
    assert found.source_map.name == "b.js.map"
    assert found.hermes is None


def test_a_map_of_bytecode_is_found_by_its_name_without_the_bytecodes(out: Output) -> None:
    told = {"fileMetadata": {"ios": {"bundle": "b.hbc", "assets": []}}}
    code = MAGIC.to_bytes(8, "little") + (98).to_bytes(4, "little") + b"rest"
    found = gathered(out({"b.hbc": code, "b.hbc.map": "{}"}, told))
    assert (found.hermes, found.source_map and found.source_map.name) == (98, "b.hbc.map")


@pytest.mark.parametrize("head", [b"", b"x", MAGIC.to_bytes(8, "little"), MAGIC.to_bytes(8, "big") + b"\0\0\0\x62"])
def test_what_only_looks_like_bytecode_is_none(out: Output, head: bytes) -> None:
    assert gathered(out({"b.js": head + b"\n"})).hermes is None


def test_a_web_bundle_is_all_its_files_without_maps(out: Output) -> None:
    found = gathered(out({"index.html": "<p>", "_expo/a.js": "1", "_expo/a.js.map": "{}"}), Platform.WEB)
    assert sorted(found.files) == ["_expo/a.js", "expo-metadata.json", "index.html"]
    assert found.source_map is None


def test_a_bare_bundle_is_all_its_files_without_its_map(out: Output) -> None:
    folder = out({"main.jsbundle": "1", "main.jsbundle.map": "{}", "assets/a.png": "x"})
    (folder / "dist" / "metadata.json").unlink()
    found = gathered(folder, toolkit=Toolkit.REACT_NATIVE)
    assert sorted(found.files) == ["assets/a.png", "main.jsbundle"]
    assert found.source_map is not None


@pytest.mark.parametrize(
    "metadata",
    [
        "{",
        "[]",
        "null",
        "7",
        "[" * 100_000,
        b"\xff",
        {},
        {"fileMetadata": []},
        {"fileMetadata": "ios"},
        {"fileMetadata": {"ios": []}},
        {"fileMetadata": {"ios": "b.js"}},
        {"fileMetadata": {"android": {"bundle": "b.js"}}},
        {"fileMetadata": {"ios": {"bundle": 7}}},
        {"fileMetadata": {"ios": {"bundle": "../../../etc/passwd"}}},
        {"fileMetadata": {"ios": {"bundle": "/etc/passwd"}}},
        {"fileMetadata": {"ios": {"bundle": "missing.js"}}},
    ],
    ids=str,
)
def test_metadata_that_lies_is_a_failed_build(out: Output, metadata: Any) -> None:
    assert refused(out({"b.js": "code"}, metadata))["reason"] in ("output", "no_output")


def test_a_bundle_without_a_byte_is_none(out: Output) -> None:
    assert refused(out({"b.js": ""}))["reason"] == "no_output"
    assert refused(out({"b.js": "1"}), Platform.WEB)["reason"] == "no_output"


@pytest.mark.parametrize("kind", ["symbolic", "hard", "folder", "pipe"])
def test_links_and_pipes_are_refused_wherever_they_lie(out: Output, tmp_path: Path, kind: str) -> None:
    folder = out({"b.js": "code"})
    secret, place = tmp_path / "secret", folder / "dist" / "assets"
    secret.write_text("secret")
    place.mkdir()
    if kind == "symbolic":
        (place / "x").symlink_to(secret)
    elif kind == "hard":
        os.link(secret, place / "x")
    elif kind == "folder":
        (place / "x").symlink_to(tmp_path)
    else:
        os.mkfifo(place / "x")
    assert refused(folder) == {"reason": "link", "entry": "x"}


def test_a_configuration_that_is_a_link_is_refused(out: Output, tmp_path: Path) -> None:
    folder = out({"b.js": "code"})
    (tmp_path / "secret").write_text("{}")
    (folder / "expo-config.json").symlink_to(tmp_path / "secret")
    assert refused(folder)["reason"] == "link"


def test_nothing_put_out_at_all_is_a_failed_build(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    assert refused(tmp_path)["reason"] == "no_output"
    assert refused(tmp_path, toolkit=Toolkit.REACT_NATIVE)["reason"] == "no_output"


def test_too_many_files_are_refused(out: Output) -> None:
    folder = out({"b.js": "code"})
    place = folder / "dist" / "assets"
    place.mkdir()
    for number in range(20_001):
        (place / str(number)).touch()
    assert refused(folder)["reason"] == "files"


def test_modules_are_listed_by_path_with_size_and_digest(tmp_path: Path) -> None:
    told = {
        "sources": ["/build/project/b.js", "/build/project/a.js", None, "c.js", "/etc/x"],
        "sourcesContent": ["é", "", "x", None, "\ud800"],
    }
    (tmp_path / "map").write_text(json.dumps(told))
    found = json.loads(modules_of(tmp_path / "map"))
    assert [(each["path"], each["bytes"]) for each in found] == [("a.js", 0), ("b.js", 2), ("etc/x", 3)]


@pytest.mark.parametrize("text", ["[]", "{}", '{"sources": 1, "sourcesContent": []}', '{"sources": []}'])
def test_a_map_without_sources_lists_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "map").write_text(text)
    assert modules_of(tmp_path / "map") == b"[]"
