"""Files that programs find by the name they have, with no import that leads there: test runners, frameworks. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from app.services.refactor.moves import Moves
from app.services.refactor.plan import Note

_BY_NAME: Mapping[str, str] = {
    **dict.fromkeys(("conftest", "noxfile", "setup", "manage", "sitecustomize"), "a tool finds this file by its name"),
    **dict.fromkeys(("models", "admin", "apps", "migrations"), "Django finds modules of this name"),
    "tasks": "Celery finds modules of this name",
}
_IN_FOLDER: Mapping[str, str] = {
    "commands": "Django calls a command by the name of its file",
    "templatetags": "Django's templates load this by its name",
    "migrations": "Django's migrations depend on one another by their names",
    "pages": "a router may make an address of this name",
    "routes": "a router may make an address of this name",
    "app": "a router may give files and folders here a meaning by their names",
}
_PYTHON = (".py", ".pyi")
_ONLY_PYTHON = frozenset({"commands", "templatetags", "migrations"})
_TEST = re.compile(r"^tests?_|_tests?$|\.(?:test|spec)$|^tests?$|^__tests__$")
_CONFIGURED = re.compile(r"\.config$|^(?:setup|jest|vitest)[A-Z.]")
_DJANGO_APP = ("models.py", "migrations/__init__.py", "apps.py")


def notes_of_fixed_names(moves: Moves, new: str, paths: Collection[str]) -> Iterator[Note]:
    """Name what may be found by its old name, or would be found by its new one."""
    for path in [*moves.files, *moves.folders]:
        reason = _reason(path, new, is_python=path.endswith(_PYTHON) or f"{path}/__init__.py" in paths)
        if reason:
            yield Note("doubt", path, 0, reason)
    for folder in moves.folders:
        if any(f"{folder}/{each}" in paths for each in _DJANGO_APP):
            yield Note("doubt", folder, 0, "Django names tables and settings after the folder of an app")


def _reason(path: str, new: str, *, is_python: bool) -> str | None:
    place = PurePosixPath(path)
    old = place.name.removesuffix(place.suffix) if place.suffix else place.name
    if bool(_TEST.search(old)) != bool(_TEST.search(new)):
        return "tests are found by the names of their files"
    if is_python:
        for name in (old, new):
            if name in _BY_NAME:
                return _BY_NAME[name]
        return next((_IN_FOLDER[each] for each in place.parts[:-1] if each in _ONLY_PYTHON), None)
    if _CONFIGURED.search(old) or _CONFIGURED.search(new):
        return "a tool finds this file by its name"
    routed = [each for each in place.parts[:-1] if each in _IN_FOLDER.keys() - _ONLY_PYTHON]
    return _IN_FOLDER[routed[0]] if routed else None
