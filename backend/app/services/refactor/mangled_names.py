"""Names with two underscores before them, which Python makes into others inside of classes. Pure."""

import re

from app.services.refactor.plan import Note
from app.services.refactor.seen_names import definitions
from app.services.refactor.symbols.model import Place
from app.services.refactor.tiers import Tier
from app.services.refactor.work import Work


def note_mangled(work: Work) -> None:
    """Add the doubts about them: what is mangled means something else in every class, and outside of any."""
    if is_mangled(work.plan.old) or is_mangled(work.plan.new):
        homes = {
            (edit.path, _class_around(work, edit.path, edit.start)) for edit in work.plan.of(Tier.PROVEN, Tier.LIKELY)
        }
        if len(homes) > 1:
            path, at = min(homes)
            work.note("doubt", Place(path, max(at, 0)), "classes give names with two underscores one of their own each")
    if any(scope.kind == "class" for scope in definitions(work.found, work.symbols, work.plan.old)):
        mangled = re.compile(rb"(?<!\w)_%b__[^\W_]" % re.escape(work.plan.old.lstrip("_").encode()))
        for path, data in sorted(work.files.items()):
            if found := mangled.search(data):
                line = data.count(b"\n", 0, found.start()) + 1
                work.plan.notes.append(
                    Note("doubt", path, line, "the name of the class is a part of a mangled name here")
                )


def is_mangled(name: str) -> bool:
    """Say whether Python makes another name of it inside of a class."""
    return name.startswith("__") and not name.endswith("__")


def _class_around(work: Work, path: str, start: int) -> int:
    """The offset of the innermost class around a place; -1 outside of any."""
    scopes = work.found.scopes[path]
    mention = scopes.by_start.get(start)
    at = mention.scope if mention else 0
    while at > 0 and scopes.scopes[at].kind != "class":
        at = scopes.scopes[at].parent
    return scopes.scopes[at].at
