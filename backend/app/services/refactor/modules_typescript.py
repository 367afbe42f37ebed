"""Renames of modules of TypeScript and JavaScript: a file or folder moves, and every path that leads to it changes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from app.services.refactor.asked import RenameRequest
from app.services.refactor.edits import WordEdit
from app.services.refactor.errors import SymbolNotFound
from app.services.refactor.module_names import ModuleNames, names_of
from app.services.refactor.moves import Moves, refuse_taken, split_suffix
from app.services.refactor.names import check_file_name
from app.services.refactor.plan import Note, Plan
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.model import Place
from app.services.refactor.symbols.specifiers import (
    SUFFIXES,
    Lead,
    ScriptModules,
    Specifier,
    specifiers,
    without_suffix,
)
from app.services.refactor.symbols.typescript_config import CONFIG, workspace_config
from app.services.refactor.symbols.typescript_mentions import Kind, ScriptMentions
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import SourceTree

_INDEX = "index"
_CODE = tuple(suffix for suffix in SUFFIXES if suffix != ".json")
# What a module may be imported as, whatever it is written in.
_WRITTEN = frozenset({".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"})


@dataclass(slots=True)
class ScriptModuleWork:
    """A rename of a module while it is worked out. `found` are the imports that name the old or the new word."""

    plan: Plan
    files: Mapping[str, bytes]
    texts: Mapping[str, bytes]
    module: ModuleNames
    moves: Moves
    found: dict[Place, Specifier] = field(default_factory=dict)
    lines: dict[str, LineTable] = field(default_factory=dict)

    is_member = False
    is_in_function = False

    def note(self, kind: str, place: Place, reason: str) -> None:
        """Tell something about a place."""
        lines = self.lines.setdefault(place.path, LineTable(self.files[place.path]))
        line = lines.spot(place.start).line
        self.plan.notes.append(Note(kind, place.path, line + 1, reason, lines.text(line).strip()[:200]))


def specifier_at(path: str, data: bytes, line: int, column: int) -> tuple[Specifier, int] | None:
    """Find the import's path at a place, and which of its segments; None where no such path stands."""
    offset = LineTable(data).offset_of_utf16(line, column)
    for found in specifiers(path, data) if offset is not None else ():
        index = found.segment_at(offset or 0)
        if index is not None and found.segments[index] not in (".", "..", ""):
            return found, index
    return None


def module_called(path: str) -> str:
    """Say how the module of a file or folder is called: an index file stands for its folder."""
    name = without_suffix(PurePosixPath(path).name)
    return PurePosixPath(path).parent.name if name == _INDEX else name


def plan_script_module(request: RenameRequest, tree: SourceTree) -> ScriptModuleWork | None:
    """Work the rename of a module out; None when no module is asked for. SymbolNotFound, InvalidName, NameCollision."""
    paths = [*tree.paths]
    modules = ScriptModules(paths, _aliases(tree))
    target = _target_of(request, tree, modules)
    if target is None:
        return None
    if without_suffix(PurePosixPath(target).name) == _INDEX:
        target = str(PurePosixPath(target).parent)
    old = module_called(target)
    check_file_name(old, request.new_name)
    moves = _moves_of(target, request.new_name, paths)
    names = names_of(old, moves, paths)
    names = replace(names, suffixes=names.suffixes | _WRITTEN) if moves.files else names
    work = ScriptModuleWork(Plan(old, request.new_name, "module"), tree.code, tree.texts, names, moves)
    work.plan.moves, work.plan.folders = moves.moved(tree.code), moves.folders
    for path, data in tree.code.items():
        if old.encode() in data or request.new_name.encode() in data:
            _decide(work, path, data, modules)
    return work


def _aliases(tree: SourceTree) -> Mapping[str, Sequence[str]]:
    files, _ = workspace_config(tree.code, tree.texts)
    found: Mapping[str, Sequence[str]] = json.loads(files[CONFIG])["compilerOptions"]["paths"]
    return found


def _target_of(request: RenameRequest, tree: SourceTree, modules: ScriptModules) -> str | None:
    if request.line is None or request.column is None:
        return request.path
    data = tree.code.get(request.path)
    found = specifier_at(request.path, data, request.line, request.column) if data is not None else None
    if found is None:
        return None
    specifier, index = found
    lead = modules.lead(request.path, specifier.text)
    if lead is None:
        raise SymbolNotFound(path=request.path, word=specifier.text, reason="defined_outside")
    part = lead.part(specifier, index)
    if part is None:
        raise SymbolNotFound(path=request.path, word=specifier.segments[index], reason="named_by_settings")
    return part


def _moves_of(target: str, new: str, paths: Sequence[str]) -> Moves:
    if target in paths:
        stem, _ = split_suffix(target)
        beside = [path for path in paths if path.startswith(f"{stem}.") and split_suffix(path)[0] == stem]
        # What declares a file goes with it.
        files = [path for path in beside if path == target or (".d." in path + target and path.endswith(_CODE))]
        moves = Moves({path: str(PurePosixPath(stem).with_name(new + split_suffix(path)[1])) for path in files})
    elif target != "." and any(path.startswith(f"{target}/") for path in paths):
        moves = Moves({}, {target: str(PurePosixPath(target).with_name(new))})
    else:
        raise SymbolNotFound(path=target, reason="top" if target == "." else "no_name_there")
    refuse_taken(moves, new, paths, SUFFIXES)
    return moves


def _decide(work: ScriptModuleWork, path: str, data: bytes, modules: ScriptModules) -> None:
    """Edit what leads to the module in one file, or tell about it."""
    old, new = work.plan.old, work.plan.new
    done: set[int] = set()
    for specifier in specifiers(path, data):
        stems = {each for segment in specifier.segments for each in (segment, without_suffix(segment))}
        if not stems & {old, new}:
            continue
        work.found[Place(path, specifier.start)] = specifier
        lead = modules.lead(path, specifier.text)
        for index, segment in enumerate(specifier.segments) if lead else ():
            if lead and old in (segment, without_suffix(segment)) and _is_moved(work.moves, lead, specifier, index):
                start = specifier.offset(index)
                end = start + len(old.encode())
                work.plan.edits.append(WordEdit(path, start, end, new.encode(), Tier.PROVEN, "imported"))
                done.add(start)
    for mention in ScriptMentions(path, data, {old}).mentions:
        is_text = mention.kind in (Kind.STRING, Kind.COMMENT) and mention.start not in done
        if is_text and work.module.named_at(data, mention.start, mention.end, path):
            _edit_text(work, Place(path, mention.start), mention.end, is_comment=mention.kind is Kind.COMMENT)


def _is_moved(moves: Moves, lead: Lead, specifier: Specifier, index: int) -> bool:
    part = lead.part(specifier, index)
    return part is not None and (part in moves.files or part in moves.folders)


def _edit_text(work: ScriptModuleWork, place: Place, end: int, *, is_comment: bool) -> None:
    tier = Tier.TEXT if is_comment else Tier.LIKELY
    why = "comment" if is_comment else "string"
    work.plan.edits.append(WordEdit(place.path, place.start, end, work.plan.new.encode(), tier, why))
    if not is_comment:
        work.note("doubt", place, "a string names this module, and may be used to find it")
