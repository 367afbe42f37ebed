"""The mirrored refs of a remote or a generation, read from either, and how two such states differ."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pygit2

from app.adapters.git.lookups import find_ref, is_ancestor
from app.adapters.git.objects import name_text
from app.adapters.git.port import Known, RefAction, RefUpdate
from app.adapters.git.reader import open_repository
from app.core.hashing import canonical_json, sha256_hex

BRANCHES: Final = "refs/heads/"
MIRRORED: Final = (BRANCHES, "refs/tags/")
# Names of refs are bytes: they may hold what Unicode calls a blank or the end of a line, and need not be text.
_LISTED = re.compile(rb"([0-9a-f]{40})\t(\S+)")
_SYMREF = re.compile(rb"ref: refs/heads/(\S+)\tHEAD")


@dataclass(frozen=True, slots=True)
class RefState:
    """The mirrored refs of a remote or a generation (annotated tags by the tag's id) and the default branch."""

    default_branch: str | None
    refs: Mapping[str, str]

    @property
    def head(self) -> str | None:
        """The default branch's commit."""
        return self.refs.get(f"{BRANCHES}{self.default_branch}")

    @property
    def digest(self) -> str:
        """A name for this state that can be kept in its place."""
        return sha256_hex(canonical_json([self.default_branch, dict(self.refs)]))


NOTHING: Final = RefState(None, {})


def parse_listing(listing: bytes) -> RefState:
    """Read what `ls-remote --symref` says of a remote."""
    symref, head, refs = None, None, {}
    for line in listing.split(b"\n"):
        if found := _SYMREF.fullmatch(line):
            symref = name_text(found[1])
        elif found := _LISTED.fullmatch(line):
            oid, name = found[1].decode(), name_text(found[2])
            if name == "HEAD":
                head = oid
            elif name.startswith(MIRRORED) and not name.endswith("^{}"):
                refs[name] = oid
    return RefState(choose_default(symref, head, refs), refs)


def choose_default(symref: str | None, head: str | None, refs: Mapping[str, str]) -> str | None:
    """The branch HEAD names; where it names none, the one at the same commit, or the usual names, or the first."""
    branches = [name for name in sorted(refs) if name.startswith(BRANCHES)]
    usual = [f"{BRANCHES}{name}" for name in (symref, "main", "master", "trunk", "develop") if name]
    ranked = sorted(
        branches,
        key=lambda name: (name != f"{BRANCHES}{symref}", refs[name] != head, name not in usual),
    )
    return ranked[0].removeprefix(BRANCHES) if ranked else None


def state_of(generation: Path) -> RefState:
    """Read the mirrored refs of a generation; what is damaged is left out."""
    refs: dict[str, str] = {}
    default = None
    try:
        repo = open_repository(generation)
        names = [name_text(raw) for raw in repo.raw_listall_references()]
        target = repo.lookup_reference("HEAD").raw_target
        default = name_text(target).removeprefix(BRANCHES) if isinstance(target, bytes) else None
    except (pygit2.GitError, KeyError, OSError):
        return NOTHING
    for name in names:
        if name.startswith(MIRRORED):
            try:
                refs[name] = str(find_ref(repo, name).target)
            except (pygit2.GitError, KeyError, ValueError):
                continue
    return RefState(default if f"{BRANCHES}{default}" in refs else None, refs)


def find_state(generations: Iterable[Path], digest: str) -> RefState | None:
    """Find the state with this digest in one of these generations."""
    return next((state for state in map(state_of, generations) if state.digest == digest), None)


def recall(generations: Iterable[Path], before: RefState, since: Known | None) -> tuple[RefState, bool]:
    """Find the state that a caller knows, and say whether it is that: where it is gone, `before` stands for it."""
    if since is None:
        return before, True
    if since.state is None:
        return NOTHING, True
    known = before if before.digest == since.state else find_state(generations, since.state)
    return known or before, known is not None


def updates_between(generation: Path, before: RefState, after: RefState) -> tuple[RefUpdate, ...]:
    """Say what became of each ref that differs. An old commit that the generation does not hold is no ancestor."""
    repo = open_repository(generation)
    updates = []
    for name in sorted(before.refs.keys() | after.refs.keys()):
        old, new = before.refs.get(name), after.refs.get(name)
        if old != new:
            updates.append(RefUpdate(name, _action(repo, name, old, new), old, new))
    return tuple(updates)


def _action(repo: pygit2.Repository, name: str, old: str | None, new: str | None) -> RefAction:
    if old is None:
        return RefAction.ADDED
    if new is None:
        return RefAction.DELETED
    if name.startswith(BRANCHES) and is_ancestor(repo, old, new):
        return RefAction.UPDATED
    return RefAction.FORCED
