"""What a commit holds, found out from its bytes alone: apps, folders, entries, and what is no app."""

import json
from typing import Any

import pytest

from app.services.preview.builder.detecting import DetectedApp, Toolkit, detect
from app.services.preview.errors import ProjectUnfit
from app.services.preview.platforms import AppContainer, BuildOptions, Platform

from tests.services.preview.builder.mirrored import Commit, bare_app, expo_app, package


async def found_in(
    commit: Commit, files: dict[str, Any], platform: Platform = Platform.IOS, **options: Any
) -> DetectedApp:
    made = await commit(files)
    return await detect(made.reader, made.commit, platform, BuildOptions(**options))


async def refused(
    commit: Commit, files: dict[str, Any], platform: Platform = Platform.IOS, **options: Any
) -> dict[str, Any]:
    with pytest.raises(ProjectUnfit) as caught:
        await found_in(commit, files, platform, **options)
    return dict(caught.value.details)


async def test_an_expo_app_finds_its_own_entry(commit: Commit) -> None:
    app = await found_in(commit, expo_app())
    assert (app.toolkit, app.entry, app.sdk_version, app.directory) == (Toolkit.EXPO, None, "57.0.0", "")


async def test_an_app_whose_configuration_says_expo_is_one_whatever_it_depends_on(commit: Commit) -> None:
    app = await found_in(commit, bare_app(**{"app.json": '{"expo": {"sdkVersion": "54.0.0"}}', "App.tsx": "1"}))
    assert (app.toolkit, app.sdk_version) == (Toolkit.EXPO, "54.0.0")


@pytest.mark.parametrize(
    ("names", "platform", "entry"),
    [
        (["index.js", "App.js"], "ios", "index.js"),
        (["App.tsx"], "ios", "App.tsx"),
        (["index.ios.js", "index.android.js", "index.js"], "ios", "index.ios.js"),
        (["index.ios.js", "index.android.js", "index.js"], "android", "index.android.js"),
        (["index.tsx", "index.js"], "android", "index.tsx"),
    ],
)
async def test_a_bare_app_starts_from_what_react_native_would_start_it_from(
    commit: Commit, names: list[str], platform: str, entry: str
) -> None:
    files = {"package.json": package(react_native="0.86.3"), **dict.fromkeys(names, "1")}
    app = await found_in(commit, files, Platform(platform))
    assert (app.toolkit, app.entry) == (Toolkit.REACT_NATIVE, entry)


@pytest.mark.parametrize("main", ["src/start.js", "./src/start.js", "src/start", "./src"])
async def test_a_bare_app_may_name_its_entry_as_node_would(commit: Commit, main: str) -> None:
    told = json.dumps({"main": main, "dependencies": {"react-native": "0.86.3"}})
    files = bare_app(**{"package.json": told, "src/start.js": "1", "src/index.tsx": "1"})
    assert (await found_in(commit, files)).entry == ("src/index.tsx" if main == "./src" else "src/start.js")


@pytest.mark.parametrize("main", ["../../etc/passwd", "/etc/passwd", "-r evil", "a\nb", 7, None, ["index.js"], ""])
async def test_a_main_that_is_no_plain_path_is_not_followed(commit: Commit, main: Any) -> None:
    told = json.dumps({"main": main, "dependencies": {"react-native": "0.86.3"}})
    assert (await found_in(commit, bare_app(**{"package.json": told}))).entry == "index.js"


async def test_a_link_called_like_an_entry_is_none(commit: Commit) -> None:
    files = {"package.json": package(react_native="0.86.3"), "index.js": ("120000", "/etc/passwd"), "App.js": "1"}
    assert (await found_in(commit, files)).entry == "App.js"


async def test_the_one_app_below_the_top_is_found(commit: Commit) -> None:
    files = {"package.json": '{"private": true}', "README.md": ""}
    files |= {f"apps/phone/{name}": text for name, text in expo_app().items()}
    files |= {f"apps/phone/node_modules/x/{name}": text for name, text in expo_app().items()}
    app = await found_in(commit, files)
    assert (app.directory, app.at("app.json")) == ("apps/phone", "apps/phone/app.json")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"README.md": ""}, "no_package"),
        ({"package.json": "[]", "app.json": "{}"}, "no_react_native"),
        ({"package.json": "null"}, "no_react_native"),
        ({"package.json": "\ufeff{"}, "json"),
        ({"package.json": b"\xff\xfe\x00"}, "json"),
        ({"package.json": "[" * 100_000}, "json"),
        ({"package.json": package(react="19.0.0")}, "no_react_native"),
        ({"package.json": '{"dependencies": ["expo"]}'}, "no_react_native"),
        ({"package.json": package(react_native="0.86.3")}, "no_entry"),
        ({"package.json": package(expo="57.0.0")}, "no_entry"),
        (expo_app(**{"app.json": "{,}"}), "json"),
    ],
)
async def test_what_is_no_app_is_told_with_a_reason(commit: Commit, files: dict[str, Any], reason: str) -> None:
    assert (await refused(commit, files))["reason"] == reason


@pytest.mark.parametrize("directory", ["nowhere", "App.js", "a/../b", "/", "..", "a//b", "x" * 5000, "a\0b"])
async def test_a_folder_that_is_not_there_is_told_so(commit: Commit, directory: str) -> None:
    assert (await refused(commit, expo_app(), directory=directory))["reason"] == "no_package"


async def test_a_bare_app_has_no_web_build(commit: Commit) -> None:
    assert (await refused(commit, bare_app(), Platform.WEB))["reason"] == "no_web"


async def test_expo_go_opens_no_bare_app(commit: Commit) -> None:
    assert (await refused(commit, bare_app(), container=AppContainer.EXPO_GO))["reason"] == "container"


@pytest.mark.parametrize(
    ("wanted", "sdk"),
    [("~57.0.4", "57.0.0"), ("^54.0.0", "54.0.0"), ("57", "57.0.0"), ("latest", None), (">=52.0.0 <54", "52.0.0")],
)
async def test_the_sdk_is_read_from_what_is_depended_on(commit: Commit, wanted: str, sdk: str | None) -> None:
    assert (await found_in(commit, expo_app(**{"package.json": package(expo=wanted)}))).sdk_version == sdk


@pytest.mark.parametrize(
    ("main", "works"),
    [
        ("expo-router/entry", True),
        ("./App.js", True),
        ("App", True),
        ("./App", True),
        ("./src/Missing.js", False),
        ("src/Missing", True),
        ("Missing.js", False),
        ("some-package/entry", True),
    ],
)
async def test_an_expo_main_that_says_it_is_a_path_must_be_there(commit: Commit, main: str, *, works: bool) -> None:
    files = expo_app(**{"package.json": json.dumps({"main": main, "dependencies": {"expo": "57.0.0"}})})
    if works:
        assert (await found_in(commit, files)).toolkit is Toolkit.EXPO
    else:
        assert (await refused(commit, files))["reason"] == "no_entry"
