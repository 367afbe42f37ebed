"""The `rename-suggestions` answer without a model: rules that compare a name with what the syntax tree shows.

An empty list is a good answer. A rule speaks only where the evidence stands in the file, and never suggests a
name that the file already uses.
"""

import keyword
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.adapters.llm.offline_document import Described
from app.adapters.llm.offline_facts import gives_something
from app.adapters.llm.offline_words import code, split_name
from app.adapters.syntax.structure import Excerpt, FileStructure, Parameter, Symbol
from app.schemas.replies import Claim, RenameIdea, RenameSuggestionsReply

_MOST_IDEAS = 100
_ABBREVIATIONS = {
    "amt": "amount",
    "btn": "button",
    "calc": "calculate",
    "chk": "check",
    "cnt": "count",
    "cust": "customer",
    "dept": "department",
    "evt": "event",
    "flg": "flag",
    "grp": "group",
    "hdr": "header",
    "lvl": "level",
    "mgr": "manager",
    "mngr": "manager",
    "notif": "notification",
    "pwd": "password",
    "qty": "quantity",
    "rcv": "receive",
    "snd": "send",
    "svc": "service",
    "tbl": "table",
    "txn": "transaction",
    "upd": "update",
    "usr": "user",
}
# Names whose short form is the usual one in any code.
_USUAL = {
    "pwd",
    "i",
    "j",
    "k",
    "n",
    "x",
    "y",
    "z",
    "_",
    "e",
    "t",
    "a",
    "b",
    "c",
    "f",
    "fn",
    "cb",
    "id",
    "ok",
    "db",
    "io",
}
_ADJECTIVES = {
    "active", "alive", "available", "busy", "closed", "complete", "deleted", "dirty", "disabled", "empty", "enabled",
    "expired", "finished", "hidden", "idle", "invalid", "locked", "missing", "open", "public", "private", "ready",
    "running", "stale", "valid", "verified", "visible",
}  # fmt: skip
_COLLECTION = re.compile(
    r"^(?:list|List|set|Set|frozenset|Sequence|Iterable|Collection|Array|ReadonlyArray|tuple)[\[<]\s*([A-Z]\w+)\s*(?:,\s*\.\.\.)?[\]>]$"
)
_ARRAY = re.compile(r"^(?:readonly )?([A-Z]\w+)\[\]$")
_PLAIN_TYPE = re.compile(r"^([A-Z]\w+)$")
_BOOLEAN = re.compile(
    r"^(?:Promise<)?(?:bool|boolean|Literal\[(?:True|False).*|TypeGuard.*|TypeIs.*|\w+ is .*|asserts .*)"
)
_PREDICATES = ("is", "has", "can", "should")
_LITERAL = re.compile(r"""(?:[rbfu]{0,2}"[^"]*"|[rbfu]{0,2}'[^']*'|\d+(?:\.\d+)?|\[[^][]*\]|\{[^{}]*\})""")
_SCRIPT_WORDS = {
    "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do",
    "else", "enum", "export", "extends", "false", "finally", "for", "function", "if", "implements", "import", "in",
    "instanceof", "interface", "let", "new", "null", "package", "private", "protected", "public", "return", "static",
    "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void", "while", "with", "yield",
}  # fmt: skip
# Names that a framework looks for.
_HOOKS = {"setUp", "tearDown", "setUpClass", "tearDownClass", "setUpModule", "tearDownModule", "runTest"}
_EFFECT_VERBS = {
    "changes-attribute": "update",
    "changes-items": "update",
    "logs": "log",
    "prints": "print",
    "writes-files": "write",
}


@dataclass(frozen=True, slots=True)
class _Named:
    """A name under judgement: a definition, or one of its parameters."""

    symbol: Symbol
    parameter: Parameter | None
    is_python: bool
    convention: str
    conforming: Symbol | None

    @property
    def name(self) -> str:
        return self.parameter.name if self.parameter else self.symbol.name

    @property
    def annotation(self) -> str | None:
        return self.parameter.annotation if self.parameter else self.symbol.returns

    @property
    def is_callable(self) -> bool:
        return self.parameter is None and self.symbol.kind in ("function", "method")

    def joined(self, words: Sequence[str]) -> str:
        """Write words the way this kind of name is written here."""
        lead = re.match(r"_*", self.name)
        prefix = lead[0] if lead else ""
        if self.symbol.kind in ("class", "interface", "type", "enum") and self.parameter is None:
            return prefix + "".join(word[:1].upper() + word[1:] for word in words)
        if self.name.isupper():
            return prefix + "_".join(words).upper()
        if self.convention == "snake":
            return prefix + "_".join(word.lower() for word in words)
        return prefix + words[0].lower() + "".join(word[:1].upper() + word[1:] for word in words[1:])


