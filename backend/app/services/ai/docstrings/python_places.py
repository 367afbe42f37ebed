"""Where documentation goes in a Python file: the byte, the indentation, the line ending, or why it cannot go there."""

import ast
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.adapters.syntax.comments import MACHINE_COMMENT
from app.adapters.syntax.python_tree import DEFINITIONS, AnyDefinition, python_definitions
from app.adapters.syntax.source import Source

_LINE_END = re.compile(rb"\r\n|\r|\n|\Z")
_BLANKS = re.compile(rb"[ \t\f]*")
_TYPE_COMMENT = re.compile(rb"[ \t]*#[ \t]*type:")
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+")


class NoPlace(Exception):
    """There is no safe place; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """Replace the bytes between two offsets by: `before`, the literal with its lines indented, `after`."""

    start: int
    end: int
    indent: str
    newline: str
    before: str = ""
    after: str = ""


class PythonPlaces:
    """Finds places in one file. Offsets are those of its Source."""

    def __init__(self, source: Source, tree: ast.Module) -> None:
        self.source = source
        self.tree = tree
        self.default_newline = self._newline_at(0) or "\n"

    def replacing(self, statement: ast.Expr) -> Place:
        """Give the place of documentation that only held its place."""
        start, end = self.source.span(statement.value)
        prefix = self._prefix(start)
        if prefix is None or b"\f" in prefix:
            raise NoPlace("its placeholder shares a line with other code")
        return Place(start, end, prefix.decode(), self._newline_at(start) or self.default_newline)

    def inside(self, node: AnyDefinition) -> Place:
        """Give the place right after the line that ends a definition's head; NoPlace when there is none."""
        colon_row, one_line, colon_end = self._colon(node)
        newline = self._newline_at(colon_end) or self.default_newline
        if one_line:
            if self._first_row(node) != colon_row:
                raise NoPlace("its body begins on a continued line")
            outer = self._indent_of(node)
            indent = outer + (self._indent_unit or ("\t" if outer.startswith("\t") else "    "))
            # The blanks before the body stay where they are: bytes are added before them only.
            blanks = _BLANKS.match(self.source.data, colon_end)
            had = blanks[0].decode() if blanks else ""
            if not indent.endswith(had):
                raise NoPlace("its body stands on the line of its head, behind unusual blanks")
            rest = indent[: len(indent) - len(had)]
            return Place(colon_end, colon_end, indent, newline, before=newline + indent, after=newline + rest)
        first_start = self.source.offset(self._first_row(node), 0)
        indent_bytes = _BLANKS.match(self.source.data, first_start)
        indent = indent_bytes[0].decode() if indent_bytes else ""
        if "\f" in indent:
            raise NoPlace("its body is indented with a form feed")
        start = self._after_type_comment(self._next_line(colon_end))
        gap = newline if isinstance(node, ast.ClassDef) and self._needs_gap(node, start) else ""
        return Place(start, start, indent, newline, before=indent, after=newline + gap)

    def for_module(self) -> Place:
        """Give the place after the shebang, the coding cookie and the licence, before everything else."""
        data, newline = self.source.data, self.default_newline
        start = self._after_header()
        ends_open = bool(data) and not data.endswith((b"\n", b"\r"))
        if start == len(data):
            before = newline * (2 if ends_open else 1) if data else ""
            return Place(start, start, "", newline, before=before, after="" if ends_open else newline)
        blank_follows = not data[start : self._line_end(start)].strip()
        after = newline if blank_follows else newline * 2
        return Place(start, start, "", newline, before=newline if start else "", after=after)

    def _colon(self, node: AnyDefinition) -> tuple[int, bool, int]:
        """Find the colon that ends a head: its row, whether code follows on its line, and the byte after it."""
        returns = None if isinstance(node, ast.ClassDef) else node.returns
        floor = self.source.span(returns)[1] if returns else 0
        depth, row, end = 0, 0, -1
        try:
            for token in tokenize.generate_tokens(self._lines_from(node.lineno).__next__):
                if end >= 0 and token.type != tokenize.COMMENT:
                    return row, token.type != tokenize.NEWLINE, end
                if token.type != tokenize.OP:
                    continue
                depth += (token.string in "([{") - (token.string in ")]}")
                row = token.end[0] + node.lineno - 1
                if token.string == ":" and depth == 0 and self._offset(row, token.end[1]) > floor:
                    end = self._offset(row, token.end[1])
        except (tokenize.TokenError, SyntaxError):
            pass
        raise NoPlace("the end of its head was not found")

    def _lines_from(self, row: int) -> Iterator[str]:
        while True:
            start = self.source.offset(row, 0) if row <= self.source.parser_line_count else len(self.source.data)
            if start == len(self.source.data):
                return
            yield self.source.slice(start, self._line_end(start)) + "\n"
            row += 1

    def _offset(self, row: int, characters: int) -> int:
        start = self.source.offset(row, 0)
        line = self.source.slice(start, self._line_end(start))
        return start + len(line[:characters].encode("utf-8", "surrogatepass"))

    def _line_end(self, offset: int) -> int:
        found = _LINE_END.search(self.source.data, offset)
        return found.start() if found else len(self.source.data)

    def _next_line(self, offset: int) -> int:
        found = _LINE_END.search(self.source.data, offset)
        return found.end() if found else len(self.source.data)

    def _newline_at(self, offset: int) -> str:
        found = _LINE_END.search(self.source.data, offset)
        return found[0].decode() if found else ""

    def _first_row(self, node: AnyDefinition | ast.Module) -> int:
        first = node.body[0]
        decorators = first.decorator_list if isinstance(first, DEFINITIONS) else []
        return min([first.lineno, *(decorator.lineno for decorator in decorators)])

    def _prefix(self, offset: int) -> bytes | None:
        """Give the blanks before a byte on its line; None when something else stands there."""
        after_lf = self.source.data.rfind(b"\n", 0, offset) + 1
        start = max(after_lf, self.source.data.rfind(b"\r", after_lf, offset) + 1)
        prefix = self.source.data[start:offset]
        return None if prefix.strip(b" \t\f") else prefix

    def _indent_of(self, node: AnyDefinition) -> str:
        blanks = _BLANKS.match(self.source.data, self.source.offset(node.lineno, 0))
        return blanks[0].decode() if blanks else ""

    @cached_property
    def _indent_unit(self) -> str | None:
        """Tell what one more level is in this file, by its first definition with a body of its own lines."""
        for found in python_definitions(self.tree):
            row = self._first_row(found.node)
            if row == found.node.lineno:
                continue
            outer = self._indent_of(found.node)
            blanks = _BLANKS.match(self.source.data, self.source.offset(row, 0))
            inner = blanks[0].decode() if blanks else ""
            if len(inner) > len(outer) and inner.startswith(outer) and "\f" not in inner:
                return inner[len(outer) :]
        return None

    def _after_type_comment(self, start: int) -> int:
        """Step over `# type: (…) -> …`, which counts only right below the head."""
        while _TYPE_COMMENT.match(self.source.data, start):
            start = self._next_line(start)
        return start

    def _needs_gap(self, node: ast.ClassDef, start: int) -> bool:
        """Say whether a blank line belongs between a class's documentation and what follows."""
        only = len(node.body) == 1 and isinstance(node.body[0], ast.Pass | ast.Expr)
        return not only and bool(self.source.data[start : self._line_end(start)].strip())

    def _after_header(self) -> int:
        """Find where the comments end that stay on top: for machines, for lawyers, or set apart by a blank line."""
        end = 0
        rows = self._first_row(self.tree) - 1 if self.tree.body else self.source.parser_line_count
        run: list[bytes] = []
        is_first = True
        for row in range(1, rows + 2):
            start = self.source.offset(row, 0) if row <= rows else -1
            line = self.source.data[start : self._line_end(start)] if start >= 0 else b"end"
            if line.lstrip(b" \t\f").startswith(b"#"):
                run.append(line)
                if row <= 2 and (line.startswith(b"#!") or _COOKIE.match(line)):
                    end = self._next_line(start)
                continue
            if run:
                apart = is_first and (not line.strip(b" \t\f") or not self.tree.body)
                if apart or MACHINE_COMMENT.search(b"\n".join(run).decode("utf-8", "replace")):
                    end = start if start >= 0 else self._end_of_row(rows)
                run, is_first = [], False
        return end

    def _end_of_row(self, row: int) -> int:
        return self._next_line(self.source.offset(row, 0))
