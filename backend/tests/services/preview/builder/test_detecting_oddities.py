"""What is read of a commit before anything runs: apps of every shape, and package.json that nobody would write."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.urls import parse_remote_url
from app.core.errors import AppError
from app.services.preview.builder.detecting import DetectedApp, detect
from app.services.preview.builder.keys import BuildInputs, Toolchain, input_key, metro_keys
from app.services.preview.errors import ProjectUnfit
from app.services.preview.platforms import BuildOptions, Platform

from tests.fixtures.bare import Files, GitRepo
from tests.fixtures.repos import local_mirrors

PROJECT = UUID(int=7)
TOOLS = Toolchain("v20.0.0", "11.0.0")


async def detected(tmp_path: Path, files: Files) -> DetectedApp:
    """Commit files, mirror them, and look for the app; its keys must be there as well."""
    repo = GitRepo.create(tmp_path / "upstream.git")
    commit = repo.commit(files)
    mirrors = local_mirrors(tmp_path / "mirrors")
    await mirrors.writer().sync(PROJECT, parse_remote_url(str(repo.path), allow_local=True))
    reader = mirrors.reader(PROJECT)
    app = await detect(reader, commit, Platform.IOS, BuildOptions())
    inputs = BuildInputs(Platform.IOS, BuildOptions(), {}, False, TOOLS)
    assert input_key(await reader.tree_of(commit), app, inputs)
    await metro_keys(reader, commit, app, inputs, {})
    return app


def bare(**more: object) -> str:
    return json.dumps({"name": "app", "dependencies": {"react-native": "0.81.0"}, **more})


@pytest.mark.parametrize(
    "main", ["index.js", "./index.js", "src/../index.js", "", ".", "/etc/passwd", "-x", "x" * 9000], ids=range(8)
)
async def test_a_bare_app_starts_from_its_main_or_from_index(tmp_path: Path, main: str) -> None:
    app = await detected(tmp_path, {"package.json": bare(main=main), "index.js": "1"})
    assert app.entry == "index.js"


@pytest.mark.parametrize(
    "main", ["./App", "App.js", "./App.js", "", ".", "a//b", "src/../../x", "x" * 9000, "./\0"], ids=range(9)
)
async def test_an_expo_app_with_an_odd_main_is_found_or_refused(tmp_path: Path, main: str) -> None:
    package = json.dumps({"name": "app", "main": main, "dependencies": {"expo": "57.0.0"}})
    refused: list[object] = []
    try:
        await detected(tmp_path, {"package.json": package, "App.js": "1"})
    except ProjectUnfit as unfit:
        refused.append(unfit.details["reason"])
    assert refused in ([], ["no_entry"])


@pytest.mark.parametrize(
    "package",
    [
        '{"name": "\\ud800", "dependencies": {"react-native": "1"}}',
        '{"babel": NaN, "dependencies": {"react-native": "1"}}',
        '{"babel": 1e999, "dependencies": {"react-native": "1"}}',
        '{"babel": ' + "[" * 5000 + "]" * 5000 + ', "dependencies": {"react-native": "1"}}',
        '{"dependencies": ["react-native"]}',
        '["react-native"]',
        "\ufeff{}",
    ],
    ids=["surrogate", "nan", "infinite", "deep", "list", "no object", "mark"],
)
async def test_package_json_of_any_shape_is_an_app_or_is_refused(tmp_path: Path, package: str) -> None:
    refused: list[AppError] = []
    try:
        await detected(tmp_path, {"package.json": package, "index.js": "1"})
    except AppError as error:
        refused.append(error)
    assert all(isinstance(error, ProjectUnfit) for error in refused)
