"""What a block of a Python module uses of it: names it defines, names it imports, and what every module has."""

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.adapters.language.port import LanguageSession
from app.services.refactor.bounds import MOST_MENTIONS
from app.services.refactor.errors import TooManyMentions
from app.services.refactor.moving.imports import Imported, ImportStatement, Where, by_local
from app.services.refactor.moving.model import Block
from app.services.refactor.moving.python_file import PythonFile, runs_on_import, words_of
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.mentions import Mention, Role, StringUse
from app.services.refactor.symbols.python_scopes import PythonScopes

_OWN = frozenset({"__file__", "__name__", "__package__", "__spec__", "__path__", "__loader__"})
_BUILTINS = frozenset(dir(builtins))


@dataclass(slots=True)
class Need:
    """A name of the module that the block uses. `sources` are the imports that bind it; none: it is defined there."""

    name: str
    sources: Sequence[tuple[ImportStatement, Imported]] = ()
    on_import: bool = False
    # Where a name comes by `from … import *`: the file that defines it.
    starred: str | None = None


@dataclass(slots=True)
class Needs:
    """All that a block uses; `plain` are names that no module here gives: builtins, and what is unknown."""

    names: dict[str, Need] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)


async def needs_of(file: PythonFile, block: Block, name: str, session: LanguageSession) -> Needs:
    """Find what a block uses of its module."""
    scopes = file.scopes(words_of(file.data[block.start : block.end]))
    inside = [mention for mention in scopes.mentions if block.start <= mention.start < block.end]
    if len(inside) > MOST_MENTIONS:
        raise TooManyMentions(mentions=len(inside), most=MOST_MENTIONS)
    needs = Needs()
    stars = [statement for statement in file.imports if statement.is_star]
    unknown: list[Mention] = []
    for mention in inside:
        if mention.role is not Role.NAME or mention.name == name:
            continue
        owner = scopes.owner(mention.name, mention.scope)
        if owner == 0:
            _add(needs, file, scopes, mention)
        elif owner is None and mention.name in _OWN:
            needs.own.add(mention.name)
        elif owner is None:
            needs.plain.add(mention.name)
            unknown += [mention] if stars and mention.name not in _BUILTINS else []
    quoted = [mention for mention in inside if _may_be_annotation(scopes, mention) and mention.name != name]
    for mention, paths in zip(quoted, await _asked(file, session, quoted), strict=True):
        if paths:
            _add(needs, file, scopes, mention)
    for mention, paths in zip(unknown, await _asked(file, session, unknown), strict=True):
        needs.plain.discard(mention.name)
        needs.names[mention.name] = Need(mention.name, starred=paths[0] if paths else "")
    return needs


def _add(needs: Needs, file: PythonFile, scopes: PythonScopes, mention: Mention) -> None:
    need = needs.names.get(mention.name)
    if need is None:
        need = needs.names[mention.name] = Need(mention.name, _sources(file, scopes, mention.name))
    need.on_import = need.on_import or runs_on_import(scopes, mention)


def _sources(file: PythonFile, scopes: PythonScopes, name: str) -> Sequence[tuple[ImportStatement, Imported]]:
    """The imports that bind a name of the module, when nothing else does and each always happens."""
    found = [
        (statement, imported)
        for statement, imported in by_local(file.imports).get(name, ())
        if statement.where in (Where.TOP, Where.TYPES)
    ]
    binding = [mention for mention in scopes.mentions if mention.name == name and mention.binds and not mention.scope]
    is_split = len(found) > 1 and any(imported.original or imported.is_alias for _, imported in found)
    inside = sum(any(statement.start <= mention.start < statement.end for statement, _ in found) for mention in binding)
    return () if is_split or inside != len(binding) else found


def _may_be_annotation(scopes: PythonScopes, mention: Mention) -> bool:
    return (
        mention.role is Role.STRING
        and mention.use is StringUse.OTHER
        and scopes.owner(mention.name, mention.scope) == 0
    )


async def _asked(file: PythonFile, session: LanguageSession, mentions: Sequence[Mention]) -> list[list[str]]:
    """Ask where names lead; the files, "" for something outside, nothing for what is not understood."""
    lines = LineTable(file.data)
    answers = await session.definitions(file.path, [lines.spot(mention.start) for mention in mentions])
    return [[target.path or "" for target in targets] for targets in answers]
