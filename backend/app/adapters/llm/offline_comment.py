"""The `inline-comment` answer without a model: what some lines define, call, assign, return, raise and change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from app.adapters.llm.offline_document import Described
from app.adapters.llm.offline_facts import condition_of, effect_phrases, lines_of_raise
from app.adapters.llm.offline_quotes import Quoter
from app.adapters.llm.offline_summary import LABEL, innermost
from app.adapters.llm.offline_words import code, first_sentence, listed
from app.adapters.llm.port import Focus
from app.adapters.syntax.structure import Body, CallSite, Excerpt, Symbol
from app.schemas.replies import Claim, InlineCommentReply

_LONGEST_COMMENT = 8000
_MOST_CLAIMS = 60
_MOST = 12
_NO_ANSWER_TO_QUESTIONS = "A question cannot be answered without a language model; this is what the lines show."


class _HasPlace(Protocol):
    @property
    def at(self) -> Excerpt:
        """Where it stands."""
        ...


_Placed = TypeVar("_Placed", bound=_HasPlace)


def comment_on(
    one: Described,
    focus: Focus,
    sites: Mapping[str, Sequence[CallSite]],
    quoters: Mapping[str, Quoter],
    *,
    asked: bool = False,
) -> InlineCommentReply:
    """Explain the focused lines; `asked` says that a person put a question, which only a model could answer."""
    comment = _Comment(one, focus)
    if asked:
        comment.lines.append(_NO_ANSWER_TO_QUESTIONS)
    comment.surroundings(sites, quoters)
    comment.definitions()
    comment.what_happens()
    return comment.reply()


class _Comment:
    def __init__(self, one: Described, focus: Focus) -> None:
        self.structure = one.structure
        self.quoter = one.quoter
        self.start, self.end = focus.start_line, max(focus.start_line, focus.end_line)
        self.lines = [LABEL]
        self.claims: list[Claim | None] = []
        self.around = innermost(one.structure.symbols, self.start, self.end)

    def reply(self) -> InlineCommentReply:
        claims = [claim for claim in self.claims if claim is not None][:_MOST_CLAIMS]
        text = "\n".join(self.lines)
        if len(self.lines) == 1:
            text += "\nThe lines define, call, assign, return and raise nothing."
        return InlineCommentReply(comment=text[:_LONGEST_COMMENT], claims=claims)

    def _claim(self, text: str, at: Excerpt) -> None:
        self.claims.append(self.quoter.claim(text, at))

    def surroundings(self, sites: Mapping[str, Sequence[CallSite]], quoters: Mapping[str, Quoter]) -> None:
        """Tell in which definition the lines stand, what it says of itself, and who calls it."""
        symbol = self.around
        if symbol is None:
            return
        branches = f", cyclomatic complexity {symbol.body.complexity}" if symbol.kind in ("function", "method") else ""
        self.lines.append(f"The lines belong to the {symbol.kind} {code(symbol.qualified_name)}{branches}.")
        self._claim(f"{code(symbol.signature)} is defined here.", symbol.head)
        if symbol.documentation and symbol.documentation_at:
            self.lines.append(f"It says of itself: {first_sentence(symbol.documentation)}")
            self._claim(f"{code(symbol.qualified_name)} documents itself here.", symbol.documentation_at)
        callers = [site for site in sites.get(symbol.name, ()) if site.caller != symbol.qualified_name]
        if callers and symbol.kind in ("function", "method", "class"):
            places = [f"{code(site.path)}{f' in {code(site.caller)}' if site.caller else ''}" for site in callers]
            self.lines.append(f"Something of its name is called in {listed(list(dict.fromkeys(places)), 4)}.")
            first = callers[0]
            self.claims.append(quoters[first.path].claim(f"A call of {code(symbol.name)}.", first.call.at))

    def definitions(self) -> None:
        """Tell what begins within the lines."""
        defined = [
            it
            for it in self.structure.symbols
            if self.start <= it.head.start_line <= self.end and it is not self.around
        ]
        if defined:
            self.lines.append(f"They define {listed([code(it.qualified_name) for it in defined], _MOST)}.")
        for symbol in defined[:_MOST]:
            self._claim(f"The {symbol.kind} {code(symbol.qualified_name)} is defined here.", symbol.head)
        imports = self._within(self.structure.imports)
        if imports:
            self.lines.append(f"They import {listed([code(entry.module) for entry in imports], _MOST)}.")
        for entry in imports[:_MOST]:
            self._claim(f"{code(entry.module)} is imported.", entry.at)

    def what_happens(self) -> None:
        """Tell what the statements among the lines do, those of definitions that lie inside too."""
        for body in self._bodies():
            self._assigned(body)
            self._called(body)
            self._given(body)
            self._raised(body)
            for phrase, at in effect_phrases(self._within(body.effects)):
                self.lines.append(f"This {phrase}.")
                self._claim(f"This {phrase}.", at)

    def _bodies(self) -> list[Body]:
        inside = [it for it in self.structure.symbols if self._overlaps(it)]
        return [self.structure.body, *(it.body for it in inside)]

    def _overlaps(self, symbol: Symbol) -> bool:
        return symbol.start_line <= self.end and self.start <= symbol.end_line

    def _within(self, items: Iterable[_Placed]) -> list[_Placed]:
        return [item for item in items if item.at.start_line <= self.end and self.start <= item.at.end_line]

    def _assigned(self, body: Body) -> None:
        assigned = self._within(body.assigned)
        if assigned:
            self.lines.append(
                f"Assigned: {listed([f'{code(it.target)} = {code(it.value)}' for it in assigned], _MOST)}."
            )
        for it in assigned[:_MOST]:
            self._claim(f"{code(it.target)} is assigned.", it.at)

    def _called(self, body: Body) -> None:
        calls = {call.callee: call for call in self._within(body.calls) if "…" not in call.callee}
        if calls:
            self.lines.append(f"Called: {listed([code(name) for name in calls], _MOST)}.")
        for call in list(calls.values())[:_MOST]:
            self._claim(f"{code(call.callee)} is called.", call.at)

    def _given(self, body: Body) -> None:
        for word, given in (("Returned", body.returned), ("Yielded", body.yielded)):
            found = self._within(given)
            if found:
                shown = list(dict.fromkeys(code(it.expression) if it.expression else "nothing" for it in found))
                self.lines.append(f"{word}: {listed(shown, _MOST)}.")
            for it in found[:_MOST]:
                self._claim(f"{word} here: {code(it.expression) if it.expression else 'nothing'}.", it.at)

    def _raised(self, body: Body) -> None:
        for raised in self._within(body.raises)[:_MOST]:
            error = code(raised.error) if raised.error else "the caught error, again,"
            inside = " and catches it again" if raised.is_caught else ""
            text = f"Raises {error} {condition_of(raised)}".rstrip(" ,") + f"{inside}."
            self.lines.append(text)
            self._claim(text, lines_of_raise(raised))
