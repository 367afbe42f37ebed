"""Whether something outside of these files already has a member of the old name: then it is only said again here.

Asked of the tree in which the member is called otherwise: what is still found there under the old name is inherited.
"""

from collections.abc import Mapping

from app.adapters.language.port import LanguageSession
from app.services.refactor.rename_typescript import ScriptWork
from app.services.refactor.symbols.hierarchy import ClassAt
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.model import Place
from app.services.refactor.symbols.typescript_mentions import TOP, ScriptMentions

_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs")
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration"})


async def inherited_outside(
    work: ScriptWork, files: Mapping[str, bytes], session: LanguageSession
) -> tuple[list[Place], list[Place]]:
    """Find the members that something outside has too, and those of which that cannot be told.

    `files` are those of the session's workspace, with the rename put in; they are so afterwards.
    """
    inherited: list[Place] = []
    unknown: list[Place] = []
    for symbol in sorted(work.symbols):
        mention = work.found.mention(symbol)
        if mention is None or mention.holder == TOP:
            continue
        line = work.ties.hierarchy.line_of(ClassAt(symbol.path, mention.holder))
        if not line & work.ties.hierarchy.is_foreign:
            continue
        place = Place(symbol.path, symbol.at)
        before = work.found.files[symbol.path].holders.get(mention.holder)
        name = _name_of(work.files[symbol.path], before.name) if before else ""
        probe = _probe(symbol.path, files[symbol.path], name, before.kind if before else "", work.plan.old)
        if probe is None:
            unknown.append(place)
            continue
        await session.write({symbol.path: probe})
        spot = LineTable(probe).spot(len(probe) - 2)
        (targets,) = await session.definitions(symbol.path, [spot])
        await session.write({symbol.path: files[symbol.path]})
        if targets:
            inherited.append(place)
    return inherited, unknown


def _name_of(data: bytes, start: int) -> str:
    end = start
    while end < len(data) and (data[end : end + 1].isalnum() or data[end : end + 1] in (b"_", b"$")):
        end += 1
    return data[start:end].decode() if start >= 0 else ""


def _probe(path: str, data: bytes, name: str, kind: str, old: str) -> bytes | None:
    """Put an access behind the file, whose last byte but one is in the member's name; None where that says nothing."""
    is_top = any(
        holder.name >= 0 and _name_of(data, holder.name) == name and _is_first_on_its_line(data, holder.at)
        for holder in ScriptMentions(path, data, ()).holders.values()
    )
    if not name or not is_top:
        return None
    named = f"InstanceType<typeof {name}>" if kind in _CLASSES else name
    if path.endswith(_SCRIPTS):
        return data + f"\n;(/** @type {{{named}}} */ (/** @type {{any}} */ (null))).{old};".encode()
    return data + f"\n;(null as any as {named}).{old};".encode()


def _is_first_on_its_line(data: bytes, at: int) -> bool:
    # What begins in the first column, but for words before it, stands in no block of well laid out code.
    line = data[data.rfind(b"\n", 0, at) + 1 : at]
    return not line[:1].isspace()
