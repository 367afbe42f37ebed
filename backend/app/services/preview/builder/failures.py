"""The first thing that a bundler complained about, out of all that it printed. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import AppError
from app.services.preview.errors import BuildFailed, MissingDependencies, ProjectUnfit

_PLACE = re.compile(r"(?:/build/project/)?(?P<file>[^\s:()'\"]+\.[cm]?[jt]sx?|[^\s:()'\"]+\.(?:json|css|png|ttf))"
                    r"(?::\s|:)?.*?\(?(?P<line>\d+):(?P<column>\d+)\)?")  # fmt: skip
_SYNTAX = re.compile(r"(?:SyntaxError|TransformError)\b:?\s*(?P<said>.*)")
_UNRESOLVED = re.compile(
    r"""Unable to resolve (?:module )?['"]?(?P<what>[^'"\s]+)['"]? from ['"]?(?P<file>[^'"\s:]+)"""
)
_NO_MODULE = re.compile(r"(?:Error: )?Cannot find module ['\"](?P<what>[^'\"]+)['\"]")
_NO_PLUGIN = re.compile(
    r"Cannot find (?:package|module) ['\"](?P<what>[^'\"]+)['\"]|PluginError: .*?['\"](?P<plugin>[^'\"]+)['\"]"
)
_NO_ENTRY = re.compile(
    r"(?:The resource `|Cannot resolve entry file|ConfigError|No entry file|entry file .* not found)"
)
_ERROR = re.compile(r"^(?:\w*Error|error|✖|CommandError|FAIL)\b:?\s*(?P<said>.+)", re.IGNORECASE)
_FRAME = re.compile(r"^\s*(?:>\s*)?\d+\s*\|")
_POINTER = re.compile(r"^\s*\|\s*\^")
_EXCERPT_LINES = 12
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was said, about which place (line and column from 1), with the source around it."""

    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None
    missing: str | None = None

    def details(self) -> dict[str, Any]:
        """Everything but the message, as an error's details."""
        told = {"file": self.file, "line": self.line, "column": self.column, "excerpt": self.excerpt}
        return {name: value for name, value in (told | {"missing": self.missing}).items() if value is not None}


def failure_of(lines: Sequence[str], returncode: int) -> AppError:
    """Turn what a bundler printed before it failed into the error that people are told."""
    found = first_complaint(lines)
    if found is None:
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        return BuildFailed(f"The bundler ended with status {returncode}: {last[:_LONGEST]}", returncode=returncode)
    if found.missing is not None and not found.missing.startswith((".", "/")):
        return MissingDependencies(found.message, **found.details())
    if found.missing is not None and found.file is None:
        return ProjectUnfit(found.message, reason="no_entry", **found.details())
    return BuildFailed(found.message, **found.details())


def first_complaint(lines: Sequence[str]) -> Complaint | None:
    """Find the first error: a file that cannot be read as code, a module that is not there, or whatever says error."""
    for number, line in enumerate(lines):
        found = _read(line, lines[number : number + 40])
        if found is not None:
            return found
    return None


def _read(line: str, rest: Sequence[str]) -> Complaint | None:
    unresolved = _UNRESOLVED.search(line)
    if unresolved:
        what, file = unresolved["what"], _shown(unresolved["file"])
        place = _framed_line(rest)
        return Complaint(
            f"{file} needs {what!r}, which is not there.", file, place, None, _excerpt(rest), what.rstrip(":.,")
        )
    syntax = _SYNTAX.search(line)
    if syntax:
        return _syntax(syntax["said"], _PLACE.search(line) or _PLACE.search(rest[1] if len(rest) > 1 else ""), rest)
    missing = _NO_MODULE.search(line) or _NO_PLUGIN.search(line)
    if missing:
        what = missing["what"] or missing.groupdict().get("plugin") or ""
        return Complaint(f"The build needs {_shown(what)!r}, which is not there.", missing=_shown(what))
    if _NO_ENTRY.search(line):
        return Complaint(_clean(line, None), missing="./entry")
    plain = _ERROR.match(line.strip())
    return Complaint(_clean(line, None), excerpt=_excerpt(rest)) if plain else None


def _syntax(text: str, place: re.Match[str] | None, rest: Sequence[str]) -> Complaint:
    if place is None:
        return Complaint(_clean(text, None), excerpt=_excerpt(rest))
    file = _shown(place["file"])
    # Babel counts columns from 0.
    at = int(place["line"]), int(place["column"]) + 1
    return Complaint(f"{file}: {_clean(text, file)}", file, *at, _excerpt(rest))


def _clean(said: str, file: str | None) -> str:
    text = said.replace("/build/project/", "").strip()
    if file and text.startswith(f"{file}:"):
        text = text.removeprefix(f"{file}:").strip()
    return re.sub(r"\s*\(\d+:\d+\)$", "", text)[:_LONGEST]


def _shown(path: str) -> str:
    return path.removeprefix("/build/project/")


def _framed_line(rest: Sequence[str]) -> int | None:
    pointed = next((re.match(r"^\s*>\s*(\d+)\s*\|", line) for line in rest if line.lstrip().startswith(">")), None)
    return int(pointed[1]) if pointed else None


def _excerpt(rest: Sequence[str]) -> str | None:
    """Take the frame of source lines that follows, if one does."""
    frame: list[str] = []
    for line in rest:
        if _FRAME.match(line) or _POINTER.match(line):
            frame.append(line[:200])
        elif frame:
            break
    return "\n".join(frame[:_EXCERPT_LINES]) or None
