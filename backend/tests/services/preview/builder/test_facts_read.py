"""Facts are read from folders that a stranger's program could write to."""

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from app.services.preview.builder.detecting import DetectedApp, Toolkit
from app.services.preview.builder.facts import facts_of
from app.services.preview.messages import BuildPreview
from app.services.preview.platforms import BuildOptions, Platform

APP = DetectedApp("", Toolkit.EXPO, None, "57.0.0", {}, {}, None, None)
ID = UUID(int=1)
PAYLOAD = BuildPreview(
    project_id=ID, session_id=ID, platform=Platform.IOS, ref="main", commit="0" * 40, manifest_hash="0" * 64,
    options=BuildOptions(),
)  # fmt: skip


@dataclass(frozen=True)
class Packages:
    """Installed dependencies."""

    node_modules: Path | None
    key: str = "key"
    node: str = "v20"
    npm: str = "11"
    lockfile_sha256: str | None = None


@pytest.fixture
def node_modules(tmp_path: Path) -> Path:
    """Dependencies with an expo."""
    (tmp_path / "node_modules" / "expo").mkdir(parents=True)
    (tmp_path / "node_modules" / "expo" / "package.json").write_text('{"version": "57.0.1"}')
    return tmp_path / "node_modules"


def test_a_pipe_in_place_of_the_app_config_is_not_waited_for(tmp_path: Path, node_modules: Path) -> None:
    os.mkfifo(tmp_path / "expo-config.json")
    facts = facts_of(PAYLOAD, APP, Packages(node_modules), tmp_path)
    assert (facts["sdk_version"], facts["tools"]["expo"]) == ("57.0.0", "57.0.1")


def test_links_in_place_of_packages_are_not_followed(tmp_path: Path, node_modules: Path) -> None:
    link = tmp_path / "linked"
    link.symlink_to(node_modules)
    assert "expo" not in facts_of(PAYLOAD, APP, Packages(link), tmp_path)["tools"]
