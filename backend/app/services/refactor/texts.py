"""Documentation and settings that name what is renamed: edits of the tier `not_code`. Pure."""

import re
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath

from app.services.refactor.edits import WordEdit
from app.services.refactor.plan import Note, Plan
from app.services.refactor.seen_names import is_test
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import TEMPLATES

_NAME_LIKE = re.compile(r"_|\d|[a-z][A-Z]|[A-Z]{2}")
_MOST_EDITS = 500
_SETTINGS = frozenset({".toml", ".cfg", ".ini", ".yaml", ".yml", ".json"})


def is_name_like(name: str) -> bool:
    """Say whether a name is no word of every day."""
    return bool(_NAME_LIKE.search(name))


def edits_of_texts(texts: Mapping[str, bytes], old: str, new: str) -> list[WordEdit]:
    """Find the name in texts. A word of every day counts only where it is written as code."""
    is_plain = not is_name_like(old)
    word = old.encode()
    pattern = re.compile(rb"(?<![\w-])" + re.escape(word) + rb"(?![\w-])")
    found: list[WordEdit] = []
    for path in sorted(texts):
        data = texts[path]
        for match in pattern.finditer(data):
            if not is_plain or is_marked(data, match.start(), match.end()):
                found.append(WordEdit(path, match.start(), match.end(), new.encode(), Tier.NOT_CODE, "named in a text"))
            if len(found) >= _MOST_EDITS:
                return found
    return found


def doubts_of_templates(texts: Mapping[str, bytes], old: str, *, is_member: bool) -> list[Note]:
    """Find templates that name what is renamed: what they are given is known only while running.

    They read members behind a dot; functions and classes they call, filter through, or name in quotes.
    """
    word = re.escape(old.encode())
    if is_member:
        reason = "a template reads an attribute of this name"
        reading = re.compile(rb"\{[{%][^{}]{0,300}?\." + word + rb"(?!\w)")
    else:
        reason = "a template names this"
        reading = re.compile(
            rb"\{[{%][^{}]{0,300}?(?:(?:\||['\".:])\s{0,3}" + word + rb"(?!\w)|(?<!\w)" + word + rb"\s{0,3}(?:\(|%\}))"
        )
    return _doubts(texts, reading, reason, TEMPLATES | {".txt"})


def doubts_of_settings(texts: Mapping[str, bytes], old: str, owners: Collection[str]) -> list[Note]:
    """Find settings that name a thing behind its module or class: programs are started so, and plugins found."""
    if not owners:
        return []
    heads = b"|".join(re.escape(owner.encode()) for owner in sorted(owners))
    naming = re.compile(rb"(?<!\w)(?:" + heads + rb")[.:]" + re.escape(old.encode()) + rb"(?!\w)")
    return _doubts(texts, naming, "a setting may name this", _SETTINGS)


def doubts_of_data(texts: Mapping[str, bytes], plan: Plan) -> list[Note]:
    """Find data with a key called so, where an attribute was taken for certain by its name; and examples in tests."""
    word = re.escape(plan.old.encode())
    example = re.compile(rb"^[ \t]*(?:>>>|\.\.\.)[^\n]*(?<!\w)" + word + rb"(?!\w)", re.MULTILINE)
    tests = {path: data for path, data in texts.items() if is_test(path)}
    found = _doubts(tests, example, "an example, which a test may run", {".txt", ".rst", ".md"})
    if any(note.kind == "certain" for note in plan.notes):
        key = re.compile(rb"(?<!\w)" + word + rb"(?!\w)")
        found += _doubts(texts, key, "data has a key of this name", _SETTINGS | {".csv"})
    return found


def _doubts(
    texts: Mapping[str, bytes], pattern: re.Pattern[bytes], reason: str, suffixes: Collection[str]
) -> list[Note]:
    return [
        Note("doubt", path, data.count(b"\n", 0, match.end()) + 1, reason)
        for path, data in sorted(texts.items())
        if PurePosixPath(path).suffix in suffixes and (match := pattern.search(data))
    ]


def is_marked(data: bytes, start: int, end: int) -> bool:
    """Say whether a word is written as code: in backquotes, called, or behind a dot or colon that follows a word."""
    before, after = data[start - 1 : start], data[end : end + 1]
    return (
        b"`" in (before, after) or after == b"(" or (before in (b".", b":") and data[start - 2 : start - 1].isalnum())
    )