@dataclass(frozen=True, slots=True)
class _Finding:
    """A better name, why, and the lines that show why; without `at` it is the definition that does."""

    suggestion: str
    reason: str
    at: Excerpt | None = None


def suggest_names(one: Described) -> RenameSuggestionsReply:
    """Give at most one idea for each definition and parameter."""
    if one.structure.language not in ("python", "javascript", "typescript", "tsx") or not one.structure.complete:
        return RenameSuggestionsReply()
    taken = _names_in(one)
    ideas = []
    for named in _every_name(one.structure):
        for rule in _RULES:
            found = rule(named)
            if found is None or found.suggestion in taken or not _is_allowed(found.suggestion, named):
                continue
            quote = one.quoter.quote(named.symbol.head)
            if quote is not None:
                ideas.append(_idea(named, found, quote, one.quoter.claim(found.reason, found.at or named.symbol.head)))
            break
    return RenameSuggestionsReply(ideas=ideas[:_MOST_IDEAS])


def _idea(named: _Named, found: _Finding, quote: str, claim: Claim | None) -> RenameIdea:
    symbol = named.symbol.qualified_name
    return RenameIdea(
        symbol=f"{symbol}.{named.name}" if named.parameter else symbol,
        suggestion=found.suggestion,
        reason=f"{found.reason} (A rule over the syntax tree; no language model was used.)",
        quote=quote,
        claims=[claim] if claim else [],
    )


def _every_name(structure: FileStructure) -> Iterator[_Named]:
    is_python = structure.language == "python"
    functions = [it for it in structure.symbols if it.kind in ("function", "method")]
    camel = [it for it in functions if re.search(r"[a-z][A-Z]", it.name)]
    snake = [it for it in functions if "_" in it.name.strip("_")]
    is_camel = len(camel) > len(snake) or (len(camel) == len(snake) and not is_python)
    prevailing = "camel" if is_camel else "snake"
    conforming = next(iter(camel if is_camel else snake), None)
    seen: set[str] = set()
    for symbol in structure.symbols:
        if len(symbol.qualified_name) > 200 or symbol.qualified_name in seen or symbol.is_overload:
            continue
        seen.add(symbol.qualified_name)
        if symbol.name.startswith(("__", "test_")) or symbol.name in _HOOKS or "override" in symbol.decorators:
            continue
        yield _Named(symbol, None, is_python, prevailing, conforming)
        for parameter in symbol.parameters:
            if parameter.name.isidentifier():
                yield _Named(symbol, parameter, is_python, prevailing, conforming)


def _names_in(one: Described) -> set[str]:
    """Every word of the file: a suggestion must not meet any name that is in use, local ones included."""
    return set(re.findall(r"[\w$]+", one.file.text))


def _is_allowed(name: str, named: _Named) -> bool:
    reserved = keyword.iskeyword(name) or keyword.issoftkeyword(name) if named.is_python else name in _SCRIPT_WORDS
    return name.isidentifier() and not reserved and name != named.name and len(name) <= 60


def _element_type(annotation: str | None) -> str | None:
    match = _COLLECTION.match(annotation or "") or _ARRAY.match(annotation or "")
    return match[1] if match else None


def _short_name(named: _Named) -> _Finding | None:
    """`s: Session` → `session`."""
    match = _PLAIN_TYPE.match(named.annotation or "")
    if named.parameter is None or len(named.name) != 1 or named.name in _USUAL - {"a", "b", "c", "t", "f"} or not match:
        return None
    words = split_name(match[1])
    if len(match[1]) < 3 or match[1] in ("Any", "Callable", "None"):
        return None
    return _Finding(
        named.joined(words),
        f"One letter does not say what {code(named.name)} is; its annotation does: {code(match[1])}.",
    )


def _abbreviation(named: _Named) -> _Finding | None:
    words = split_name(named.name)
    if named.name.lower() in _USUAL or not set(words) & set(_ABBREVIATIONS):
        return None
    short = next(word for word in words if word in _ABBREVIATIONS)
    full = [_ABBREVIATIONS.get(word, word) for word in words]
    return _Finding(
        named.joined(full), f"{code(short)} is short for a word that costs little to write: {_ABBREVIATIONS[short]}."
    )


