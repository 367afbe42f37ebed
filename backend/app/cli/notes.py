"""A proposal's notes as lines for people: what was left alone and why, what conflicts, what is kept. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.cli.console import count, safe

_MOST_NAMED = 3


def note_lines(notes: Iterable[Any]) -> list[str]:
    """Group what was left alone by its reason; give everything else a sentence of its own."""
    reasons: dict[str, list[Mapping[str, Any]]] = {}
    lines: list[str] = []
    for note in notes:
        if not isinstance(note, Mapping):
            lines.append(safe(note))
        elif "kind" in note:
            lines.append(_line(note))
        else:
            reasons.setdefault(str(note.get("reason") or "no reason was given"), []).append(note)
    return lines + [_left_alone(reason, places) for reason, places in reasons.items()]


def _left_alone(reason: str, notes: Sequence[Mapping[str, Any]]) -> str:
    """A note without a path speaks of files that are too many to be named."""
    named = [note for note in notes if note.get("path")]
    return f"left alone, {safe(reason)}" + (f": {_places(named)}" if named else "")


def _places(notes: Sequence[Mapping[str, Any]]) -> str:
    if len(notes) <= _MOST_NAMED:
        return ", ".join(dict.fromkeys(_place(note) for note in notes))
    files = Counter(str(note.get("path")) for note in notes)
    named = [f"{safe(path)}{f' ({number})' if number > 1 else ''}" for path, number in files.most_common(_MOST_NAMED)]
    more = f" and {count(len(files) - _MOST_NAMED, 'more file')}" if len(files) > _MOST_NAMED else ""
    return f"{count(len(notes), 'place')} in {', '.join(named)}{more}"


def _place(note: Mapping[str, Any]) -> str:
    symbol = note.get("symbol")
    return safe(f"{symbol} in {note.get('path')}" if symbol else note.get("path"))


def _line(note: Mapping[str, Any]) -> str:
    where = safe(f"{note.get('path')}:{note.get('line')}" if note.get("line") else note.get("path"))
    match note["kind"]:
        case "conflict":
            return f"conflict, stays as it is: {where} {safe(note.get('why') or '')}"
        case "kept":
            return f"later edit kept: {where} ({count(int(note.get('lines') or 0), 'line')})"
        case "already_undone":
            return f"undone already: {where}"
        case "moved":
            return f"follows the file: {safe(note.get('from'))} is {where} now"
        case "doubt":
            return f"not certain: {where}, {safe(note.get('reason') or '')}"
        case "certain":
            return f"certain: {where}, {safe(note.get('reason') or '')}"
        case "not_touched" | "not_read":
            return f"{safe(note['kind']).replace('_', ' ')}: {where}, {safe(note.get('reason') or '')}"
        case other:
            return f"{safe(other)}: {where}"
