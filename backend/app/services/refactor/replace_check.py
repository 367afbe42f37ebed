"""Whether a file is still code once its matches are replaced; what would break it is left out. Pure."""

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


def without_harm(asked: ReplaceRequest, data: bytes, edits: Sequence[WordEdit]) -> tuple[list[WordEdit], list[Note]]:
    """Keep the edits after which the file parses as well as before, and say which are left out."""
    kept = [_whole_lines(data, edit) for edit in edits]
    before = _errors(asked.language, data)
    if _is_fine(asked, data, kept, before):
        return kept, []
    if len(data) * len(kept) > _MOST_PARSED:
        return [], [Note("not_touched", kept[0].path, 0, _BREAKS)]
    fine = [edit for edit in kept if _is_fine(asked, data, [edit], before)]
    if not _is_fine(asked, data, fine, before):
        return [], [Note("not_touched", kept[0].path, 0, _BREAKS)]
    lines = LineTable(data)
    left = [lines.spot(edit.start).line for edit in kept if edit not in fine]
    return fine, [Note("not_touched", kept[0].path, line + 1, _BREAKS, lines.text(line).strip()[:200]) for line in left]


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
