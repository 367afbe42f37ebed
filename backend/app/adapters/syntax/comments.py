"""Comments as documentation: their text without markers, and the comment that speaks of a whole file."""

import re

from tree_sitter import Node

from app.adapters.syntax.source import Source
from app.adapters.syntax.structure import Excerpt
from app.adapters.syntax.trees import text_of

_MARKER = re.compile(r"^[ \t]*(?:///?!?|//!?|#+!?|--|\*(?!/)|;+)[ \t]?")
_FILE_TAG = re.compile(r"@(?:file|fileoverview|module|packageDocumentation)\b")
# Comments that tell machines or lawyers something, not readers.
MACHINE_COMMENT = re.compile(
    r"copyright|licen[cs]e|SPDX-|@preserve|eslint|@ts-|tslint|@jsx|@flow|@noflow|@jest|istanbul|<reference|prettier"
    r"|biome|jshint|oxlint|^#!|-\*-|\bvim?:|coding[:=]|type:\s*ignore|\bmypy:|flake8|ruff:|pylint|pyright|isort:|noqa"
    r"|@generated|nolint|go:build|\+build|@charset|sourceMappingURL",
    re.IGNORECASE,
)
# Those that speak of the code right below them, and no longer would if other text came between.
NEXT_LINE_COMMENT = re.compile(
    r"@ts-(?:ignore|expect-error)|-next-line|ignore next"
    r"|(?:prettier|biome|deno-lint|deno-fmt)-ignore(?!-file|-all|-start)",
    re.IGNORECASE,
)


def comment_text(comment: str) -> str:
    """Take the markers off a comment of any common style; lines are kept."""
    inner = comment
    if inner.startswith("/*"):
        inner = inner.removeprefix("/*").lstrip("*!").removesuffix("*/").rstrip("*")
    lines = [_MARKER.sub("", line).rstrip() for line in re.split(r"\r\n|\r|\n", inner)]
    return "\n".join(lines).strip()


def leading_documentation(root: Node, source: Source) -> tuple[str, Excerpt] | None:
    """Give the first comment that speaks of the whole file: tagged as such, or set apart from what follows."""
    run: list[Node] = []
    children = [child for child in root.children if child.type != "hash_bang_line"]
    for index, child in enumerate(children):
        if "comment" not in child.type:
            break
        run.append(child)
        following = children[index + 1] if index + 1 < len(children) else None
        joined = following is not None and following.start_point.row - child.end_point.row <= 1
        if joined and following is not None and "comment" in following.type and _is_line(child) and _is_line(following):
            continue
        text = "\n".join(comment_text(text_of(part)) for part in run)
        raw = "\n".join(text_of(part) for part in run)
        alone = following is None or not joined or "import" in following.type or "comment" in following.type
        if text and (_FILE_TAG.search(raw) or (alone and not MACHINE_COMMENT.search(raw))):
            return text, source.excerpt(run[0].start_byte, run[-1].end_byte, 40)
        run = []
    return None


def _is_line(comment: Node) -> bool:
    return not text_of(comment).startswith("/*")
