"""Manifests: numbered, hashed descriptions of a mirror at a commit, kept as a Merkle tree of directories."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Manifest(Base):
    """The immutable core of one manifest. `hash` covers everything here but the id, version and times."""

    __tablename__ = "manifests"
    __table_args__ = (UniqueConstraint("project_id", "version"), UniqueConstraint("project_id", "commit", "ref"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    ref: Mapped[str] = mapped_column(String(300))
    commit: Mapped[str] = mapped_column(String(64))
    root_tree: Mapped[str] = mapped_column(String(64))
    root_hash: Mapped[str] = mapped_column(String(64))
    project_metadata: Mapped[dict[str, Any]]
    languages: Mapped[dict[str, Any]]
    file_count: Mapped[int]
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class ManifestTree(Base):
    """One directory's content, shared by every manifest of the project that holds it.

    `entries` is zstd-compressed canonical JSON: a list of [name, mode, kind, oid, size, language, node hash].
    `sums` is JSON: languages as {name: [files, bytes]}, and [path, oid, size] of files that describe packages, so
    that nobody has to look for them. Both can be calculated from the entries below.
    """

    __tablename__ = "manifest_trees"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    tree_oid: Mapped[str] = mapped_column(String(64), primary_key=True)
    node_hash: Mapped[str] = mapped_column(String(64))
    file_count: Mapped[int]
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    sums: Mapped[bytes] = mapped_column(LargeBinary)
    entries: Mapped[bytes] = mapped_column(LargeBinary)
