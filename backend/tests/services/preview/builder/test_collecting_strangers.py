"""What a bundler wrote is gathered without believing it: no link leads out, and nothing that it says stops a worker."""

import os
from pathlib import Path

import pytest

from app.services.preview.builder.collecting import collect, modules_of
from app.services.preview.builder.detecting import DetectedApp, Toolkit
from app.services.preview.errors import BuildFailed
from app.services.preview.platforms import Platform

# Deeper than anything that is read again, and not too deep for the parser.
DEEP = "[" * 5_000 + "]" * 5_000


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """What a good build of Expo leaves."""
    dist = tmp_path / "out" / "dist"
    dist.mkdir(parents=True)
    (dist / "entry.js").write_text("var app = 1;")
    (dist / "metadata.json").write_text('{"fileMetadata": {"ios": {"bundle": "entry.js", "assets": []}}}')
    return dist.parent


def app_of(toolkit: Toolkit) -> DetectedApp:
    return DetectedApp("", toolkit, "index.js", None, {}, {}, None, None)


def test_a_link_in_place_of_the_output_folder_leads_nowhere(out: Path, tmp_path: Path) -> None:
    others = tmp_path / "another build"
    others.mkdir()
    (others / "main.jsbundle").write_text("somebody else's code")
    (out / "dist").rename(out / "kept")
    (out / "dist").symlink_to(others)
    for toolkit in Toolkit:
        with pytest.raises(BuildFailed) as problem:
            collect(out, app_of(toolkit), Platform.IOS)
        assert problem.value.details["reason"] == "link"


def test_an_output_folder_that_is_gone_is_no_output(out: Path) -> None:
    (out / "dist").rename(out / "kept")
    with pytest.raises(BuildFailed) as problem:
        collect(out, app_of(Toolkit.REACT_NATIVE), Platform.IOS)
    assert problem.value.details["reason"] == "no_output"


@pytest.mark.parametrize(
    "metadata",
    ['{"fileMetadata": ["ios"]}', '{"fileMetadata": "ios"}', '{"fileMetadata": {"ios": ["entry.js"]}}', DEEP, "[]"],
    ids=["list", "text", "list of files", "deep", "no object"],
)
def test_metadata_of_another_shape_is_a_failed_build(out: Path, metadata: str) -> None:
    (out / "dist" / "metadata.json").write_text(metadata)
    with pytest.raises(BuildFailed):
        collect(out, app_of(Toolkit.EXPO), Platform.IOS)


@pytest.mark.parametrize(
    "config", ['{"a": NaN}', '{"a": 1e999}', f'{{"a": {DEEP}}}', '{"a": '], ids=["nan", "infinite", "deep", "cut off"]
)
def test_an_app_config_that_cannot_be_written_anew_is_a_failed_build(out: Path, config: str) -> None:
    (out / "expo-config.json").write_text(config)
    with pytest.raises(BuildFailed):
        collect(out, app_of(Toolkit.EXPO), Platform.IOS)


def test_a_name_that_is_no_text_is_a_failed_build(out: Path) -> None:
    (out / "dist" / "assets").mkdir()
    Path(os.fsdecode(bytes(out / "dist" / "assets") + b"/\xff.png")).write_bytes(b"x")
    with pytest.raises(BuildFailed):
        collect(out, app_of(Toolkit.EXPO), Platform.IOS)


@pytest.mark.parametrize(
    "told", ['{"sources": [1, "a"], "sourcesContent": [2, null]}', "{}", "[]", DEEP, '{"sources": NaN}', "no JSON"]
)
def test_a_source_map_of_another_shape_lists_no_modules(tmp_path: Path, told: str) -> None:
    (tmp_path / "main.jsbundle.map").write_text(told)
    assert modules_of(tmp_path / "main.jsbundle.map") == b"[]"
