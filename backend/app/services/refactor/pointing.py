"""What a rename points at, before anything is analysed: its name, its language, and whether it is a module. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.services.refactor.asked import RenameRequest, word_at
from app.services.refactor.errors import LanguageUnsupported, SymbolNotFound
from app.services.refactor.modules_typescript import module_called, specifier_at
from app.services.refactor.names import check_file_name, check_name
from app.services.refactor.symbols.model import MODULE, Symbol
from app.services.refactor.symbols.specifiers import without_suffix
from app.services.refactor.tree import ALL_LANGUAGES, LANGUAGES

_TYPESCRIPT = "typescript"


@dataclass(frozen=True, slots=True)
class AskedName:
    """What is called `old`. `is_file`: it is a file or folder, whose name need not be an identifier."""

    old: str
    language: str
    is_file: bool = False


def check_asked(named: AskedName, new: str) -> None:
    """Raise InvalidName unless it may be called so."""
    if named.is_file:
        check_file_name(named.old, new)
    else:
        check_name(named.language, named.old, new)


def name_at(asked: RenameRequest, data: bytes) -> AskedName:
    """Read what stands at the place. SymbolNotFound when that is no name and no part of an import's path."""
    language = ALL_LANGUAGES[PurePosixPath(asked.path).suffix]
    line, column = asked.line or 0, asked.column or 0
    found = specifier_at(asked.path, data, line, column) if language == _TYPESCRIPT else None
    if found is not None:
        specifier, index = found
        return AskedName(without_suffix(specifier.segments[index]), language, is_file=True)
    word = word_at(data, line, column)
    if word is None:
        raise SymbolNotFound(path=asked.path, line=asked.line, column=asked.column, reason="no_name_there")
    return AskedName(word, language)


def name_of_module(path: str, files: Sequence[str]) -> AskedName:
    """Name the module of a file, or of a folder with these files. LanguageUnsupported when none of them is code."""
    written = Counter(
        language for file in files if (language := LANGUAGES.get(PurePosixPath(file).suffix)) and _is_own(file)
    )
    if not written:
        raise LanguageUnsupported(path=path, supported=sorted(LANGUAGES))
    language = written.most_common(1)[0][0]
    if language == _TYPESCRIPT:
        return AskedName(module_called(path), language, is_file=True)
    return AskedName(Symbol(path, MODULE, "").called, language)


def _is_own(path: str) -> bool:
    return "node_modules" not in path.split("/")
