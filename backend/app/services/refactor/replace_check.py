"""Whether a file is still code once its matches are replaced; what would break it is left out. Pure."""

import re
import textwrap
from collections.abc import Sequence

from app.adapters.syntax.python_tree import Unparsable, parse_python
from app.adapters.syntax.trees import count_errors, parse_tree
from app.services.refactor.edits import WordEdit, apply_words
from app.services.refactor.patterns import ReplaceRequest
from app.services.refactor.plan import Note
from app.services.refactor.symbols.lines import LineTable

# Bytes that may be parsed to find out which edit of a file breaks it; beyond, the file is left out.
_MOST_PARSED = 8 * 1024**2
_BREAKS = "with the replacement this would no longer parse"
_FALLS_OUT = "with the replacement lines would no longer belong to their block; give what follows the colon a line"
# Several statements behind a colon: the first stays in the block, the others come to stand beside it.
_BEHIND_A_COLON = re.compile(r":[ \t]*\$\$\$[A-Z]")


def without_harm(asked: ReplaceRequest, data: bytes, edits: Sequence[WordEdit]) -> tuple[list[WordEdit], list[Note]]:
    """Keep the edits after which the file parses as well as before, and say which are left out."""
    fallen = [edit for edit in edits if _falls_apart(asked, data, edit)]
    kept, notes = _parsing(asked, data, [_whole_lines(data, edit) for edit in edits if edit not in fallen])
    return kept, notes + _left_out(data, fallen, _FALLS_OUT)


def _parsing(asked: ReplaceRequest, data: bytes, kept: list[WordEdit]) -> tuple[list[WordEdit], list[Note]]:
    before = _errors(asked.language, data)
    if not kept or _is_fine(asked, data, kept, before):
        return kept, []
    if len(data) * len(kept) > _MOST_PARSED:
        return [], [Note("not_touched", kept[0].path, 0, _BREAKS)]
    fine = [edit for edit in kept if _is_fine(asked, data, [edit], before)]
    if not _is_fine(asked, data, fine, before):
        return [], [Note("not_touched", kept[0].path, 0, _BREAKS)]
    return fine, _left_out(data, [edit for edit in kept if edit not in fine], _BREAKS)


def _left_out(data: bytes, edits: Sequence[WordEdit], why: str) -> list[Note]:
    lines = LineTable(data)
    left = [(edit.path, lines.spot(edit.start).line) for edit in edits]
    return [Note("not_touched", path, line + 1, why, lines.text(line).strip()[:200]) for path, line in left]


def _falls_apart(asked: ReplaceRequest, data: bytes, edit: WordEdit) -> bool:
    """Say whether one statement of Python would become several, because only the first of a block stays in it."""
    indent = data[data.rfind(b"\n", 0, edit.start) + 1 : edit.start]
    if asked.language != "python" or not _BEHIND_A_COLON.search(asked.replacement) or indent.strip():
        return False
    old, new = (
        textwrap.dedent((indent + text).decode("utf-8", "replace")) for text in (data[edit.start : edit.end], edit.new)
    )
    try:
        return len(parse_python(new).body) > len(parse_python(old).body)
    except Unparsable:
        return False


def _is_fine(asked: ReplaceRequest, data: bytes, edits: Sequence[WordEdit], before: int) -> bool:
    return _errors(asked.language, apply_words(data, edits)) <= before


def _errors(language: str, data: bytes) -> int:
    errors = count_errors(parse_tree(language, data).root_node)
    if language == "python" and not errors:
        # The grammar lets blocks be empty; Python does not.
        try:
            parse_python(data)
        except Unparsable:
            return 1
    return errors


def _whole_lines(data: bytes, edit: WordEdit) -> WordEdit:
    """Take the rest of the line along with what is taken out, when only spaces are left of it."""
    if edit.new.strip():
        return edit
    start = data.rfind(b"\n", 0, edit.start) + 1
    end = data.find(b"\n", edit.end) + 1
    if not end or data[start : edit.start].strip() or data[edit.end : end].strip():
        return edit
    return WordEdit(edit.path, start, end, b"", edit.tier, edit.why)
