"""Documentation for JavaScript, JSX, TypeScript and TSX: comments that leave the syntax tree as it was."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from app.adapters.syntax.comments import MACHINE_COMMENT, NEXT_LINE_COMMENT, comment_text, leading_documentation
from app.adapters.syntax.documentation import is_placeholder
from app.adapters.syntax.javascript_tree import JsDefinition, definitions, doc_of
from app.adapters.syntax.source import Source
from app.adapters.syntax.trees import parse_tree, text_of
from app.schemas.replies import SymbolDocumentation
from app.services.ai.docstrings.edits import Edit, LeftAlone, quoted_line, spliced
from app.services.ai.docstrings.encoding import decode_utf8
from app.services.ai.docstrings.javascript_trees import broken_places, differences
from app.services.ai.docstrings.text import WIDTH, clean_lines, wrapped

_FILE = -1
_TAB_WIDTH = 4
_MOST_NAMESAKES = 50  # definitions of one name that a quote is compared with
_LINE_END = re.compile(rb"\r\n|\r|\n|\Z")
_FILE_TAGS = ("@file", "@fileoverview", "@packageDocumentation")


class _NoPlace(Exception):
    """There is no safe place; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Replace the bytes between two offsets by: `before`, the comment with its lines indented, `after`."""

    start: int
    end: int
    indent: str
    newline: str
    before: str = ""
    after: str = ""


class JavaScriptPlan:
    """The edits one file can bear."""

    def __init__(self, language: str, data: bytes, documents: Sequence[SymbolDocumentation]) -> None:
        self.language = language
        self.decoded = decode_utf8(data)
        self.source = Source(self.decoded.text)
        self.tree = parse_tree(language, self.source.data)
        broken = broken_places(self.tree.root_node)
        if broken is None:
            raise LeftAlone(f"it does not parse as {language} here")
        self.broken = broken
        self.found = definitions(self.tree.root_node)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for index, found in enumerate(self.found):
            self.by_name[found.qualified_name].append(index)
        self.wanted = {document.symbol for document in documents}
        self.edits: list[Edit] = []
        self.done: set[int] = set()
        self.starts: set[int] = set()
        self.skipped: list[tuple[SymbolDocumentation, str]] = []
        for document in documents:
            self._add(document)

    def _add(self, document: SymbolDocumentation) -> None:
        try:
            index = self._find(document) if document.symbol else _FILE
            place = self._place(self.found[index]) if index != _FILE else self._place_on_top()
            if index in self.done or place.start in self.starts:
                raise _NoPlace("it was documented twice; the first text is kept")
            self.edits.append(self._edit(document, index, place))
            self.done.add(index)
            self.starts.update([place.start] if index != _FILE else [])
        except _NoPlace as reason:
            self.skipped.append((document, str(reason)))

    def _find(self, document: SymbolDocumentation) -> int:
        named = self.by_name.get(document.symbol)
        if not named:
            raise _NoPlace("there is no definition of this name in the file")
        if len(named) > _MOST_NAMESAKES:
            raise _NoPlace("too many definitions have this name")
        quote = quoted_line(document)
        quoted = [index for index in named if not quote or quote in self._first_lines(self.found[index])]
        if not quoted:
            raise _NoPlace("its definition does not read as quoted")
        if len(named) > 1 and self.found[quoted[0]].is_overload:
            raise _NoPlace("it is overloaded; which signature is meant is for people to say")
        if len(quoted) > 1:
            raise _NoPlace("several definitions have this name and first line")
        return quoted[0]

    def _first_lines(self, found: JsDefinition) -> set[str]:
        lines = {self.source.line_of(found.start), self.source.line_of(found.own_start)}
        return {self.source.lines(line, line).text.strip() for line in lines}

    def _place(self, found: JsDefinition) -> _Place:
        start, end = found.outer.start_byte, found.outer.end_byte
        if found.outer.has_error or any(it.start_byte <= end and start <= it.end_byte for it in self.broken):
            raise _NoPlace("what it stands in or holds is not understood here")
        if not found.is_alone:
            raise _NoPlace("it shares its statement with other definitions")
        existing = doc_of(found)
        if existing is not None:
            if not is_placeholder(comment_text(text_of(existing)), found.name):
                raise _NoPlace("it has documentation already")
            indent = self._alone(existing.start_byte)
            return _Place(existing.start_byte, existing.end_byte, indent, self._newline_at(existing.start_byte))
        start = self._before_orders(found)
        indent = self._alone(start)
        newline = self._newline_at(start)
        return _Place(start, start, indent, newline, after=newline + indent)

    def _before_orders(self, found: JsDefinition) -> int:
        """Comments right above that give a tool orders for the next line must stay right above."""
        start, line = found.start, self.source.line_of(found.start)
        candidate = start
        for comment in reversed(found.lead):
            if self.source.line_of(comment.end_byte - 1) != line - 1:
                break
            candidate, line = comment.start_byte, self.source.line_of(comment.start_byte)
            if MACHINE_COMMENT.search(text_of(comment)):
                start = candidate
        return start

    def _place_on_top(self) -> _Place:
        root = self.tree.root_node
        if leading_documentation(root, self.source) is not None:
            raise _NoPlace("it has documentation already")
        start = self._after_header(root.children)
        first = next(
            (child for child in root.named_children if child.start_byte >= start and child.type != "comment"), None
        )
        if first is not None and any(self._would_be_taken_for(found, first) for found in self.found):
            raise _NoPlace("its first definition has no documentation and would be given the file's")
        data = self.source.data
        newline = self._newline_at(0)
        open_end = start == len(data) and bool(data) and not data.endswith((b"\n", b"\r"))
        line_end = _LINE_END.search(data, start)
        blank_follows = line_end is not None and not data[start : line_end.start()].strip()
        after = "" if open_end else newline if blank_follows else newline * 2
        before = newline * (1 + open_end) if start else ""
        return _Place(start, start, "", newline, before=before, after=after)

    def _would_be_taken_for(self, found: JsDefinition, first: Node) -> bool:
        undocumented = found.outer.id == first.id and doc_of(found) is None
        return undocumented and found.qualified_name not in self.wanted

    def _after_header(self, children: Sequence[Node]) -> int:
        """Find where the shebang and the comments for machines and lawyers end; orders for the next line stay below."""
        end = 0
        run_has_order = False
        for index, child in enumerate(children):
            if child.type not in ("comment", "hash_bang_line", "html_comment"):
                break
            if NEXT_LINE_COMMENT.search(text_of(child)):
                return self.source.line_start(child.start_byte) if run_has_order else end
            run_has_order = child.type != "comment" or run_has_order or bool(MACHINE_COMMENT.search(text_of(child)))
            following = children[index + 1] if index + 1 < len(children) else None
            row = child.end_point.row
            joined = following is not None and following.type == "comment" and following.start_point.row == row + 1
            if following is not None and following.start_point.row == row:
                break
            if run_has_order and not (joined and child.type == "comment"):
                match = _LINE_END.search(self.source.data, child.end_byte)
                end = match.end() if match else len(self.source.data)
                run_has_order = False
        return end

    def _edit(self, document: SymbolDocumentation, index: int, place: _Place) -> Edit:
        columns = len(place.indent.expandtabs(_TAB_WIDTH))
        lines = clean_lines(document.documentation, "script")
        if index == _FILE and lines and not lines[0].startswith(_FILE_TAGS):
            lines[0] = f"@file {lines[0]}"
        lines = wrapped(lines, columns + 3)
        if not lines:
            raise _NoPlace("nothing readable is left of its text")
        comment = _comment(lines, place, fits=columns + len(lines[0]) + 7 <= WIDTH)
        new = f"{place.before}{comment}{place.after}".encode()
        return Edit(document.symbol, index, place.start, place.end, new, "\n".join(lines))

    def _alone(self, start: int) -> str:
        """Give the blanks before a byte; _NoPlace when something else stands before it on its line."""
        data = self.source.data
        after_lf = data.rfind(b"\n", 0, start) + 1
        begin = max(after_lf, data.rfind(b"\r", after_lf, start) + 1)
        prefix = data[begin:start]
        if prefix.strip(b" \t"):
            raise _NoPlace("it does not begin on a line of its own")
        return prefix.decode()

    def _newline_at(self, offset: int) -> str:
        """Give the ending of a byte's line; on a last line without one, that of the first."""
        match = _LINE_END.search(self.source.data, offset)
        first = _LINE_END.search(self.source.data)
        return (match[0].decode() if match else "") or (first[0].decode() if first else "") or "\n"

    def line_of(self, edit: Edit) -> int:
        """Line of the definition that an edit documents; 1 for the file itself."""
        return 1 if edit.definition == _FILE else self.source.line_of(self.found[edit.definition].own_start)

    def render(self, edits: Sequence[Edit]) -> bytes:
        """The file's bytes with some of the edits made."""
        return self.decoded.encode(spliced(self.source.data, edits).decode("utf-8"))

    def problem_with(self, data: bytes, edits: Sequence[Edit]) -> str | None:
        """Why these bytes are not the old file plus exactly this documentation; None when they are."""
        new = Source(data.decode("utf-8"))
        added = sum(edit.start == edit.end for edit in edits)
        return differences(self.tree, parse_tree(self.language, new.data), added=added)


def _comment(lines: Sequence[str], place: _Place, *, fits: bool) -> str:
    if len(lines) == 1 and fits:
        return f"/** {lines[0]} */"
    inner = [f"{place.indent} * {line}" if line else f"{place.indent} *" for line in lines]
    return place.newline.join(["/**", *inner, f"{place.indent} */"])
