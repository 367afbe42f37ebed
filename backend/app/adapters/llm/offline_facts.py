"""Facts of a syntax tree as short phrases: parameters, answers, errors and effects. Nothing here is guessed."""

import re
from collections.abc import Iterable, Sequence

from app.adapters.llm.offline_words import code, listed
from app.adapters.syntax.structure import (
    LONGEST_EXPRESSION,
    Body,
    Effect,
    EffectKind,
    Excerpt,
    Given,
    Parameter,
    ParameterUse,
    Raised,
)

EFFECTS: dict[EffectKind, str] = {
    "changes-attribute": "changes attributes",
    "changes-global": "changes names outside the function",
    "changes-items": "changes items",
    "environment": "uses the environment",
    "exits": "may end the process",
    "logs": "logs",
    "network": "uses the network",
    "page": "touches the page",
    "prints": "uses the terminal",
    "processes": "starts or signals processes",
    "reads-clock": "reads the clock",
    "reads-files": "reads files",
    "random": "uses randomness",
    "sleeps": "sleeps",
    "writes-files": "changes files",
}
_MOST_ANSWERS = 3
_MOST_USES = 3
_MAY_BE_NOTHING = re.compile(r"\b(?:None|Optional|Any|object|undefined|void|any|unknown)\b")
_NOTHING = {"", "None", "undefined", "null", "void 0"}


def effect_phrases(effects: Iterable[Effect], *, without: Sequence[EffectKind] = ()) -> list[tuple[str, Excerpt]]:
    """One phrase for each kind of effect with its subjects, and the lines of the first."""
    subjects: dict[EffectKind, dict[str, Excerpt]] = {}
    for effect in effects:
        if effect.kind not in without:
            subjects.setdefault(effect.kind, {}).setdefault(effect.subject, effect.at)
    return [
        (f"{EFFECTS[kind]} ({listed([code(name) for name in found], 4)})", next(iter(found.values())))
        for kind, found in subjects.items()
    ]


def condition_of(raised: Raised) -> str:
    """When an error is raised, as far as the nearest condition tells; "" when none guards it."""
    guard = raised.guard
    if guard is None or not guard.condition:
        return ""
    if guard.kind == "except":
        return f"when {code(guard.condition)} is caught"
    return f"{guard.kind} {code(guard.condition)}"


def lines_of_raise(raised: Raised) -> Excerpt:
    """The lines from an error's condition to the raise where both are near each other, else the raise alone."""
    guard, at = raised.guard, raised.at
    if guard is None or not 0 <= at.start_line - guard.at.start_line <= 6:
        return at
    return Excerpt(guard.at.start_line, max(at.end_line, guard.at.end_line), "")


def parameter_phrase(parameter: Parameter) -> str:
    """What is known of a parameter: its annotation, what the body does with it, its default."""
    uses = [phrase for use in parameter.uses if (phrase := _use_phrase(use))][:_MOST_USES]
    parts = [code(parameter.annotation)] if parameter.annotation else []
    parts += list(dict.fromkeys(uses))
    if parameter.default is not None:
        parts.append(f"{code(parameter.default)} by default")
    return ", ".join(parts)


_BUILTINS = {
    "isinstance": "its type is checked",
    "issubclass": "its type is checked",
    "len": "its length is taken",
    "iter": "iterated over",
    "enumerate": "iterated over",
    "callable": "checked to be callable",
    "Boolean": "decides a branch",
    "bool": "decides a branch",
}


def _use_phrase(use: ParameterUse) -> str:
    if use.verb == "passed to" and use.object in _BUILTINS:
        return _BUILTINS[use.object]
    known = {
        "passed to": f"passed to {code(use.object)}",
        "stored as": f"stored as {code(use.object)}",
        "iterated over": "iterated over",
        "called": "called",
        "entered": "entered with `with`",
        "returned": "returned",
        "yielded": "yielded",
        "tested": "decides a branch",
        "compared": "compared",
        "searched": "searched with `in`",
        "indexed": "indexed",
        "method": f"its {code(use.object + '()')} is called",
        "attribute": f"its {code(use.object)} is read",
    }
    return known.get(use.verb, "")


def answers(given: Sequence[Given]) -> list[Given]:
    """Distinct answers that are something and short enough to be shown."""
    distinct = {one.expression: one for one in given if one.expression not in _NOTHING}
    return [one for one in distinct.values() if len(one.expression) <= LONGEST_EXPRESSION][:_MOST_ANSWERS]


def gives_something(body: Body) -> bool:
    """Say whether any return gives a value."""
    return any(one.expression not in _NOTHING for one in body.returned)


def answer_phrase(given: Sequence[Given], annotation: str | None, *, unasked: str, falls_off: bool = False) -> str:
    """What comes back: `or`-joined expressions, how many more there are, and whether there may be nothing.

    `unasked` is what a language gives back where nothing is said, as it is at the end if that can be reached.
    """
    distinct = {one.expression for one in given if one.expression not in _NOTHING}
    shown = [code(one.expression) for one in answers(given)]
    rest = len(distinct) - len(shown)
    if rest and shown:
        shown.append(f"{rest} other {'value' if rest == 1 else 'values'}")
    nothing = {one.expression for one in given} & _NOTHING
    # A type that leaves nothing out knows better: what ends the function there has a form like any other call.
    if falls_off and (annotation is None or _MAY_BE_NOTHING.search(annotation)):
        nothing.add("")
    if nothing and shown and not (annotation or "").startswith(("Iterator", "Generator")):
        words = sorted({word or unasked for word in nothing})
        shown += [code(word) for word in words]
    return " or ".join(shown)


def raise_entries(body: Body, most: int = 6) -> list[tuple[str, str, Raised]]:
    """Each distinct error with its condition: (error, condition, where)."""
    found: dict[tuple[str, str], Raised] = {}
    for raised in body.raises:
        if raised.error == "AssertionError" and raised.at.text.lstrip().startswith("assert"):
            continue  # a check of the programmer's own, stripped with -O: not part of what callers are told
        if raised.is_caught or raised.is_variable:
            continue
        error = raised.error or (raised.guard.condition if raised.guard and raised.guard.kind == "except" else "")
        if error and error.replace(".", "").replace("_", "").isalnum():
            found.setdefault((error, condition_of(raised)), raised)
    return [(error, condition, raised) for (error, condition), raised in found.items()][:most]
