"""What every mention of some words means in a tree of Python files: own scopes, and a language server for the rest."""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from app.adapters.language.port import LanguageSession, Spot, Target
from app.services.refactor.bounds import MOST_MENTIONS
from app.services.refactor.errors import TooManyMentions
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.mentions import Mention, Role, StringUse
from app.services.refactor.symbols.model import MODULE, UNKNOWN, Meaning, Place, Symbol
from app.services.refactor.symbols.python_modules import PythonModules
from app.services.refactor.symbols.python_scopes import PythonScopes
from app.services.refactor.together import ending
from app.services.refactor.tree import import_roots

# Of a file that mentions none of the words: whatever is there, it is not what we look for.
_ELSEWHERE = -2
_BATCH = 16  # files read at once
_DEPENDS_ON_TYPES = frozenset({Role.ATTRIBUTE, Role.KEYWORD, Role.IMPORTED, Role.MODULE, Role.PATTERN_KEYWORD})


@dataclass(slots=True)
class Analysis:
    """The files that mention the words, and what each mention means."""

    scopes: dict[str, PythonScopes]
    lines: dict[str, LineTable]
    meanings: dict[Place, Meaning] = field(default_factory=dict)
    # Where a called function or a pattern's class leads, by the place of the keyword that belongs to it.
    heads: dict[Place, tuple[Target, ...]] = field(default_factory=dict)

    def mentions(self, paths: Collection[str] | None = None) -> Iterator[tuple[Place, Mention]]:
        """Every mention, of all files or of some, file by file, in order."""
        for path in sorted(self.scopes if paths is None else paths):
            for mention in self.scopes[path].mentions:
                yield Place(path, mention.start), mention

    def symbol(self, path: str, scope: int, name: str) -> Symbol:
        """Name what a scope binds."""
        return Symbol(path, self.scopes[path].scopes[scope].at, name)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was found out before: scopes hold for files that are the same. The server is not asked about `left_out`."""

    files: Mapping[str, bytes]
    found: Analysis
    left_out: Set[Place]

    def has_no_words(self, path: str, data: bytes) -> bool:
        """Say whether a file is the same and was found to mention nothing."""
        return path not in self.found.scopes and self.files.get(path) is data


async def analyse(
    files: Mapping[str, bytes], words: Collection[str], session: LanguageSession, earlier: Earlier | None = None
) -> Analysis:
    """Find and explain every mention of the words; `files` are those of the session's workspace. TooManyMentions.

    With an `earlier` analysis for the same words, all it takes of it is scopes.
    """
    found = Analysis({}, {})
    left_out = earlier.left_out if earlier else frozenset()
    chosen = await asyncio.to_thread(_choose, files, words, earlier)
    asking: list[asyncio.Task[dict[Place, tuple[Target, ...]]]] = []
    async with ending(asking):
        for start in range(0, len(chosen), _BATCH):
            batch = chosen[start : start + _BATCH]
            await asyncio.to_thread(_read, found, {path: files[path] for path in batch}, words, earlier)
            questions = [each for each in _questions(found, batch) if each[0] not in left_out]
            # While the next files are read, the server works on what is asked about these.
            asking.append(asyncio.create_task(ask(found, session, questions)))
        replies = await asyncio.gather(*asking)
    answers = {place: reply for each in replies for place, reply in each.items()}
    found.heads = await ask(found, session, [*_head_questions(found)])
    for place, mention in found.mentions():
        own = _own_meaning(found, place.path, mention)
        found.meanings[place] = own if own is not None else meaning_of(found, _led_on(found, answers, place))
    found.heads |= await ask(found, session, [*_package_questions(found, files)])
    _explain_folders(found, files)
    for place, mention in found.mentions():
        if mention.role is Role.PATTERN_KEYWORD and not found.meanings[place].is_known:
            found.meanings[place] = _member_of(found, found.heads.get(place, ()), mention.name)
    return found


def _explain_folders(found: Analysis, files: Mapping[str, bytes]) -> None:
    """Say what names of packages without a file of their own mean, and what `import a.b` lets be reached by dots."""
    unknown = [(place, each) for place, each in found.mentions() if not found.meanings[place].is_known]
    modules = PythonModules(files.keys(), import_roots(files)) if unknown else None
    for place, mention in unknown:
        if modules is not None and mention.role in (Role.MODULE, Role.IMPORTED):
            own = mention.module if mention.module.endswith(".") else f"{mention.module}."
            before = mention.head_text if mention.role is Role.MODULE else own
            found.meanings[place] = Meaning(modules.find(before + mention.name, place.path))
    reached = {
        (place.path, mention.head_text + mention.name): found.meanings[place]
        for place, mention in found.mentions()
        if mention.role is Role.MODULE
    }
    for place, mention in unknown:
        if modules is not None and mention.role is Role.ATTRIBUTE:
            below = _below_package(found.heads.get(place, ()), mention.name, modules)
            path = (place.path, f"{mention.head_text}.{mention.name}")
            found.meanings[place] = Meaning(below) if below else reached.get(path, UNKNOWN)


def _below_package(heads: tuple[Target, ...], name: str, modules: PythonModules) -> frozenset[Symbol]:
    """Find the modules of that name in the packages that stand before the dot."""
    packages = [head.path for head in heads if head.path is not None and head.start == head.end]
    folders = [PurePosixPath(path).parent for path in packages if PurePosixPath(path).stem == "__init__"]
    inside = (modules.at(str(folder / each)) for folder in folders for each in (f"{name}.py", f"{name}.pyi", name))
    return frozenset(symbol for symbol in inside if symbol is not None)


def _choose(files: Mapping[str, bytes], words: Collection[str], earlier: Earlier | None) -> list[str]:
    """List the files in which one of the words stands, in order."""
    needles = [word.encode() for word in words]
    return sorted(
        path
        for path, data in files.items()
        if not (earlier and earlier.has_no_words(path, data)) and any(needle in data for needle in needles)
    )


def _read(found: Analysis, files: Mapping[str, bytes], words: Collection[str], earlier: Earlier | None) -> None:
    """Add the scopes of files to an analysis. TooManyMentions."""
    for path, data in files.items():
        before = earlier.found.scopes.get(path) if earlier else None
        is_same = before is not None and before.data == data and before.words == frozenset(words)
        if earlier and before and is_same:
            found.scopes[path], found.lines[path] = before, earlier.found.lines[path]
        else:
            found.scopes[path], found.lines[path] = PythonScopes(data, words), LineTable(data)
    number = sum(len(each.mentions) for each in found.scopes.values())
    if number > MOST_MENTIONS:
        raise TooManyMentions(mentions=number, most=MOST_MENTIONS)


def _member_of(found: Analysis, classes: tuple[Target, ...], name: str) -> Meaning:
    """What a class pattern's keyword means: a member of the class itself. What is inherited is not looked for."""
    members: set[Symbol] = set()
    for target in classes:
        if target.path in found.scopes and target.path is not None:
            scope = found.scopes[target.path].class_named_at(found.lines[target.path].offset(target.end))
            if scope is not None and name in scope.bound:
                members.add(Symbol(target.path, scope.at, name))
    return Meaning(frozenset(members))


