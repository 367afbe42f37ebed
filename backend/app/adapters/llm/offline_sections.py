"""The sections below a documentation's first sentence: Google style for Python, tags for JavaScript and TypeScript."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.adapters.llm.offline_facts import (
    answer_phrase,
    effect_phrases,
    gives_something,
    parameter_phrase,
    raise_entries,
)
from app.adapters.llm.offline_words import code, listed
from app.adapters.syntax.structure import EffectKind, Excerpt, Parameter, Raised, Symbol

_NO_ANSWER = ("None", "void", "Promise<void>", "never")
_CONSTRUCTORS = ("__init__", "constructor")
_MOST_FIELDS = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of one definition: parameters with phrases, errors with conditions, effects with their lines."""

    parameters: tuple[tuple[Parameter, str], ...]
    raises: tuple[tuple[str, str, Raised], ...]
    effects: tuple[tuple[str, Excerpt], ...]
    offers: tuple[Symbol, ...]


def facts_of(symbol: Symbol, members: Sequence[Symbol] = ()) -> Facts:
    """Choose what is told; that a constructor sets attributes goes without saying."""
    without: tuple[EffectKind, ...] = ("changes-attribute", "changes-items") if symbol.name in _CONSTRUCTORS else ()
    return Facts(
        tuple((it, parameter_phrase(it)) for it in symbol.parameters),
        tuple(raise_entries(symbol.body)),
        tuple(effect_phrases(symbol.body.effects, without=without)),
        tuple(it for it in members if it.is_public and not it.name.startswith("__") and it.name != "constructor"),
    )


def _offered(facts: Facts) -> list[str]:
    names = list(dict.fromkeys(code(it.name) for it in facts.offers))
    return ["", f"Offers {listed(names, 8)}."] if names else []


def python_sections(symbol: Symbol, facts: Facts) -> list[str]:
    """Google style: each section after a blank line, its entries indented."""
    yielded = symbol.body.yielded
    answer = _answer(symbol, ": ", unasked="None")
    sections = [
        ("Attributes:", _attributes(symbol)),
        ("Args:", [f"{_starred(it)}: {_capital(phrase) or 'Untyped'}." for it, phrase in facts.parameters]),
        ("Yields:" if yielded else "Returns:", [f"{answer}."] if answer else []),
        ("Raises:", [f"{error}: {_capital(when) or 'Whenever this is reached'}." for error, when, _ in facts.raises]),
        ("Side effects:", [f"{_capital(phrase)}." for phrase, _ in facts.effects]),
    ]
    lines = [line for title, entries in sections if entries for line in ("", title, *(f"    {it}" for it in entries))]
    return [*_offered(facts), *lines]


def script_sections(symbol: Symbol, facts: Facts) -> list[str]:
    """A paragraph about effects, then tags without types: those stand in the code or are not known."""
    answer = _answer(symbol, ", ", unasked="undefined", typed=False)
    tags = [
        f"@param {_plain_name(it.name, number)} - {_capital(phrase) or 'Untyped'}."
        for number, (it, phrase) in enumerate(facts.parameters)
    ]
    if answer:
        tags.append(f"@{'yields' if symbol.body.yielded else 'returns'} {answer}.")
    tags += [f"@throws {error}{f' {condition}' if condition else ''}." for error, condition, _ in facts.raises]
    effects = ["", f"It {listed([phrase for phrase, _ in facts.effects], 5)}."] if facts.effects else []
    return [*_offered(facts), *effects, *(["", *tags] if tags else [])]


def _answer(symbol: Symbol, glue: str, *, unasked: str, typed: bool = True) -> str:
    annotation = symbol.returns if symbol.returns not in _NO_ANSWER else None
    if symbol.kind not in ("function", "method") or symbol.name in _CONSTRUCTORS:
        return ""
    if annotation is None and (symbol.returns is not None or not (symbol.body.yielded or gives_something(symbol.body))):
        return ""
    body = symbol.body
    phrase = (
        answer_phrase(body.yielded, symbol.returns, unasked=unasked)
        if body.yielded
        else answer_phrase(body.returned, symbol.returns, unasked=unasked, falls_off=body.falls_off)
    )
    shown = (annotation if typed else code(annotation)) if annotation else ""
    return glue.join(filter(None, [shown, phrase]))


def _attributes(symbol: Symbol) -> list[str]:
    """Declared attributes of a class with what their declarations say."""
    if symbol.kind != "class":
        return []
    shown = [field for field in symbol.fields if not field.name.startswith("_")]
    entries = []
    for field in shown[:_MOST_FIELDS]:
        default = f"{code(field.default)} by default" if field.default else ""
        said = ", ".join(filter(None, [code(field.annotation) if field.annotation else "", default]))
        entries.append(f"{field.name}: {said or 'Untyped'}.")
    if len(shown) > _MOST_FIELDS:
        entries.append(f"And {len(shown) - _MOST_FIELDS} more.")
    return entries


def _starred(parameter: Parameter) -> str:
    return {"rest": "*", "keywords": "**"}.get(parameter.kind, "") + parameter.name


def _plain_name(name: str, number: int) -> str:
    """A pattern has no name; tools go by position, so any name will do."""
    return name if name.replace("$", "_").isidentifier() else f"options{number + 1 if number else ''}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
