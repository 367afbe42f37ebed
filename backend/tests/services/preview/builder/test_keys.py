"""What changes which key of a build: of its result, of Metro's cache, and of files that read the environment."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

import pytest

from app.services.preview.builder.detecting import detect
from app.services.preview.builder.keys import BuildInputs, Toolchain, input_key, metro_keys, toolchain_key
from app.services.preview.platforms import AppContainer, BuildOptions, Platform

from tests.services.preview.builder.mirrored import Commit, expo_app

INPUTS = BuildInputs(Platform.IOS, BuildOptions(), {"EXPO_PUBLIC_API": "a"}, False, Toolchain("v22.1.0", "11.1.0"))
BABEL = "module.exports = { presets: ['babel-preset-expo'] };\n"


def lock(**versions: str) -> str:
    """Write a lock file of packages at the top; babel-preset-expo needs @babel/core."""
    given = {"expo": "57.0.0", "babel-preset-expo": "57.0.0", "@babel/core": "7.0.0", "lodash": "4.0.0", **versions}
    packages: dict[str, Any] = {f"node_modules/{name}": {"version": version} for name, version in given.items()}
    packages["node_modules/babel-preset-expo"]["dependencies"] = {"@babel/core": "*"}
    return json.dumps({"lockfileVersion": 3, "packages": {"": {}, **packages}})


def app(**changed: Any) -> dict[str, Any]:
    """Files of an app with a lock file and a Babel configuration that is pure; None leaves one out."""
    files = {**expo_app(), "package-lock.json": lock(), "babel.config.js": BABEL, "src/a.ts": "1", **changed}
    return {name: text for name, text in files.items() if text is not None}


def installed(text: str | None) -> dict[str, Any]:
    """What npm says that it installed, after a lock file; nothing without one that can be read."""
    try:
        found = json.loads(text or "")["packages"]
    except (ValueError, TypeError, KeyError):
        return {}
    return {place: entry for place, entry in found.items() if place} if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Keys:
    result: str
    version: str
    salt: str
    toolchain: str

    def differing(self, other: "Keys") -> set[str]:
        return {each.name for each in dataclasses.fields(self) if getattr(self, each.name) != getattr(other, each.name)}


async def keys(commit: Commit, files: dict[str, Any], inputs: BuildInputs = INPUTS) -> Keys:
    made = await commit(files)
    tree = await made.tree()
    found = await detect(made.reader, made.commit, inputs.platform, inputs.options)
    metro = await metro_keys(made.reader, made.commit, found, inputs, installed(files.get("package-lock.json")))
    return Keys(input_key(tree, found, inputs), metro.version, metro.salt, metro.toolchain)


async def test_the_same_files_in_another_commit_have_the_same_keys(commit: Commit) -> None:
    before = await keys(commit, app())
    await commit(app(**{"src/a.ts": "2"}))
    assert (await keys(commit, app())).differing(before) == set()


RESULT, ALL = {"result"}, {"result", "version", "salt", "toolchain"}
CHANGES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a source": ({"src/a.ts": "2"}, RESULT),
    "a picture": ({"assets/a.png": b"\x89PNG"}, RESULT),
    "a dependency that only the app uses": ({"package-lock.json": lock(lodash="4.0.1")}, RESULT),
    "one more dependency": ({"package-lock.json": lock(zod="3.0.0")}, RESULT),
    "the preset": ({"package-lock.json": lock(**{"babel-preset-expo": "57.0.1"})}, ALL),
    "what the preset needs": ({"package-lock.json": lock(**{"@babel/core": "7.0.1"})}, ALL),
    "Babel's configuration": ({"babel.config.js": BABEL + "// more"}, {"result", "version"}),
    "one more configuration": ({"metro.config.js": "module.exports = {};"}, {"result", "version"}),
    "TypeScript's configuration": ({"tsconfig.json": "{}"}, {"result", "version"}),
    "the environment's file": ({".env": "EXPO_PUBLIC_A=1"}, {"result", "salt"}),
    "the environment's file of production": ({".env.production": "EXPO_PUBLIC_A=1"}, {"result", "salt"}),
    "the app's configuration": ({"app.json": '{"expo": {"name": "x"}}'}, {"result", "salt"}),
    "the app's dynamic configuration": ({"app.config.ts": "export default {};"}, {"result", "salt"}),
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda name: name.replace(" ", "-"))
async def test_a_change_reaches_the_keys_that_depend_on_it_and_no_others(commit: Commit, change: str) -> None:
    changed, expected = CHANGES[change]
    before = await keys(commit, app())
    assert (await keys(commit, app(**changed))).differing(before) == expected


INPUT_CHANGES: dict[str, tuple[BuildInputs, set[str]]] = {
    "a variable": (dataclasses.replace(INPUTS, environment={"EXPO_PUBLIC_API": "b"}), {"result", "salt"}),
    "no variable": (dataclasses.replace(INPUTS, environment={}), {"result", "salt"}),
    "another platform": (dataclasses.replace(INPUTS, platform=Platform.ANDROID), RESULT),
    "bytecode": (dataclasses.replace(INPUTS, options=BuildOptions(bytecode=True)), RESULT),
    "scripts": (dataclasses.replace(INPUTS, allow_scripts=True), ALL),
    "another Node.js": (dataclasses.replace(INPUTS, toolchain=Toolchain("v22.2.0", "11.1.0")), ALL),
    "another npm": (dataclasses.replace(INPUTS, toolchain=Toolchain("v22.1.0", "11.2.0")), RESULT),
    "the container that opens it": (
        dataclasses.replace(INPUTS, options=BuildOptions(container=AppContainer.DEVELOPMENT_BUILD)),
        set(),
    ),
}


@pytest.mark.parametrize("change", INPUT_CHANGES, ids=lambda name: name.replace(" ", "-"))
async def test_what_is_asked_for_reaches_the_keys_that_depend_on_it(commit: Commit, change: str) -> None:
    inputs, expected = INPUT_CHANGES[change]
    before = await keys(commit, app())
    assert (await keys(commit, app(), inputs)).differing(before) == expected


IMPURE = (
    "const more = require('./babel/more'); module.exports = {};",
    "import more from './more'; export default {};",
    "module.exports = require('fs').readFileSync('x');",
    "const { execSync } = require('node:child_process');",
    "module.exports = { plugins: [require.resolve('lodash')] };",
    "const name = 'x'; require(name);",
    "module.exports = { presets: ['nativewind/babel'] };",
    "module.exports = { plugins: ['./my-plugin'] };",
)


@pytest.mark.parametrize("config", IMPURE)
async def test_a_configuration_that_reads_more_than_itself_is_keyed_by_the_whole_tree(
    commit: Commit, config: str
) -> None:
    before = await keys(commit, app(**{"babel.config.js": config}))
    after = await keys(commit, app(**{"babel.config.js": config, "src/a.ts": "2"}))
    assert after.differing(before) == {"result", "version"}


@pytest.mark.parametrize("text", [None, "{", "[]", '{"packages": []}', '{"lockfileVersion": 1}'])
async def test_without_a_lock_file_that_can_be_read_nothing_is_taken_as_known(commit: Commit, text: str | None) -> None:
    before = await keys(commit, app(**{"package-lock.json": text}))
    after = await keys(commit, app(**{"package-lock.json": text, "src/a.ts": "2"}))
    assert "version" in after.differing(before)


async def test_a_configuration_counts_wherever_a_transformer_may_look_for_it(commit: Commit) -> None:
    inner = {f"apps/phone/{name}": text for name, text in app().items()}
    before = await keys(commit, inner)
    above = await keys(commit, {**inner, "babel.config.js": BABEL})
    beside = await keys(commit, {**inner, "apps/web/babel.config.js": BABEL})
    assert "version" in above.differing(before)
    assert "version" in beside.differing(before)


def nested(**versions: str) -> dict[str, Any]:
    packages: dict[str, Any] = {
        "node_modules/metro": {"version": "57.0.0", "dependencies": {"inner": "*"}},
        "node_modules/inner": {"version": "1.0.0"},
        "node_modules/metro/node_modules/inner": {"version": "2.0.0", "dependencies": {"metro": "*"}},
    }
    for place, version in versions.items():
        packages[place] = {**packages[place], "version": version}
    return packages


def test_what_a_tool_needs_is_found_where_node_finds_it() -> None:
    plain = toolchain_key(nested(), [], INPUTS)
    assert toolchain_key(nested(**{"node_modules/inner": "1.0.1"}), [], INPUTS) == plain
    assert toolchain_key(nested(**{"node_modules/metro/node_modules/inner": "2.0.1"}), [], INPUTS) != plain


@pytest.mark.parametrize(
    "packages", [{"node_modules/expo": 7}, {"node_modules/expo": {"dependencies": ["x"]}}, {"node_modules/expo": {}}]
)
def test_a_lock_file_that_lies_spoils_nothing(packages: dict[str, Any]) -> None:
    assert len(toolchain_key(packages, ["../../x", ""], INPUTS)) == 64
