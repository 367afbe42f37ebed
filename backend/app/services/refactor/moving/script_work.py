"""A move in TypeScript or JavaScript while it is worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from app.adapters.language.port import LanguageSession, Target
from app.adapters.syntax.trees import text_of
from app.services.refactor.moving.model import MovePlan
from app.services.refactor.moving.script_file import TYPES, Declared, ScriptFile, ScriptImport
from app.services.refactor.moving.script_places import relative_path, specifier_for
from app.services.refactor.symbols.lines import LineTable


@dataclass
class ScriptTree:
    """Files, parsed when they are asked for, and where their imports lead."""

    files: Mapping[str, bytes]
    session: LanguageSession
    parsed: dict[str, ScriptFile] = field(default_factory=dict)
    led: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def file(self, path: str) -> ScriptFile:
        """Read a file."""
        if path not in self.parsed:
            self.parsed[path] = ScriptFile(path, self.files.get(path, b""))
        return self.parsed[path]

    async def module(self, path: str, statement: ScriptImport) -> str | None:
        """Find the file that an import leads to; None for none of these files."""
        key = (path, statement.specifier)
        if key not in self.led:
            is_relative = statement.specifier.startswith(".")
            found = relative_path(path, statement.specifier, self.files) if is_relative else None
            if found is None:
                (targets,) = await self.leads(path, [statement.source.start_byte + 1])
                found = next((target.path for target in targets if target.path in self.files), None)
            self.led[key] = found
        return self.led[key]

    async def leads(self, path: str, offsets: Sequence[int]) -> list[tuple[Target, ...]]:
        """Ask where names lead."""
        lines = LineTable(self.files[path])
        return await self.session.definitions(path, [lines.spot(offset) for offset in offsets])

    def offset(self, target: Target) -> int:
        """Where a target begins in its file."""
        return LineTable(self.files[target.path or ""]).offset(target.start)


@dataclass
class ScriptMove:
    """Everything that is needed to work a move out."""

    plan: MovePlan
    tree: ScriptTree
    declared: Declared
    # Import statements that the old and the new module get at their top, as head and specifier.
    wanted: dict[str, dict[tuple[str, str], None]] = field(default_factory=dict)
    new_edges: set[tuple[str, str]] = field(default_factory=set)
    # Somebody loads the old module for all that it gives, or for what it does.
    is_still_loaded: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return self.plan.name

    @property
    def source(self) -> ScriptFile:
        """The file it is taken from."""
        return self.tree.file(self.plan.block.path)

    @property
    def to(self) -> str:
        """The file it goes to."""
        return self.plan.to_path

    @property
    def is_type(self) -> bool:
        """Say whether it is a type alone."""
        return self.declared.node.type in TYPES

    @property
    def is_default(self) -> bool:
        """Say whether it is what its module gives by default."""
        return self.declared.is_default

    def in_block(self, path: str, offset: int) -> bool:
        """Say whether a place is moved."""
        block = self.plan.block
        return path == block.path and block.start <= offset < block.end

    def doubt(self, path: str, offset: int, reason: str) -> None:
        """Tell what is not certain about a place."""
        lines = LineTable(self.tree.files.get(path, b""))
        line = lines.spot(offset).line
        self.plan.doubt(path, line + 1, reason, lines.text(line))

    def want(self, path: str, head: str, specifier: str) -> None:
        """Have a file import something at its top."""
        self.wanted.setdefault(path, {})[head, specifier] = None

    def specifier(self, importer: str, like: str) -> str:
        """Name the new module where the old one is named `like`."""
        return specifier_for(importer, self.to, like=(self.plan.block.path, like))

    async def means_it(self, path: str, nodes: Sequence[Node]) -> list[bool]:
        """Say for each of these names whether it leads to what is moved."""
        answers = await self.tree.leads(path, [node.start_byte for node in nodes])
        return [any(self.is_it(target) for target in targets) for targets in answers]

    def is_it(self, target: Target) -> bool:
        """Say whether an answer is what is moved."""
        return target.path == self.plan.block.path and self.in_block(target.path, self.tree.offset(target))


def named(nodes: Sequence[Node], word: str) -> list[Node]:
    """Keep the names that are a word."""
    return [node for node in nodes if text_of(node) == word]