def _false_predicate(named: _Named) -> _Finding | None:
    """`is_ready() -> str`."""
    words = split_name(named.name)
    if not named.is_callable or len(words) < 2 or words[0] not in _PREDICATES:
        return None
    returns = named.symbol.returns
    values = [it for it in named.symbol.body.returned if it.expression]
    at = None
    if (
        returns is not None
        and not _BOOLEAN.match(returns)
        and returns not in ("Any", "any", "unknown", "object", "None")
    ):
        if "bool" in returns:
            return None
        why = f"It sounds like a question with yes or no, but answers {code(returns)}."
    elif returns is None and values and all(_LITERAL.fullmatch(value.expression) for value in values):
        why, at = f"It sounds like a question with yes or no, but returns {code(values[0].expression)}.", values[0].at
    else:
        return None
    return _Finding(named.joined(["get", *words[1:]]), why, at)


def _empty_getter(named: _Named) -> _Finding | None:
    """`get_x` that gives nothing back."""
    words = split_name(named.name)
    body = named.symbol.body
    if not named.is_callable or len(words) < 2 or words[0] != "get" or body.is_stub or body.yielded:
        return None
    if gives_something(body) or named.symbol.returns not in (None, "None", "void") or body.raises:
        return None
    verb = next((_EFFECT_VERBS[effect.kind] for effect in body.effects if effect.kind in _EFFECT_VERBS), None)
    if verb is None:
        return None
    effect = next(effect for effect in body.effects if effect.kind in _EFFECT_VERBS)
    return _Finding(
        named.joined([verb, *words[1:]]),
        f"It gets nothing: no value is returned, but {code(effect.subject)} is used.",
        effect.at,
    )


def _unasked_question(named: _Named) -> _Finding | None:
    """`valid() -> bool` → `is_valid`."""
    words = split_name(named.name)
    if (
        not named.is_callable
        or named.symbol.returns not in ("bool", "boolean")
        or len(words) != 1
        or words[0] not in _ADJECTIVES
    ):
        return None
    why = f"It answers yes or no ({code(named.symbol.returns or '')}); its name does not ask."
    return _Finding(named.joined(["is", *words]), why)


def _wrong_number(named: _Named) -> _Finding | None:
    """`user: list[User]` → `users`; `get_users() -> User` → `get_user`."""
    words = split_name(named.name)
    if not words:
        return None
    element = _element_type(named.annotation)
    if element is not None and words[-1] == split_name(element)[-1].lower() and not words[-1].endswith("s"):
        several = f"It holds several: {code(named.annotation or '')}."
        return _Finding(named.joined([*words[:-1], _plural(words[-1])]), several)
    single = _PLAIN_TYPE.match(named.annotation or "")
    if single and words[-1] == _plural(split_name(single[1])[-1].lower()):
        last = split_name(single[1])[-1].lower()
        return _Finding(named.joined([*words[:-1], last]), f"It is one, not several: {code(single[1])}.")
    return None


def _casing(named: _Named) -> _Finding | None:
    name = named.name.strip("_")
    symbol = named.symbol
    if not name.isascii() or (named.parameter is None and symbol.kind == "constant"):
        return None
    if named.parameter is None and symbol.kind in ("class", "interface", "enum"):
        if name[:1].islower() and symbol.kind != "enum":
            return _Finding(
                named.joined(split_name(name)), f"A {symbol.kind} is written with a capital in this language."
            )
        return None
    # A method may fulfil what a base class elsewhere asks for: its casing is not the file's to choose.
    if symbol.kind == "method" and (symbol.parent.rpartition(".")[2] or symbol.bases):
        return None
    mixed = bool(re.search(r"[a-z][A-Z]", name)) and name[:1].islower()
    if named.is_python and named.convention == "snake" and mixed and "_" not in name:
        return _unlike_the_others(named, "with underscores")
    if not named.is_python and named.convention == "camel" and re.fullmatch(r"[a-z]+(?:_[a-z0-9]+)+", name):
        return _unlike_the_others(named, "in camel case")
    return None


def _unlike_the_others(named: _Named, manner: str) -> _Finding:
    """Cite one of the others: the definition itself does not show how they are written."""
    one = named.conforming
    name = named.joined(split_name(named.name.strip("_")))
    if one is None:
        return _Finding(name, f"Names are usually written {manner} in this language.")
    return _Finding(name, f"Most other names here are written {manner}, such as {code(one.name)}.", one.head)


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


_RULES: tuple[Callable[[_Named], _Finding | None], ...] = (
    _false_predicate,
    _empty_getter,
    _unasked_question,
    _wrong_number,
    _short_name,
    _abbreviation,
    _casing,
)
