"""What kept caches depend on: whatever changes what a file becomes changes the key, and nothing else does."""

import json
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.git.urls import parse_remote_url
from app.services.preview.builder.detecting import detect
from app.services.preview.builder.keys import BuildInputs, MetroKeys, Toolchain, metro_keys
from app.services.preview.platforms import BuildOptions, Platform

from tests.fixtures.bare import GitRepo
from tests.fixtures.repos import local_mirrors

PROJECT = UUID(int=7)
TOOLS = Toolchain("v20.0.0", "11.0.0")
Files = dict[str, str]


def lock(*packages: tuple[str, str], version: int = 3, more: Mapping[str, object] | None = None) -> str:
    """A lock file, of npm 6 as well."""
    if version == 1:
        return json.dumps({"lockfileVersion": 1, "dependencies": {name: {"version": at} for name, at in packages}})
    listed = {f"node_modules/{name}": {"version": at, "integrity": f"sha512-{name}{at}"} for name, at in packages}
    return json.dumps({"lockfileVersion": version, "packages": {**listed, **(more or {})}})


APP: Files = {
    "package.json": json.dumps({"name": "app", "dependencies": {"expo": "57.0.0"}}),
    "package-lock.json": lock(("expo", "57.0.0"), ("left-pad", "1.0.0")),
    "App.js": "export default 1;\n",
    "src/words.txt": "one",
}
BABEL = "module.exports = { presets: ['babel-preset-expo'], plugins: ['%s'] };"


async def keys_of(tmp_path: Path, *commits: Files, scripts: tuple[bool, ...] = (False, False)) -> list[MetroKeys]:
    """Commit one state after the other; the keys of each."""
    repo, mirrors, found = GitRepo.create(tmp_path / "upstream.git"), local_mirrors(tmp_path / "mirrors"), []
    ids = [repo.commit(files) for files in commits]
    await mirrors.writer().sync(PROJECT, parse_remote_url(str(repo.path), allow_local=True))
    reader = mirrors.reader(PROJECT)
    for commit, allowed in zip(ids, scripts, strict=True):
        app = await detect(reader, commit, Platform.IOS, BuildOptions())
        inputs = BuildInputs(Platform.IOS, BuildOptions(), {}, allowed, TOOLS)
        found.append(await metro_keys(reader, commit, await reader.tree_of(commit), app, inputs))
    return found


PLUGINS = [("expo", "57.0.0"), ("babel-plugin-reads-files", "1.0.0")]
OF_PLUGIN = APP | {"babel.config.js": BABEL % "reads-files", "package-lock.json": lock(*PLUGINS)}
LINKED = {"node_modules/mine": {"resolved": "mine", "link": True}, "mine": {"version": "1.0.0"}}
OF_OWN = APP | {
    "babel.config.js": BABEL % "mine",
    "mine/index.js": "1",
    "package-lock.json": lock(("expo", "57.0.0"), more=LINKED),
}
BOTH = APP | {"npm-shrinkwrap.json": APP["package-lock.json"]}
STALE: dict[str, tuple[Files, Files]] = {
    "a babel configuration below the top": (APP, {"src/.babelrc": "{}"}),
    "what that says": (APP | {"src/.babelrc.json": "{}"}, {"src/.babelrc.json": '{"plugins": []}'}),
    "what babel leaves alone": (APP, {".babelignore": "src"}),
    "tools in a lock file of npm 6": (
        APP | {"package-lock.json": lock(("expo", "57.0.0"), version=1)},
        {"package-lock.json": lock(("expo", "57.0.1"), version=1)},
    ),
    "tools in a shrinkwrap": (BOTH, {"npm-shrinkwrap.json": lock(("expo", "57.0.1"))}),
    "a plugin of the repository": (OF_OWN, {"mine/index.js": "2"}),
    "a plugin that may read other files": (OF_PLUGIN, {"src/words.txt": "two"}),
    "packages that the repository brings along": (
        APP | {"node_modules/expo/index.js": "1"},
        {"node_modules/expo/index.js": "2"},
    ),
}


@pytest.mark.parametrize("case", STALE)
async def test_what_changes_transforms_changes_the_key(tmp_path: Path, case: str) -> None:
    before, change = STALE[case]
    one, other = await keys_of(tmp_path, before, before | change)
    assert one.version != other.version


async def test_what_packages_scripts_wrote_is_not_taken_for_what_was_published(tmp_path: Path) -> None:
    one, other = await keys_of(tmp_path, APP, APP, scripts=(False, True))
    assert one.version != other.version


KNOWN = [("expo", "57.0.0"), ("babel-preset-expo", "57.0.0"), ("react-native-reanimated", "4.0.0")]
ORDINARY = APP | {
    "babel.config.js": BABEL % "react-native-reanimated/plugin",
    "package-lock.json": lock(*KNOWN, ("left-pad", "1.0.0")),
}
SAME: dict[str, Files] = {
    "a source": {"App.js": "export default 2;\n"},
    "an asset": {"src/words.txt": "two"},
    "a package of the app alone": {"package-lock.json": lock(*KNOWN, ("left-pad", "1.0.1"))},
}


@pytest.mark.parametrize("case", SAME)
async def test_what_changes_no_transform_leaves_the_caches_warm(tmp_path: Path, case: str) -> None:
    one, other = await keys_of(tmp_path, ORDINARY, ORDINARY | SAME[case])
    assert one.version == other.version
