"""A described repository without a database: what the pure parts of manifests are tested on."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.adapters.git.layout import MirrorFolder
from app.adapters.git.mirrors import GitMirrors
from app.adapters.git.reader import GitReader
from app.config import Settings
from app.services.manifest.builder import Description, describe_tree
from app.services.manifest.nodes import Entry, Node, NodeSummary

from tests.fixtures.bare import GitRepo
from tests.fixtures.synced import real_mirrors


@dataclass(slots=True)
class Described:
    """Nodes of a repository, kept as the database would keep them, and what was asked of it."""

    repo: GitRepo
    folder: Path
    nodes: dict[str, Node] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    async def describe(self, rev: str = "main", *, first: bool = False) -> Description:
        """Describe a revision and keep what is new."""
        description = await describe_tree(self.reader(), self, self.repo.tree(rev), first=first)
        self.nodes.update((node.summary.tree_oid, node) for node in description.new)
        return description

    def reader(self) -> GitReader:
        """A reader of the repository as it is now."""
        mirror = MirrorFolder(self.folder)
        shutil.rmtree(mirror.incoming("x"), ignore_errors=True)
        shutil.copytree(self.repo.path, mirror.incoming("x"))
        mirror.publish(mirror.incoming("x"))
        return GitReader(mirror)

    async def known(self, oids: Sequence[str]) -> Mapping[str, NodeSummary]:
        """The summaries of what is kept."""
        self.asked.append(list(oids))
        return {oid: self.nodes[oid].summary for oid in oids if oid in self.nodes}

    async def recall(
        self, oids: Sequence[str], also: Sequence[str]
    ) -> tuple[Mapping[str, Node], Mapping[str, NodeSummary]]:
        """Whole nodes, and summaries, of what is kept."""
        return {oid: self.nodes[oid] for oid in oids if oid in self.nodes}, await self.known(also)

    async def load(self, oids: Sequence[str]) -> Mapping[str, tuple[Entry, ...]]:
        """The entries of what is kept."""
        return {oid: self.nodes[oid].entries for oid in oids}


@pytest.fixture
def mirrors(settings: Settings) -> GitMirrors:
    """Writable mirrors in the test's own folder."""
    return real_mirrors(settings)


@pytest.fixture
def described(repo: GitRepo, tmp_path: Path) -> Described:
    """The test's repository, not described yet."""
    return Described(repo, tmp_path / "mirror")
