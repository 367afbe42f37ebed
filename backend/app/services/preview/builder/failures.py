"""The first thing that a bundler complained about, out of all that it printed. Pure.

The shapes are those of Expo's CLI, Metro, Babel, React Native's CLI and Node.js; real outputs are the tests' fixtures.
What names a place counts before what only says that something went wrong: tools print both, in either order.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import Any

from app.core.errors import AppError
from app.services.preview.errors import BuildFailed, MissingDependencies, ProjectUnfit

_ROOT = "/build/project/"
_ERRORS = r"(?:Failed to construct transformer:\s+)?(?:\w*Error: )*"
# Babel's, and whatever wraps it: a file, what is wrong, and where; lines from 1, columns from 0.
_PLACED = re.compile(
    rf"^{_ERRORS}(?P<file>(?:/build/project/)?[^:'\"]+\.\w+): (?P<said>.+) \((?P<line>\d+):(?P<column>\d+)\)$"
)
# A plugin of Babel's: its own file is told twice, and its place by the frame alone.
_FRAMED = re.compile(
    rf"^{_ERRORS}(?P<file>(?:/build/project/)?[^:'\"]+\.\w+): (?:/build/project/[^:]+: )?(?P<said>.+)$"
)
# What a module of JSON becomes is code that begins a line earlier.
_JSON_MODULE = re.compile(
    rf"^{_ERRORS}(?:[^:]+\.json: )?(?P<said>.+) in file (?P<file>.+\.json) at (?P<line>\d+):(?P<column>\d+)$"
)
_ABOUT_IMAGE = re.compile(rf"^{_ERRORS}(?:[^:]+: )?(?P<said>Invalid \w+ image asset): (?P<file>/build/project/.+)$")
_UNRESOLVED = re.compile(
    r"""Unable to resolve (?:module )?['"]?(?P<what>[^'"\s]+?)['"]? from ['"]?(?P<file>[^'":]+)['"]?(?::|$)"""
)
_NO_MODULE = re.compile(
    r"Cannot find (?:module|package) ['\"](?P<what>[^'\"]+)['\"](?: imported from (?P<file>/build/project/.+))?"
)
_NO_PLUGIN = re.compile(r"PluginError: Failed to resolve plugin for module ['\"](?P<what>[^'\"]+)['\"]")
_NO_ENTRY = re.compile(
    r"^(?:error )?(?:\w*Error: )*(?P<said>Cannot resolve entry file.*|The resource `(?P<file>[^`]+)` was not found.*)"
)
# Node.js itself cannot read a file: its place, the line, a pointer, and only then what is wrong.
_NODE_PLACE = re.compile(r"(?:^|\s)(?P<file>/build/project/[^:]+):(?P<line>\d+)$")
_NODE_SAYS = re.compile(r"^\w*Error: (?P<said>.+)")
_JSON_FILE = re.compile(r"^├─ File: (?P<file>.+)$")
_JSON_CAUSE = re.compile(r"^└─ Cause: \w*Error: (?P<said>.+?)(?: at (?P<line>\d+):(?P<column>\d+))?$")
_ON_WEB = re.compile(r"^Error: (?P<said>.+) on web from: (?P<file>\S.*)$")
_ERROR = re.compile(r"^(?:\w*Error\b|error\b|✖|FAIL\b):?\s*(?P<said>.+)", re.IGNORECASE)
_FRAME = re.compile(r"^\s*(?:>\s*)?\d+\s*\|")
_POINTER = re.compile(r"^\s*\|\s*\^")
_POINTED = re.compile(r"^\s*>\s*(\d+)\s*\|")
_IN_STACK = re.compile(
    r"^\s*(?:at .*?|- )\(?(?P<file>/build/project/(?!node_modules/|package\.json)[^:()]+)"
    r"(?::(?P<line>\d+):(?P<column>\d+))?\)?$"
)
_IN_EXPORTS = re.compile(r'which is not listed in the "exports" of "/build/project/node_modules/(?P<package>[^"]+)"')
_PACKAGE = re.compile(r"(?:@[a-z0-9][\w.-]*/)?[a-z0-9][\w.-]*(?=/|$)")
# Modules of Node.js that apps import by mistake; no package of that name brings them to a phone.
_NODES_OWN = frozenset(
    (
        *("assert", "buffer", "child_process", "cluster", "crypto", "dgram", "dns", "fs", "fs/promises", "http"),
        *("http2", "https", "module", "net", "os", "path", "perf_hooks", "readline", "stream", "tls", "tty", "url"),
        *("util", "v8", "vm", "worker_threads", "zlib"),
    )
)
_EXCERPT_LINES = 12
_LONGEST = 600
_LOOKS_AHEAD = 40
# A stranger's output may be made to be looked at for long.
_LONGEST_LINE = 1000
_MOST_CANDIDATES = 300
_MOST_THROWN = 20
# One of these is in every line that a reader below begins with.
_WORDS = ("Error", "Unable to resolve", "Cannot ", "The resource", "├─ File", _ROOT)


class Kind(Enum):
    """What is to be done about it: change the code, install something, or make it a project that can be built."""

    CODE = "code"
    PACKAGE = "package"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was said, about which place (line and column from 1), with the source around it.

    `missing` is what was not found: a package's name, or a module as it was asked for.
    """

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None
    missing: str | None = None
    reason: str | None = None
    kind: Kind = Kind.CODE

    def details(self) -> dict[str, Any]:
        """Everything but the message, as an error's details."""
        names = ("file", "line", "column", "excerpt", "missing", "reason")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


