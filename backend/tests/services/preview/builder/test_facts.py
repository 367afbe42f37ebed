"""What a bundle says it was made of, read from folders that a stranger's program could write to."""

import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.services.preview.builder.dependencies import Installed
from app.services.preview.builder.detecting import DetectedApp, Toolkit
from app.services.preview.builder.facts import facts_of
from app.services.preview.builder.packages import Packages
from app.services.preview.messages import BuildPreview
from app.services.preview.platforms import BuildOptions, Platform
from app.services.preview.runtimes import runtime_version

RUNTIMES: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"runtimeVersion": "1.2.0"}, "57.0.0", "1.2.0"),
    ({"runtimeVersion": "1.2.0", "ios": {"runtimeVersion": "3.0.0"}}, "57.0.0", "3.0.0"),
    ({"runtimeVersion": "1.2.0", "android": {"runtimeVersion": "3.0.0"}}, "57.0.0", "1.2.0"),
    ({"runtimeVersion": {"policy": "appVersion"}, "version": "4.5.6"}, "57.0.0", "4.5.6"),
    ({"runtimeVersion": {"policy": "appVersion"}}, None, "1.0.0"),
    ({"runtimeVersion": {"policy": "sdkVersion"}}, "57.0.0", "exposdk:57.0.0"),
    ({}, "57.0.0", "exposdk:57.0.0"),
    ({}, None, None),
    ({"runtimeVersion": {"policy": "nativeVersion"}}, "57.0.0", None),
    ({"runtimeVersion": {"policy": "fingerprint"}}, "57.0.0", None),
    ({"ios": {"runtimeVersion": {"policy": "appVersion"}}, "version": "2.0.0"}, "57.0.0", "2.0.0"),
    ({"ios": ["x"]}, None, None),
]


@pytest.mark.parametrize(("config", "sdk", "version"), RUNTIMES)
def test_the_runtime_version_follows_from_the_configuration_as_in_expo(
    config: dict[str, Any], sdk: str | None, version: str | None
) -> None:
    assert runtime_version(config, "ios", sdk, unsaid="sdkVersion") == version


def packages(node_modules: Path | None) -> Installed:
    """Dependencies that lie in a folder."""
    found = Packages(node_modules) if node_modules else None
    return Installed(found, "k" * 64, was_there=True, lockfile_sha256=None, npm="11.1.0", node="v22.1.0")


def told(tmp_path: Path, node_modules: Path | None = None) -> dict[str, Any]:
    app = DetectedApp("", Toolkit.EXPO, None, "57.0.0", {}, {}, "package-lock.json", "f" * 64)
    payload = BuildPreview(
        project_id=UUID(int=1), session_id=UUID(int=2), platform=Platform.IOS, ref="main", commit="c" * 40,
        manifest_hash="m" * 64, options=BuildOptions(bytecode=True),
    )  # fmt: skip
    return facts_of(payload, app, packages(node_modules), tmp_path)


def test_versions_are_those_that_were_installed(tmp_path: Path) -> None:
    for name, version in {"expo": "57.0.24", "metro": "0.84.6", "react-native": "0.86.3"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "package.json").write_text(json.dumps({"version": version}))
    facts = told(tmp_path, tmp_path)
    tools = {"node": "v22.1.0", "npm": "11.1.0", "expo": "57.0.24", "metro": "0.84.6", "react_native": "0.86.3"}
    assert facts["tools"] == tools
    assert (facts["sdk_version"], facts["commit"], facts["bytecode"]) == ("57.0.0", "c" * 40, True)


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"version": 7, "sdkVersion": 7}', "[" * 100_000])
def test_what_a_stranger_wrote_is_not_believed(tmp_path: Path, text: str) -> None:
    (tmp_path / "expo").mkdir()
    for name in ("expo/package.json", "expo-config.json"):
        (tmp_path / name).write_text(text)
    facts = told(tmp_path, tmp_path)
    assert "expo" not in facts["tools"]
    assert facts["sdk_version"] in ("57.0.0", None)


def test_a_link_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('{"sdkVersion": "99.0.0", "runtimeVersion": "secret"}')
    (tmp_path / "expo-config.json").symlink_to(tmp_path / "secret")
    assert told(tmp_path)["runtime_version"] == "exposdk:57.0.0"


def test_a_pipe_in_place_of_the_app_config_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "expo-config.json")
    assert told(tmp_path)["sdk_version"] == "57.0.0"


def test_links_in_place_of_packages_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "packages" / "expo").mkdir(parents=True)
    (tmp_path / "packages" / "expo" / "package.json").write_text('{"version": "57.0.1"}')
    (tmp_path / "linked").symlink_to(tmp_path / "packages")
    assert told(tmp_path, tmp_path / "packages")["tools"]["expo"] == "57.0.1"
    assert "expo" not in told(tmp_path, tmp_path / "linked")["tools"]
