"""What people see: text that cannot lie, tables, diffs, JSON; colours only on a terminal."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Names and texts come from repositories and from other people: nothing in them is markup or an emoji's name.
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

_STATES = {
    "success": "green", "applied": "green", "approved": "cyan", "running": "cyan", "open": "yellow",
    "queued": "yellow", "failed": "red", "stale": "red", "rejected": "dim", "cancelled": "dim", "reverted": "magenta",
}  # fmt: skip
# What is copied from a table into the next command, or read as one word, is never broken over lines.
_WHOLE = frozenset({"id", "job", "kind", "status", "done", "version", "commit", "size", "bytes", "files", "where", ""})
# Controls, format characters (bidirectional ones among them), surrogates, private use, line and paragraph separators.
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")


@lru_cache(maxsize=4096)
def _visible(character: str) -> str:
    if unicodedata.category(character) in _UNSEEN_CATEGORIES or character in _FILLERS:
        return f"⟨U+{ord(character):04X}⟩"
    return character


def safe(text: object) -> str:
    """Show control, bidirectional and invisible characters, line ends too, instead of obeying them."""
    plain = str(text)
    return plain if plain.isascii() and plain.isprintable() else "".join(map(_visible, plain))


def safe_lines(text: object) -> str:
    """Do the same to every line of a text, and keep its lines and tabs."""
    return "\n".join("\t".join(map(safe, line.split("\t"))) for line in str(text).split("\n"))


def state(name: str) -> Text:
    """Colour a state's name."""
    return Text(safe(name), style=_STATES.get(name, ""))


def moment(value: object) -> str:
    """Show a time of the API to the second."""
    text = safe(value or "never")
    return f"{text[:10]} {text[11:19]} UTC" if text[10:11] == "T" and text.endswith("Z") else text


def size(value: int) -> str:
    """Show bytes in the unit that suits them."""
    if value < 1024:
        return f"{value} bytes"
    return f"{value / 1024:,.1f} KiB" if value < 1024**2 else f"{value / 1024**2:,.1f} MiB"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Count things: `1 file`, `2 files`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def show_json(value: object) -> None:
    """Print a value as JSON, for programs; characters beyond ASCII are escaped, so that none is obeyed."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def show_facts(facts: Iterable[tuple[str, object]]) -> None:
    """Print names and values, one to a line; what is None is left out."""
    for name, value in facts:
        if value is not None:
            shown = value if isinstance(value, Text) else Text(safe(value))
            out.print(Text.assemble((f"{name:<14} ", "dim"), shown))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print rows under column names, or the sentence for none; one row to a line where nobody's terminal is narrow."""
    cells = [
        [cell if isinstance(cell, Text) else Text(safe("-" if cell is None else cell)) for cell in row] for row in rows
    ]
    if not cells:
        if empty:
            out.print(Text(empty, style="dim"))
        return
    if not out.is_terminal:
        _show_plain(columns, cells)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in _WHOLE)
    for row in cells:
        table.add_row(*row)
    out.print(table)


def _show_plain(columns: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    lines = [list(columns), *([cell.plain for cell in row] for row in rows)]
    widths = [max(cell_len(line[index]) for line in lines) for index in range(len(columns))]
    for line in lines:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True))
        out.print("  ".join(padded).rstrip())


def show_diff(patch: str) -> None:
    """Print a unified diff, coloured on a terminal."""
    in_hunk = False
    for line in patch.removesuffix("\n").split("\n"):
        in_hunk = line.startswith("@@") or (in_hunk and not line.startswith("diff "))
        out.print(Text(safe_lines(line), style=_style_of(line, in_hunk=in_hunk)))


def _style_of(line: str, *, in_hunk: bool) -> str:
    if line.startswith("@@"):
        return "cyan"
    if not in_hunk:
        return "bold"
    return {"+": "green", "-": "red", "\\": "dim"}.get(line[:1], "")


def write_bytes(data: bytes) -> None:
    """Hand bytes on exactly as they are: for files and pipes, never for a terminal."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