def _questions(found: Analysis, paths: Collection[str]) -> Iterator[tuple[Place, int]]:
    """Ask about what scopes alone cannot tell: whatever needs a type, another file, or is a name nobody here binds."""
    for place, mention in found.mentions(paths):
        if (
            mention.role in _DEPENDS_ON_TYPES
            or (mention.role is Role.STRING and mention.use not in (StringUse.PROSE, StringUse.DYNAMIC))
            or (mention.role is Role.NAME and _owner(found, place.path, mention) is None)
        ):
            yield place, mention.start


def _package_questions(found: Analysis, files: Mapping[str, bytes]) -> Iterator[tuple[Place, int]]:
    """Ask what stands before unknown attributes that are called as a module or a folder is."""
    called = {part for path in files for part in PurePosixPath(path).with_suffix("").parts}
    for place, mention in found.mentions():
        is_path = mention.role is Role.ATTRIBUTE and mention.name in called
        if is_path and mention.head is not None and not found.meanings[place].is_known:
            yield place, mention.head - 1


def _head_questions(found: Analysis) -> Iterator[tuple[Place, int]]:
    for place, mention in found.mentions():
        if mention.role in (Role.KEYWORD, Role.PATTERN_KEYWORD) and mention.head is not None:
            # The last word of what stands before: its end is inside of it still, one byte back.
            yield place, mention.head - 1


