"""The `documentation` answer without a model: text for what is public and undocumented, with lines for each claim."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.adapters.llm.offline_facts import answers, effect_phrases, lines_of_raise
from app.adapters.llm.offline_quotes import Quoter
from app.adapters.llm.offline_sections import Facts, facts_of, python_sections, script_sections
from app.adapters.llm.offline_sentences import sentence_about, sentence_about_file
from app.adapters.llm.offline_words import code, listed
from app.adapters.llm.port import SourceFile
from app.adapters.syntax.documentation import is_placeholder
from app.adapters.syntax.structure import Excerpt, FileStructure, Symbol
from app.schemas.replies import Claim, DocumentationReply, SkippedSymbol, SymbolDocumentation

EDITABLE = ("python", "javascript", "typescript", "tsx")
_LONGEST_TEXT = 8000
_LONGEST_NAME = 300
_MOST_CLAIMS = 20
_MOST = 2000
# Answers longer than this are refused by whoever reads them; what is beyond waits for the next question.
_LARGEST_ANSWER = 3_000_000


@dataclass(frozen=True, slots=True)
class Described:
    """A file with what its syntax tree shows."""

    file: SourceFile
    structure: FileStructure
    quoter: Quoter


def document(described: Sequence[Described], refused: Sequence[SkippedSymbol]) -> DocumentationReply:
    """Document every public definition that has no documentation; say of the others why they are left alone."""
    documents: list[SymbolDocumentation] = []
    skipped: list[SkippedSymbol] = list(refused)
    size = 0
    for one in described:
        for entry in _entries(one):
            size += len(entry.model_dump_json())
            if isinstance(entry, SkippedSymbol):
                skipped.append(entry)
            elif size > _LARGEST_ANSWER or len(documents) == _MOST:
                skipped.append(_skip(one, entry.symbol, "the answer is full; ask again for the rest"))
            else:
                documents.append(entry)
    return DocumentationReply(documents=documents, skipped=skipped[:_MOST])


def _entries(one: Described) -> Iterator[SymbolDocumentation | SkippedSymbol]:
    if one.structure.language not in EDITABLE:
        yield _skip(one, "", f"documentation in {one.structure.language} files is not edited")
        return
    if not one.structure.complete and one.structure.language == "python":
        yield _skip(one, "", f"the file does not parse as {one.structure.language}")
        return
    yield from _file_entry(one)
    members = _members(one.structure)
    alike = Counter(_key(symbol) for symbol in one.structure.symbols)
    for symbol in one.structure.symbols:
        if len(symbol.qualified_name) > _LONGEST_NAME:
            continue
        reason = _reason_against(symbol, one.structure)
        if reason is None and alike[_key(symbol)] > 1:
            reason = "several definitions have this name and first line"
        if reason is None:
            yield _symbol_entry(one, symbol, members[symbol.qualified_name]) or _skip(
                one, symbol.qualified_name, _SAYS_NOTHING
            )
        elif reason:
            yield _skip(one, symbol.qualified_name, reason)


_SAYS_NOTHING = "its name says all that the syntax tree shows"


def _key(symbol: Symbol) -> tuple[str, str]:
    return symbol.qualified_name, symbol.head.text.partition("\n")[0].strip()


def _reason_against(symbol: Symbol, structure: FileStructure) -> str | None:
    """Say why a definition is left alone: "" without a word, None when it is to be documented."""
    if not symbol.is_public or symbol.is_nested or symbol.kind == "constant":
        return ""
    if symbol.documentation is not None and not is_placeholder(symbol.documentation, symbol.name):
        return "it has documentation already"
    if not symbol.is_whole:
        return "part of it is not understood here"
    if not symbol.is_alone:
        return "it shares its statement with other definitions"
    if symbol.is_overload:
        return "it is overloaded; which signature is meant is for people to say"
    if _is_test(symbol, structure):
        return "it is a test: its name says what it checks"
    if symbol.name.startswith("__") and symbol.name not in ("__init__", "__call__"):
        return "its meaning is fixed by the language"
    if symbol.name.startswith("["):
        return "its name is computed, so that nothing can be read from it"
    is_bare = symbol.name in ("__init__", "constructor") and not symbol.parameters and not symbol.body.raises
    is_setter = any(text.rpartition(".")[2] in ("setter", "deleter") for text in symbol.decorators)
    return "" if is_bare or is_setter else None


def _is_test(symbol: Symbol, structure: FileStructure) -> bool:
    name = structure.path.rpartition("/")[2]
    in_tests = name.startswith("test_") or "_test." in name or ".test." in name or ".spec." in name
    return symbol.name.startswith(("test_", "Test")) or (in_tests and symbol.name in ("setUp", "tearDown"))


def _file_entry(one: Described) -> Iterator[SymbolDocumentation | SkippedSymbol]:
    structure = one.structure
    if structure.documentation is not None and not is_placeholder(structure.documentation):
        yield _skip(one, "", "it has documentation already")
        return
    sentence = sentence_about_file(structure)
    if sentence is None:
        yield _skip(one, "", "it defines nothing for others")
        return
    lines = [sentence]
    effects = effect_phrases(structure.body.effects, without=("changes-attribute", "changes-global", "changes-items"))
    if effects and structure.language == "python":
        lines += ["", f"When imported it {listed([phrase for phrase, _ in effects], 3)}."]
    public = [it for it in structure.symbols if it.is_public and not it.parent]
    claims = [one.quoter.claim(f"The file defines {code(it.name)}.", it.head) for it in public[:_MOST_CLAIMS]]
    claims += [one.quoter.claim(f"Importing it {phrase}.", at) for phrase, at in effects]
    yield SymbolDocumentation(
        path=structure.path, symbol="", quote="", documentation="\n".join(lines), claims=_kept(claims)
    )


def _members(structure: FileStructure) -> dict[str, list[Symbol]]:
    members: dict[str, list[Symbol]] = defaultdict(list)
    for symbol in structure.symbols:
        if symbol.kind == "method":
            members[symbol.parent].append(symbol)
    return members


def _symbol_entry(one: Described, symbol: Symbol, members: Sequence[Symbol]) -> SymbolDocumentation | None:
    """Write one definition's documentation; None when nothing but its name could be said."""
    facts = facts_of(symbol, members)
    sections = python_sections(symbol, facts) if one.structure.language == "python" else script_sections(symbol, facts)
    if not sections and not _says_something(symbol):
        return None
    sentence = sentence_about(symbol)
    text = "\n".join([sentence, *sections])
    first = one.quoter.claim(f"“{sentence}” is derived from the name and kind of the definition.", symbol.head)
    head = Excerpt(symbol.head.start_line, symbol.head.start_line, "")
    quote = one.quoter.quote(head, keep_first=True) or symbol.head.text.split("\n")[0].removesuffix("\r")
    return SymbolDocumentation(
        path=one.structure.path,
        symbol=symbol.qualified_name,
        quote=quote[:4000],
        documentation=text[:_LONGEST_TEXT],
        claims=_kept([first, *_claims(one.quoter, symbol, facts)]),
    )


