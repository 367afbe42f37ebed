"""Documentation for Python files: docstrings that leave the syntax tree, and every other byte, as they were."""

import ast
import inspect
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from app.adapters.syntax.documentation import is_placeholder
from app.adapters.syntax.python_tree import (
    AnyDefinition,
    PythonDefinition,
    Unparsable,
    docstring_node,
    dotted,
    parse_python,
    python_definitions,
)
from app.adapters.syntax.source import Source
from app.schemas.replies import SymbolDocumentation
from app.services.ai.docstrings.edits import Edit, LeftAlone, quoted_line, spliced
from app.services.ai.docstrings.encoding import Decoded, decode_python
from app.services.ai.docstrings.python_places import NoPlace, Place, PythonPlaces
from app.services.ai.docstrings.python_trees import differences
from app.services.ai.docstrings.text import WIDTH, clean_lines, wrapped

_MODULE = -1
_TAB_WIDTH = 4
_QUOTES = 7  # columns of the quotes around one line, with a prefix
_MOST_NAMESAKES = 50  # definitions of one name that a quote is compared with
_DELIMITER = re.compile(rb"(?i:[ru]?)('''|\"\"\"|'|\")")


class PythonPlan:
    """The edits one Python file can bear."""

    def __init__(self, data: bytes, documents: Sequence[SymbolDocumentation]) -> None:
        self.data = data
        self.decoded: Decoded = decode_python(data)
        self.source = Source(self.decoded.text)
        try:
            self.tree = parse_python(self.source.text)
            self.type_comments = _has_type_comments(data)
        except Unparsable as reason:
            raise LeftAlone(f"it does not parse as Python here ({reason})") from None
        self.definitions = list(python_definitions(self.tree))
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for index, found in enumerate(self.definitions):
            self.by_name[found.qualified_name].append(index)
        self.places = PythonPlaces(self.source, self.tree)
        self.delimiter = self._usual_delimiter()
        self.edits: list[Edit] = []
        self.done: set[int] = set()
        self.skipped: list[tuple[SymbolDocumentation, str]] = []
        for document in documents:
            self._add(document)

    def _add(self, document: SymbolDocumentation) -> None:
        try:
            index = self._find(document)
            if index in self.done:
                raise NoPlace("it was documented twice; the first text is kept")
            self.edits.append(self._edit(document, index))
            self.done.add(index)
        except NoPlace as reason:
            self.skipped.append((document, str(reason)))

    def _find(self, document: SymbolDocumentation) -> int:
        """Give the number of the definition that is meant, _MODULE for the file itself."""
        if not document.symbol:
            return _MODULE
        named = self.by_name.get(document.symbol)
        if not named:
            raise NoPlace("there is no definition of this name in the file")
        if len(named) > _MOST_NAMESAKES:
            raise NoPlace("too many definitions have this name")
        quote = quoted_line(document)
        quoted = [index for index in named if not quote or quote in self._first_lines(self.definitions[index].node)]
        if not quoted:
            raise NoPlace("its definition does not read as quoted")
        if len(quoted) > 1:
            raise NoPlace("several definitions have this name and first line")
        return quoted[0]

    def _first_lines(self, node: AnyDefinition) -> set[str]:
        rows = {node.lineno, *(decorator.lineno for decorator in node.decorator_list)}
        starts = [self.source.line_of(self.source.offset(row, 0)) for row in rows]
        return {self.source.lines(line, line).text.strip() for line in starts}

    def _edit(self, document: SymbolDocumentation, index: int) -> Edit:
        node = self.tree if index == _MODULE else self.definitions[index].node
        if index != _MODULE:
            _check_documentable(self.definitions[index])
        existing = docstring_node(node)
        if existing:
            if not is_placeholder(ast.get_docstring(node) or "", document.symbol.rpartition(".")[2]):
                raise NoPlace("it has documentation already")
            place = self.places.replacing(existing)
        else:
            place = self.places.for_module() if isinstance(node, ast.Module) else self.places.inside(node)
        columns = len(place.indent.expandtabs(_TAB_WIDTH))
        # Room for the opening quotes on the first line.
        clean = [self.decoded.writable(line) for line in clean_lines(document.documentation, "python")]
        lines = wrapped(clean, columns + 4)
        if not lines:
            raise NoPlace("nothing readable is left of its text")
        if len(lines) == 1 and columns + len(lines[0]) + _QUOTES > WIDTH:
            lines = wrapped(clean, columns + _QUOTES)  # closing quotes alone below one line would become part of it
        text = inspect.cleandoc("\n".join(lines))
        literal = _literal(lines, place, self.delimiter)
        new = f"{place.before}{literal}{place.after}".encode()
        return Edit(document.symbol, index, place.start, place.end, new, text)

    def line_of(self, edit: Edit) -> int:
        """Line of the definition that an edit documents; 1 for the file itself."""
        if edit.definition == _MODULE:
            return 1
        return self.source.line_of(self.source.span(self.definitions[edit.definition].node)[0])

    def render(self, edits: Sequence[Edit]) -> bytes:
        """The file's bytes with some of the edits made."""
        return self.decoded.encode(spliced(self.source.data, edits).decode("utf-8"))

    def problem_with(self, data: bytes, edits: Sequence[Edit]) -> str | None:
        """Why these bytes are not the old file plus exactly this documentation; None when they are."""
        try:
            old = parse_python(self.data, type_comments=self.type_comments)
            new = parse_python(data, type_comments=self.type_comments)
        except Unparsable as reason:
            return f"the documented file would not parse ({reason})"
        return differences(old, new, {edit.definition: edit.text for edit in edits})

    def _usual_delimiter(self) -> str:
        """Tell which triple quotes this file's documentation stands in; double ones unless single ones prevail."""
        counts: Counter[str] = Counter()
        for node in [self.tree, *(found.node for found in self.definitions)]:
            statement = docstring_node(node)
            if statement:
                start = self.source.span(statement)[0]
                match = _DELIMITER.match(self.source.data, start)
                counts[match[1][:1].decode() if match else '"'] += 1
        return "'''" if counts["'"] > counts['"'] else '"""'


def _has_type_comments(data: bytes) -> bool:
    if b"type:" not in data:
        return False
    try:
        parse_python(data, type_comments=True)
    except Unparsable:
        return False
    return True


def _check_documentable(found: PythonDefinition) -> None:
    for decorator in found.node.decorator_list:
        name = dotted(decorator).rpartition(".")[2]
        if name == "overload":
            raise NoPlace("it is an overload; the function that has the body is documented instead")
        if name in ("setter", "deleter"):
            raise NoPlace("Python shows the documentation of the property's getter only")


def _literal(lines: Sequence[str], place: Place, delimiter: str) -> str:
    """Write lines as a string literal whose cleaned value is these lines again."""
    quote = delimiter[0]
    text = "\n".join(lines)
    single = len(lines) == 1
    risky = delimiter in text or (single and text.endswith((quote, "\\")))
    raw = "\\" in text and not risky
    if not raw:
        doubled = text.replace("\\", "\\\\")
        runs = rf"{quote}{{3,}}|{quote}+\Z" if single else rf"{quote}{{3,}}"
        text = re.sub(runs, lambda run: f"\\{quote}" * len(run[0]), doubled)
    written = [line if number == 0 or not line else place.indent + line for number, line in enumerate(text.split("\n"))]
    opening = ("r" if raw else "") + delimiter
    closing = delimiter if single else place.newline + place.indent + delimiter
    return opening + place.newline.join(written) + closing
