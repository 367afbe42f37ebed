"""The immutable core of a manifest, the hash over all of it, and a manifest as everybody passes it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.hashing import canonical_json, sha256_hex
from app.services.manifest.errors import ManifestDamaged
from app.services.manifest.nodes import NodeSummary, languages_to_json

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Core:
    """What a manifest says, without its number and time. `languages` and `metadata` are JSON as stored."""

    ref: str
    commit: str
    root_tree: str
    root_hash: str
    file_count: int
    total_bytes: int
    languages: Mapping[str, Any]
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ManifestRef:
    """One manifest, as jobs pin it and clients see it."""

    id: UUID
    project_id: UUID
    version: int
    hash: str
    created_at: datetime
    core: Core

    @property
    def commit(self) -> str:
        """The commit it describes."""
        return self.core.commit

    @property
    def ref(self) -> str:
        """The full name of the ref it was built for, or the commit's id."""
        return self.core.ref

    def is_of(self, ref: str, commit: str) -> bool:
        """Say whether it describes this ref at this commit."""
        return (self.core.ref, self.core.commit) == (ref, commit)


def core_of(root: NodeSummary, *, ref: str, commit: str, metadata: Mapping[str, Any]) -> Core:
    """Build the core from a described root directory."""
    return Core(
        ref=ref,
        commit=commit,
        root_tree=root.tree_oid,
        root_hash=root.node_hash,
        file_count=root.file_count,
        total_bytes=root.total_bytes,
        languages=languages_to_json(root.languages),
        metadata=metadata,
    )


def manifest_hash(core: Core) -> str:
    """SHA-256 over the canonical JSON of the core; equal for equal content, whoever computes it."""
    return sha256_hex(
        canonical_json(
            {
                "format": FORMAT,
                "mirror": {"ref": core.ref, "commit": core.commit, "tree": core.root_tree},
                "root": core.root_hash,
                "file_count": core.file_count,
                "total_bytes": core.total_bytes,
                "languages": dict(core.languages),
                "project": dict(core.metadata),
            }
        )
    )


def check_core(manifest: ManifestRef) -> ManifestRef:
    """Give back a manifest whose stored core has the hash that it was given; ManifestDamaged otherwise."""
    if manifest_hash(manifest.core) != manifest.hash:
        raise ManifestDamaged(manifest=manifest.version)
    return manifest