def failure_of(lines: Sequence[str], returncode: int) -> AppError:
    """Turn what a bundler printed before it failed into the error that people are told."""
    found = first_complaint(lines)
    if found is None:
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        return BuildFailed(f"The bundler ended with status {returncode}: {last[:_LONGEST]}", returncode=returncode)
    errors = {Kind.CODE: BuildFailed, Kind.PACKAGE: MissingDependencies, Kind.PROJECT: ProjectUnfit}
    return errors[found.kind](found.message[:_LONGEST], **found.details())


def first_complaint(lines: Sequence[str]) -> Complaint | None:
    """Find the first error that says what and where; else the first that says what; else whatever says error."""
    told = [line[:_LONGEST_LINE] for line in lines]
    # React Native's CLI says everything twice, and the first time with a full stop after whatever it ends in.
    plain = [line for line in told if not line.startswith("error ")]
    for each in (plain, told):
        for line, rest in islice(_candidates(each), _MOST_CANDIDATES):
            found = next((made for read in _READERS if (made := read(line, rest))), None)
            if found is not None:
                return _judged(found, told)
    for each in (plain, told):
        thrown = list(islice(_thrown(each), _MOST_THROWN))
        if thrown:
            return next((complaint for complaint in thrown if complaint.file), thrown[0])
    return None


