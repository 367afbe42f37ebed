"""What finds or shows names while a program of TypeScript or JavaScript runs, known by its traces. Doubts. Pure."""

import re
from collections.abc import Iterator

from app.services.refactor.name_templates import script_templates_in
from app.services.refactor.plan import Note
from app.services.refactor.rename_typescript import ScriptWork, owner_of
from app.services.refactor.symbols.model import Place
from app.services.refactor.symbols.typescript_mentions import Kind, ScriptMention
from app.services.refactor.symbols.typescript_model import MEMBERS, Facet, Side
from app.services.refactor.tiers import Tier

_COMPUTED = re.compile(rb"[\w)\]$]\[\s*[A-Za-z_$][\w$.]*(?:\s+as\s[^\]\n]+)?\]")
_EVALUATES = re.compile(rb"(?<![\w.$])eval\(|\bnew Function\(")
_UNTYPED = re.compile(rb"\bany\b|\bunknown\b|\bRecord<|\bJSON\.parse\b|\bnew Proxy\b")
_CASTS = re.compile(rb"\bas unknown as\b|\bas any\b|<any>|\bnew Proxy\b")
_GLOBALS = re.compile(rb"\bglobalThis\b|\bwindow\b")
_ALL_OF = re.compile(rb"import\s*\*\s*as\s+([\w$]+)")


def note_runtime_scripts(work: ScriptWork) -> None:
    """Add the doubts about names that are found or shown while running."""
    for symbol in sorted(work.symbols):
        if symbol.path in work.files and _EVALUATES.search(work.files[symbol.path]):
            work.note("doubt", Place(symbol.path, symbol.at), "code in strings is run in this file")
    if work.is_in_function:
        return
    for path in sorted(work.files):
        for template in script_templates_in(work.files[path]):
            if template.makes(work.plan.old) or template.makes(work.plan.new):
                reason = "a name is put together here, and may be this one"
                work.plan.notes.append(Note("doubt", path, template.line, reason))
    _note_strings(work)
    if work.is_member:
        _note_untied(work)
        _note_enums(work)
    else:
        _note_shown(work)
        _note_modules(work)


def _others(work: ScriptWork) -> Iterator[tuple[Place, ScriptMention]]:
    """The mentions of the old name that are not what is renamed."""
    edited = {(edit.path, edit.start) for edit in work.plan.of(Tier.PROVEN, Tier.LIKELY)}
    for place, mention in work.found.mentions():
        if mention.name == work.plan.old and place not in edited:
            yield place, mention


def _note_strings(work: ScriptWork) -> None:
    for place, mention in _others(work):
        if mention.kind is not Kind.STRING or not mention.is_whole:
            continue
        data = work.files[place.path]
        is_looked_up = _COMPUTED.search(data) is not None or b"new Proxy" in data
        if is_looked_up and not work.found.meanings[Facet(*place, Side.OUTER)].symbols:
            work.note("doubt", place, "a string holds the name, and names are looked up here while running")


def _note_untied(work: ScriptWork) -> None:
    """What is no type's or another type's may be given where ours is expected, unseen by the compiler."""
    owners = {owner_of(work, symbol) for symbol in work.symbols} - {""}
    is_ours_optional = any(_is_optional(work, Place(each.path, each.at)) for each in work.symbols)
    for place, mention in _others(work):
        data = work.files[place.path]
        if mention.kind not in (Kind.DECLARED, Kind.SHORT):
            continue
        is_near = any(owner.encode() in data for owner in owners)
        is_object = data[mention.holder : mention.holder + 1] == b"{"
        if (is_near and (_CASTS.search(data) or _is_optional(work, place))) or (
            is_object and (_UNTYPED.search(data) or (is_near and is_ours_optional))
        ):
            work.note("doubt", place, "this may be given where what is renamed is expected")
    for path in sorted({symbol.path for symbol in work.symbols}):
        data = work.files.get(path, b"")
        if (found := re.search(rb"\bnew Proxy\b", data)) is not None:
            line = data.count(b"\n", 0, found.start()) + 1
            work.plan.notes.append(Note("doubt", path, line, "a proxy is asked for names while running"))


def _is_optional(work: ScriptWork, place: Place) -> bool:
    mention = work.found.files[place.path].by_start.get(place.start) if place.path in work.found.files else None
    return mention is not None and work.files[place.path][mention.end :].lstrip()[:1] == b"?"


def _note_enums(work: ScriptWork) -> None:
    for symbol in sorted(work.symbols):
        mention = work.found.mention(symbol)
        if mention is None or mention.holder < 0:
            continue
        data = work.files[symbol.path]
        line = data[data.rfind(b"\n", 0, mention.holder) + 1 : data.find(b"\n", mention.holder)]
        for name in re.findall(rb"\benum\s+([\w$]+)", line):
            computed = re.compile(rb"(?<![\w$])%b\[(?![\"'])" % re.escape(name))
            _note_found(work, computed, "members of enumerations are found and shown by their names")


def _note_shown(work: ScriptWork) -> None:
    """Functions and classes tell their own names."""
    word = re.escape(work.plan.old.encode())
    _note_found(work, re.compile(rb"(?<![\w$.])%b\.name\b" % word), "the name that programs can see is read here")
    if re.search(rb"\bclass\s+%b\b" % word, b"\n".join(work.files[each.path] for each in work.symbols)):
        told = re.compile(rb"constructor\.name\b")
        for path, data in sorted(work.files.items()):
            if work.plan.old.encode() in data and told.search(data):
                work.plan.notes.append(Note("doubt", path, 0, "the name that programs can see is read here"))


def _note_modules(work: ScriptWork) -> None:
    """A module's names are properties of it, wherever it is handed to; those of a script are the global object's."""
    unknown = [
        place
        for place, mention in _others(work)
        if mention.kind in MEMBERS and not work.found.meanings[Facet(*place, Side.OUTER)].is_known
    ]
    if not unknown:
        return
    is_handed_about = any(
        re.search(rb"[(,=:\[]\s*%b\s*[,);\]}\n]" % re.escape(name), data)
        for data in work.files.values()
        for name in _ALL_OF.findall(data)
    )
    for place in unknown:
        if is_handed_about or _GLOBALS.search(work.files[place.path]):
            work.note("doubt", place, "this may be a property of the module or of the global object")


def _note_found(work: ScriptWork, pattern: re.Pattern[bytes], reason: str) -> None:
    for path, data in sorted(work.files.items()):
        if found := pattern.search(data):
            work.plan.notes.append(Note("doubt", path, data.count(b"\n", 0, found.start()) + 1, reason))
