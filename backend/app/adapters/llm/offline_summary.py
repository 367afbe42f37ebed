"""The `file-summary` answer without a model: what a file is for, defines, needs and does, as its tree shows it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from app.adapters.llm.offline_document import Described
from app.adapters.llm.offline_facts import effect_phrases, raise_entries
from app.adapters.llm.offline_quotes import Quoter
from app.adapters.llm.offline_sentences import sentence_about_file
from app.adapters.llm.offline_words import code, first_sentence, listed
from app.adapters.llm.port import SourceFile
from app.adapters.syntax.structure import CallSite, Effect, Excerpt, Symbol
from app.schemas.replies import Claim, FileSummaryReply

LABEL = "Derived from the syntax tree; no language model was used."
_LONGEST_SUMMARY = 8000
_MOST_CLAIMS = 120
_MOST_SURFACE = 25
_MOST_ENTRIES = 8
_COMPLEX_FROM = 6  # fewer branches are easy to follow
_PLURALS = {"class": "classes"}


def summarise(
    one: Described, sites: Mapping[str, Sequence[CallSite]], quoters: Mapping[str, Quoter]
) -> FileSummaryReply:
    """Summarise a file; `sites` are the calls in all files shown, by the last name of what is called."""
    summary = _Summary(one)
    summary.purpose()
    summary.surface()
    summary.imports()
    summary.effects()
    summary.errors()
    summary.complexity()
    summary.callers(sites, quoters)
    return summary.reply()


def summarise_plain(file: SourceFile, reason: str, quoter: Quoter) -> FileSummaryReply:
    """Say the little that can be said of a file without a syntax tree: its size, and headings if it is Markdown."""
    lines = file.text.split("\n")
    count = len(lines) - (lines[-1] == "")
    said = [f"No syntax tree was read: {reason}. No language model was used.", f"It has {count} lines."]
    is_prose = file.language in ("markdown", "mdx", "restructuredtext", "asciidoc", "text")
    marked = [number for number, line in enumerate(lines, 1) if line.startswith(("#", "= ")) and is_prose][
        :_MOST_SURFACE
    ]
    claims = []
    if marked:
        said.append("Its headings:")
    for number in marked:
        heading = lines[number - 1].strip("#= \r")
        said.append(f"- {heading}")
        claims.append(quoter.claim(f"It has the heading “{heading}”.", Excerpt(number, number, "")))
    return FileSummaryReply(summary=_cut("\n".join(said)), claims=_kept(claims))


class _Summary:
    def __init__(self, one: Described) -> None:
        self.structure = one.structure
        self.quoter = one.quoter
        self.lines = [LABEL, ""]
        self.claims: list[Claim | None] = []
        told = [it for it in one.structure.symbols if it.is_public and it.kind != "constant"]
        self.public = [it for it in told if not it.name.startswith("__")]

    def reply(self) -> FileSummaryReply:
        return FileSummaryReply(summary=_cut("\n".join(self.lines)), claims=_kept(self.claims))

    def _claim(self, text: str, at: Excerpt | None) -> None:
        self.claims.append(self.quoter.claim(text, at))

    def purpose(self) -> None:
        structure = self.structure
        if structure.documentation and structure.documentation_at:
            sentence = first_sentence(structure.documentation)
            self.lines.append(f"Purpose, in its own words: {sentence}")
            self._claim(f"The file says of itself: {sentence}", structure.documentation_at)
        else:
            sentence = sentence_about_file(structure) or "It defines nothing for others."
            self.lines.append(f"It does not say what it is for. By its names: {sentence}")
        kinds = Counter(it.kind for it in structure.symbols if not it.is_nested)
        parts = [
            f"{count} {_PLURALS.get(kind, f'{kind}s') if count > 1 else kind}" for kind, count in sorted(kinds.items())
        ]
        self.lines.append(f"{structure.line_count} lines of {structure.language}: {listed(parts) or 'no definitions'}.")
        if not structure.complete:
            self.lines.append("It does not parse completely; what follows is what could be recovered.")

    def surface(self) -> None:
        if not self.public:
            return
        documented = sum(it.documentation is not None for it in self.public)
        self.lines += ["", f"Public surface ({documented} of {len(self.public)} documented):"]
        for symbol in self.public[:_MOST_SURFACE]:
            said = first_sentence(symbol.documentation, 160) if symbol.documentation else "not documented"
            member = f"{code(symbol.parent)}: " if symbol.parent else ""
            self.lines.append(f"- {member}{code(symbol.signature)} - {said}")
            self._claim(f"It defines the {symbol.kind} {code(symbol.qualified_name)}.", symbol.head)
        if len(self.public) > _MOST_SURFACE:
            self.lines.append(f"- and {len(self.public) - _MOST_SURFACE} more")

    def imports(self) -> None:
        modules = list(dict.fromkeys(entry.module for entry in self.structure.imports))
        if modules:
            self.lines += ["", f"Depends on: {listed([code(module) for module in modules], 15)}."]
        first = {entry.module: entry.at for entry in reversed(self.structure.imports)}
        for module in modules[:15]:
            self._claim(f"It imports {code(module)}.", first[module])

    def effects(self) -> None:
        found = [*self.structure.body.effects, *(effect for it in self.structure.symbols for effect in it.body.effects)]
        phrases = effect_phrases(_distinct(found), without=("changes-attribute", "changes-items"))
        if phrases:
            self.lines += ["", f"Side effects: {'; '.join(phrase for phrase, _ in phrases)}."]
        for phrase, at in phrases:
            self._claim(f"It {phrase}.", at)

    def errors(self) -> None:
        entries = [(it, *entry) for it in self.structure.symbols for entry in raise_entries(it.body)]
        if entries:
            self.lines += ["", "Errors raised:"]
        for symbol, error, condition, raised in entries[:_MOST_ENTRIES]:
            when = f" {condition}" if condition else ""
            self.lines.append(f"- {code(error)} in {code(symbol.qualified_name)}{when}")
            self._claim(f"{code(symbol.qualified_name)} raises {code(error)}.", raised.at)
        if len(entries) > _MOST_ENTRIES:
            self.lines.append(f"- and {len(entries) - _MOST_ENTRIES} more")

    def complexity(self) -> None:
        ranked = sorted(self.structure.symbols, key=lambda it: (-it.body.complexity, it.start_line))
        found = [it for it in ranked[:3] if it.body.complexity >= _COMPLEX_FROM]
        if found:
            shown = [f"{code(it.qualified_name)} ({it.body.complexity})" for it in found]
            self.lines += ["", f"Most branched (cyclomatic complexity): {listed(shown)}."]
        for symbol in found:
            text = f"{code(symbol.qualified_name)} has a cyclomatic complexity of {symbol.body.complexity}."
            self._claim(text, symbol.head)

    def callers(self, sites: Mapping[str, Sequence[CallSite]], quoters: Mapping[str, Quoter]) -> None:
        """Tell which other files shown call something of the same name."""
        lines = []
        for symbol in self.public:
            others = [site for site in sites.get(symbol.name, ()) if site.path != self.structure.path]
            if not others or symbol.kind not in ("class", "function"):
                continue
            places = list(dict.fromkeys(f"{code(site.path)}{_within(site)}" for site in others))
            lines.append(f"- {code(symbol.name)}: {listed(places, 4)}")
            quoter = quoters[others[0].path]
            self.claims.append(quoter.claim(f"Something named {code(symbol.name)} is called here.", others[0].call.at))
        if lines:
            self.lines += ["", "Called by name in the other files shown:", *lines[:_MOST_ENTRIES]]


def _within(site: CallSite) -> str:
    return f" in {code(site.caller)}" if site.caller else ""


def _distinct(effects: Sequence[Effect]) -> list[Effect]:
    return list({(effect.kind, effect.subject): effect for effect in reversed(effects)}.values())[::-1]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SUMMARY else f"{text[: _LONGEST_SUMMARY - 1]}…"


def _kept(claims: Sequence[Claim | None]) -> list[Claim]:
    return [claim for claim in claims if claim is not None][:_MOST_CLAIMS]


def innermost(symbols: Sequence[Symbol], start: int, end: int) -> Symbol | None:
    """Give the smallest definition that holds some lines."""
    around = [it for it in symbols if it.start_line <= start and end <= it.end_line]
    return min(around, key=lambda it: it.end_line - it.start_line, default=None)
