"""Asks a language server about a line that is put into a file for as long as it takes to ask."""

from app.adapters.language.port import LanguageSession, Spot, Target
from app.services.refactor.symbols.lines import LineTable


async def led_to(session: LanguageSession, path: str, data: bytes, at: int, line: bytes) -> tuple[Target, ...]:
    """Say where the last name of a line leads that would stand at the offset `at`, where a line begins.

    `data` is what the file holds, and holds again afterwards; places in the answer are places in it.
    """
    probed = data[:at] + line + b"\n" + data[at:]
    table = LineTable(probed)
    await session.write({path: probed})
    try:
        targets = (await session.definitions(path, [table.spot(at + len(line) - 1)]))[0]
    finally:
        await session.write({path: data})
    first, added = table.spot(at).line, line.count(b"\n") + 1
    return tuple(_moved(target, first, added) if target.path == path else target for target in targets)


def _moved(target: Target, first: int, added: int) -> Target:
    """Give a place behind the line as it is without it."""
    if target.start.line < first:
        return target
    start, end = target.start, target.end
    return Target(target.path, Spot(start.line - added, start.column), Spot(end.line - added, end.column))