def _says_something(symbol: Symbol) -> bool:
    """Say whether the first sentence alone tells more than the name."""
    if symbol.kind == "class":
        return any(base != "object" for base in symbol.bases)
    return bool(symbol.fields) or symbol.kind == "type"


def _claims(quoter: Quoter, symbol: Symbol, facts: Facts) -> Iterator[Claim | None]:
    """Back each statement of the sections by its lines."""
    if facts.parameters:
        names = listed([code(it.name) for it, _ in facts.parameters])
        yield quoter.claim(f"Its parameters: {names}.", symbol.head)
    for error, condition, raised in facts.raises:
        yield quoter.claim(f"Raises {code(error)}{f' {condition}' if condition else ''}.", lines_of_raise(raised))
    for given in answers(symbol.body.returned):
        yield quoter.claim(f"Returns {code(given.expression)}.", given.at)
    for given in answers(symbol.body.yielded):
        yield quoter.claim(f"Yields {code(given.expression)}.", given.at)
    for phrase, at in facts.effects:
        yield quoter.claim(f"It {phrase}.", at)
    for member in facts.offers[:3]:
        yield quoter.claim(f"It offers {code(member.name)}.", member.head)
    for field in symbol.fields[:3]:
        yield quoter.claim(f"It declares {code(field.name)}.", field.at)


def _kept(claims: Sequence[Claim | None]) -> list[Claim]:
    return [claim for claim in claims if claim is not None][:_MOST_CLAIMS]


def _skip(one: Described, symbol: str, reason: str) -> SkippedSymbol:
    return SkippedSymbol(path=one.structure.path, symbol=symbol[:_LONGEST_NAME], reason=reason)
