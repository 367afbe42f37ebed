"""The symbol graph of mirrors: names of each file's contents, stored once, and which files a state of a mirror has."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class SymbolIndex(Base):
    """One state of a mirror whose files have all been read; commits with the same root tree share it.

    `listing` is zstd-compressed JSON: a list of [path, blob, language], by path. `rules` says which version of the
    rules the files were read by. `skipped` files were left out: too many, too large, or no text.
    """

    __tablename__ = "symbol_indexes"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    root_tree: Mapped[str] = mapped_column(String(64), primary_key=True)
    rules: Mapped[int]
    files: Mapped[int]
    skipped: Mapped[int]
    listing: Mapped[bytes] = mapped_column(LargeBinary)
    built_at: Mapped[datetime]


class SymbolFile(Base):
    """The names of one blob, read as a language. `names`: every name in it, each between line ends, to find it by.

    `data` is zstd-compressed JSON (adapters/syntax/symbols/table.py).
    """

    __tablename__ = "symbol_files"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    blob: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)
    rules: Mapped[int]
    names: Mapped[str] = mapped_column(Text)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class SymbolDefinition(Base):
    """One definition in a blob, to search by its name; `folded` is the name in lower case."""

    __tablename__ = "symbol_definitions"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    blob: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(400))
    qualified: Mapped[str] = mapped_column(String(800))
    kind: Mapped[str] = mapped_column(String(12))
    line: Mapped[int]
    column: Mapped[int]
    first_line: Mapped[int]
    last_line: Mapped[int]
    is_exported: Mapped[bool]