async def ask(
    found: Analysis, session: LanguageSession, questions: list[tuple[Place, int]]
) -> dict[Place, tuple[Target, ...]]:
    """Ask where the names at some offsets lead, by the place each question is about."""
    by_path: dict[str, list[tuple[Place, Spot]]] = {}
    for place, offset in questions:
        by_path.setdefault(place.path, []).append((place, found.lines[place.path].spot(offset)))
    replies = await asyncio.gather(
        *(session.definitions(path, [spot for _, spot in asked]) for path, asked in by_path.items())
    )
    return {
        place: reply
        for asked, answered in zip(by_path.values(), replies, strict=True)
        for (place, _), reply in zip(asked, answered, strict=True)
    }


def _owner(found: Analysis, path: str, mention: Mention) -> int | None:
    return found.scopes[path].owner(mention.name, mention.scope)


def _own_meaning(found: Analysis, path: str, mention: Mention) -> Meaning | None:
    """What the file itself tells; None where only the server can know."""
    scopes = found.scopes[path]
    if mention.role is Role.NAME:
        owner = scopes.owner(mention.name, mention.scope)
        return None if owner is None else Meaning(frozenset({found.symbol(path, owner, mention.name)}))
    if mention.role is Role.STRING and mention.use is StringUse.EXPORT:
        is_bound = mention.name in scopes.scopes[0].bound
        return Meaning(frozenset({Symbol(path, MODULE, mention.name)})) if is_bound else UNKNOWN
    if mention.role is Role.STRING and mention.use is StringUse.MEMBER:
        return Meaning(frozenset({found.symbol(path, mention.scope, mention.name)}))
    owner = scopes.class_of(mention) if mention.role is Role.ATTRIBUTE else None
    if owner is not None and mention.name in scopes.scopes[owner].bound:
        # Inside of its own class; what is inherited is found by way of the server.
        return Meaning(frozenset({found.symbol(path, owner, mention.name)}))
    return None


def _led_on(found: Analysis, answers: Mapping[Place, tuple[Target, ...]], place: Place) -> Iterator[Target]:
    """Give where a mention leads; an import that loads a module, and binds no name, leads on to the module."""
    for target in answers.get(place, ()):
        mention = _mention_at(found, target)
        if mention is None or mention.role is not Role.MODULE or mention.binds or target.path is None:
            yield target
        else:
            yield from answers.get(Place(target.path, mention.start), ())


def _mention_at(found: Analysis, target: Target) -> Mention | None:
    if target.path is None or target.path not in found.scopes or target.start == target.end:
        return None
    scopes, lines = found.scopes[target.path], found.lines[target.path]
    return scopes.by_end.get(lines.offset(target.end)) or scopes.by_start.get(lines.offset(target.start))


def meaning_of(found: Analysis, targets: Iterable[Target]) -> Meaning:
    """Translate the places that the server names into what they are."""
    symbols = {_symbol_at(found, target) for target in targets}
    return Meaning(frozenset(symbol for symbol in symbols if symbol is not None), is_outside=None in symbols)


def _symbol_at(found: Analysis, target: Target) -> Symbol | None:
    """Translate a place that the server names into a symbol; None outside of the workspace."""
    path = target.path
    if path is None:
        return None
    if target.start == target.end:
        return Symbol(path, MODULE, "")
    mention = _mention_at(found, target)
    if mention is None:
        return Symbol(path, _ELSEWHERE, f"{target.start.line}:{target.start.column}")
    scopes = found.scopes[path]
    if mention.role is Role.ATTRIBUTE:
        owner = scopes.class_of(mention)
        return found.symbol(path, owner, mention.name) if owner is not None else Symbol(path, _ELSEWHERE, mention.name)
    owner = scopes.owner(mention.name, mention.scope)
    return found.symbol(path, owner, mention.name) if owner is not None else Symbol(path, _ELSEWHERE, mention.name)
