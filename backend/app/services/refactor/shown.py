"""Whether a program can show the name of a function: only where it hands the function about, or fails. Pure."""

import re
from collections.abc import Iterator

from app.services.refactor.symbols.mentions import Mention, Role, Scope, StringUse
from app.services.refactor.symbols.model import MODULE
from app.services.refactor.work import Work

# What looks at the functions that run now, and shows their names.
_FRAMES = re.compile(rb"\b(?:funcName|co_name|co_qualname|currentframe|_getframe|format_stack)\b")
# Of a function's own code: its name is a part of theirs, or they show it themselves.
_SHOWS = re.compile(rb"\b(?:async|yield|def|class|lambda)\b")
_MOST_SPACE = 40


def is_only_called(work: Work) -> bool:
    """Say whether a plain function of a module is renamed that is imported and called, and never handed about.

    Then nothing but a traceback, a complaint about its arguments or a look at the stack can show its name.
    """
    if any(symbol.at != MODULE or symbol.is_module for symbol in work.symbols):
        return False
    definitions = [*_definitions(work)]
    if not definitions or not all(_is_plain(work.files[path], scope) for path, scope in definitions):
        return False
    mine = [(place, each) for place, each in work.found.mentions() if work.touches_target(work.found.meanings[place])]
    if not all(_is_called(work.files[place.path], mention) for place, mention in mine):
        return False
    return not any(_FRAMES.search(data) for data in work.files.values())


def is_as_python_shows(data: bytes, mention: Mention) -> bool:
    """Say whether a name in a string stands as Python writes it: `in name` of a traceback, `name()` of a complaint."""
    return data[mention.end : mention.end + 1] == b"(" or data[: mention.start].endswith(b"in ")


def _definitions(work: Work) -> Iterator[tuple[str, Scope]]:
    for path in {symbol.path for symbol in work.symbols}:
        for scope in work.found.scopes[path].scopes if path in work.found.scopes else ():
            if scope.name == work.plan.old and scope.parent == 0:
                yield path, scope


def _is_plain(data: bytes, scope: Scope) -> bool:
    if scope.kind != "function" or scope.decorators or not data.startswith(b"def", scope.at):
        return False
    body = _body(data, scope)
    return not _SHOWS.search(body)


def _body(data: bytes, scope: Scope) -> bytes:
    """What follows a function's name, up to the next line that is not indented."""
    end = re.compile(rb"^[^\s#)\]}]", re.MULTILINE).search(data, data.find(b"\n", scope.name_end) + 1)
    return data[scope.name_end : end.start() if end else len(data)]


def _is_called(data: bytes, mention: Mention) -> bool:
    if mention.role is Role.IMPORTED:
        # Under another name it may be handed about unseen.
        return not mention.alias or mention.is_repeated
    if mention.binds or mention.role is Role.COMMENT:
        return True
    if mention.role is Role.STRING:
        return mention.use in (StringUse.EXPORT, StringUse.PROSE)
    return data[mention.end : mention.end + _MOST_SPACE].lstrip(b" \t").startswith(b"(")