def _candidates(lines: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Choose the lines that are worth a closer look, each with those that follow it."""
    for number, line in enumerate(lines):
        if any(word in line for word in _WORDS):
            yield line.rstrip(), lines[number : number + _LOOKS_AHEAD]


def _placed(line: str, rest: Sequence[str]) -> Complaint | None:
    found = _PLACED.match(line)
    if not found:
        return None
    file = _shown(found["file"])
    place = int(found["line"]), int(found["column"]) + 1
    return Complaint(f"{file}: {_clean(found['said'])}", file, *place, _excerpt(rest))


def _framed(line: str, rest: Sequence[str]) -> Complaint | None:
    found = _FRAMED.match(line) if line.startswith(("SyntaxError", "TransformError")) else None
    if not found or len(rest) < 2 or not _FRAME.match(rest[1]):
        return None
    file = _shown(found["file"])
    return Complaint(f"{file}: {_clean(found['said'])}", file, *_pointed(rest), _excerpt(rest))


def _json_module(line: str, _rest: Sequence[str]) -> Complaint | None:
    found = _JSON_MODULE.match(line)
    if not found:
        return None
    file, number = _shown(found["file"]), int(found["line"]) - 1
    # On its first line the code that surrounds it counts too, by how much depends on Metro's version.
    place = (number, int(found["column"]) + 1) if number > 1 else (1, None)
    return Complaint(f"{file}: {_clean(found['said'])}", file, *place)


def _image(line: str, _rest: Sequence[str]) -> Complaint | None:
    found = _ABOUT_IMAGE.match(line)
    return Complaint(f"{_shown(found['file'])}: {found['said']}", _shown(found["file"])) if found else None


def _unresolved(line: str, rest: Sequence[str]) -> Complaint | None:
    found = _UNRESOLVED.search(line)
    if not found:
        return None
    file = _shown(found["file"].strip())
    return Complaint(
        f"{file} needs {found['what']!r}, which is not there.", file, *_pointed(rest), _excerpt(rest), found["what"]
    )


def _no_module(line: str, rest: Sequence[str]) -> Complaint | None:
    found = _NO_MODULE.search(line) or _NO_PLUGIN.search(line)
    if not found:
        return None
    what, told = _shown(found["what"]), found.groupdict().get("file")
    file, number, column = (_shown(told), None, None) if told else _in_stack(rest)
    who = file or ("The app's configuration" if "PluginError" in line else "The build")
    return Complaint(f"{who} needs {what!r}, which is not there.", file, number, column, missing=what)


def _no_entry(line: str, _rest: Sequence[str]) -> Complaint | None:
    found = _NO_ENTRY.match(line)
    if not found:
        return None
    file = _shown(found["file"]) if found["file"] else None
    return Complaint(_clean(found["said"]), file, reason="no_entry", kind=Kind.PROJECT)


def _of_node(line: str, rest: Sequence[str]) -> Complaint | None:
    found = _NODE_PLACE.search(line)
    said = next((match for each in rest[1:6] if (match := _NODE_SAYS.match(each))), None)
    if not found or not said:
        return None
    file, pointer = (
        _shown(found["file"]),
        next((each for each in rest[1:5] if set(each) <= set(" ^") and "^" in each), ""),
    )
    excerpt = "\n".join(each[:200] for each in rest[1:3]) if pointer else None
    column = pointer.index("^") + 1 if pointer else None
    return Complaint(f"{file}: {_clean(said['said'])}", file, int(found["line"]), column, excerpt)


def _json_file(line: str, rest: Sequence[str]) -> Complaint | None:
    found = _JSON_FILE.match(line)
    cause = _JSON_CAUSE.match(rest[1]) if found and len(rest) > 1 else None
    if not found or not cause:
        return None
    file = _shown(found["file"])
    line_number, column = (int(cause["line"]), int(cause["column"])) if cause["line"] else (None, None)
    said = f"{file} is no JSON: {_clean(cause['said'])}"
    return Complaint(said, file, line_number, column, _excerpt(rest), reason="json", kind=Kind.PROJECT)


def _on_web(line: str, _rest: Sequence[str]) -> Complaint | None:
    found = _ON_WEB.match(line)
    return Complaint(f"{_shown(found['file'])}: {found['said']}", _shown(found["file"])) if found else None


Reader = Callable[[str, Sequence[str]], Complaint | None]
_READERS: tuple[Reader, ...] = (
    _unresolved, _json_module, _image, _placed, _framed, _no_module, _no_entry, _of_node, _json_file, _on_web,
)  # fmt: skip


def _thrown(lines: Sequence[str]) -> Iterator[Complaint]:
    """Give whatever says error, with the first place of the project's own in the stack that follows."""
    for number, line in enumerate(lines):
        found = _ERROR.match(line.strip().removeprefix("Failed to construct transformer:").strip())
        if found is None:
            continue
        rest, said = lines[number : number + _LOOKS_AHEAD], _clean(found["said"])
        if said.endswith(":") and len(rest) > 1:
            said = f"{said} {_clean(rest[1])}"
        yield Complaint(said, *_in_stack(rest), _excerpt(rest))


def _judged(found: Complaint, lines: Sequence[str]) -> Complaint:
    """Say of something missing whether it is a package that can be installed."""
    what = found.missing
    if what is None:
        return found
    if what.removeprefix("node:") in _NODES_OWN:
        message = f"{found.file or 'The app'} needs {what!r}, which is a part of Node.js and of no phone."
        return replace(found, message=message, reason="node_module")
    name = _PACKAGE.match(what)
    is_there = name and any((told := _IN_EXPORTS.search(line)) and told["package"] == name[0] for line in lines)
    if name is None or is_there:
        return found
    return replace(found, missing=name[0], kind=Kind.PACKAGE)


def _clean(said: str) -> str:
    return said.replace(_ROOT, "").strip()[:_LONGEST]


def _shown(path: str) -> str:
    return path.removeprefix(_ROOT)


def _in_stack(rest: Sequence[str]) -> tuple[str | None, int | None, int | None]:
    """Find the first place of the project's own files in a stack, or in a list of who required whom."""
    found = next((match for line in rest if (match := _IN_STACK.match(line))), None)
    if found is None:
        return None, None, None
    placed = next(
        (
            match
            for line in rest
            if (match := _IN_STACK.match(line)) and match["line"] and match["file"] == found["file"]
        ),
        None,
    )
    place = (int(placed["line"]), int(placed["column"])) if placed else (None, None)
    return _shown(found["file"]), *place


def _pointed(rest: Sequence[str]) -> tuple[int | None, int | None]:
    """Read the place that a frame points to: line and column from 1."""
    for number, line in enumerate(rest):
        found = _POINTED.match(line)
        if found:
            below = rest[number + 1] if number + 1 < len(rest) else ""
            column = below.index("^") - below.index("|") - 1 if _POINTER.match(below) else None
            return int(found[1]), column
    return None, None


def _excerpt(rest: Sequence[str]) -> str | None:
    """Take the frame of source lines that follows, if one does."""
    frame: list[str] = []
    for line in rest:
        if _FRAME.match(line) or _POINTER.match(line):
            frame.append(line[:200])
        elif frame:
            break
    return "\n".join(frame[:_EXCERPT_LINES]) or None
