"""Edits as a unified diff that `git apply` takes, byte for byte. Pure.

Lines end at LF only and every other byte is copied, so NUL, CR and invalid UTF-8 survive.
"""

from collections.abc import Iterable, Iterator, Sequence

from app.core.hashing import git_blob_id
from app.services.anchors.lines import split_lines
from app.services.proposals.edits import Edit, FileEdits, count_lines

_NO_BLOB = "0" * 40
_NO_LINE_END = b"\\ No newline at end of file\n"
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


def unified_diff(files: Iterable[FileEdits], *, context: int = 3) -> bytes:
    """Write the edits of several files as one patch, files in path order; unchanged ones are left out."""
    ordered = sorted((file for file in files if file.edits), key=lambda file: _raw(file.path))
    return b"".join(part for file in ordered for part in _file_diff(file, context))


def _file_diff(file: FileEdits, context: int) -> Iterator[bytes]:
    before, after = _quoted("a/", file.path), _quoted("b/", file.path)
    yield b"diff --git %s %s\n" % (before, after)
    if file.old is None:
        yield b"new file mode %s\n" % file.mode.encode()
    elif file.new is None:
        yield b"deleted file mode %s\n" % file.mode.encode()
    suffix = f" {file.mode}" if file.old is not None and file.new is not None else ""
    yield f"index {_blob(file.old)}..{_blob(file.new)}{suffix}\n".encode()
    if not any(edit.old or edit.new for edit in file.edits):
        return
    # A tab tells readers of the line where a name with blanks ends.
    tab = b"\t" if " " in file.path else b""
    yield b"--- %s\n" % (b"/dev/null" if file.old is None else before + tab)
    yield b"+++ %s\n" % (b"/dev/null" if file.new is None else after + tab)
    lines = split_lines(file.old or b"")
    moved = 0
    for group in _grouped(file.edits, context):
        yield from _hunk(group, lines, context, moved)
        moved += sum(count_lines(edit.new) - count_lines(edit.old) for edit in group)


def _grouped(edits: Sequence[Edit], context: int) -> Iterator[list[Edit]]:
    """Put edits together whose context would touch or overlap."""
    group: list[Edit] = []
    for edit in edits:
        if group and edit.old_start - group[-1].old_end > 2 * context:
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _hunk(edits: Sequence[Edit], lines: Sequence[bytes], context: int, moved: int) -> Iterator[bytes]:
    """Write one hunk; `moved` is by how many lines earlier hunks have shifted the new file."""
    start = max(edits[0].old_start - 1 - context, 0)
    end = min(edits[-1].old_end - 1 + context, len(lines))
    old_size = end - start
    new_size = old_size + sum(count_lines(edit.new) - count_lines(edit.old) for edit in edits)
    yield f"@@ -{_range(start, old_size)} +{_range(start + moved, new_size)} @@\n".encode()
    at = start
    for edit in edits:
        yield from _marked(b" ", lines[at : edit.old_start - 1])
        yield from _marked(b"-", split_lines(edit.old))
        yield from _marked(b"+", split_lines(edit.new))
        at = edit.old_end - 1
    yield from _marked(b" ", lines[at:end])


def _range(start: int, size: int) -> str:
    """Name `size` lines from 0-based `start` as diff does: an empty range is named by the line before it."""
    if size == 1:
        return str(start + 1)
    return f"{start + 1 if size else start},{size}"


def _marked(mark: bytes, lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield mark + line
        if not line.endswith(b"\n"):
            yield b"\n" + _NO_LINE_END


def _blob(data: bytes | None) -> str:
    return _NO_BLOB if data is None else git_blob_id(data)


def _raw(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _quoted(prefix: str, path: str) -> bytes:
    """Write a path as git does: in quotes, with escapes and octal bytes, once it holds anything unusual."""
    text = ""
    for byte in _raw(prefix + path):
        if byte in _ESCAPES:
            text += "\\" + _ESCAPES[byte]
        elif 32 <= byte < 127:
            text += chr(byte)
        else:
            text += f"\\{byte:03o}"
    return text.encode() if "\\" not in text else b'"%s"' % text.encode()
