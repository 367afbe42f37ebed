"""Turns what people call a place in history into one full name and one commit."""

from dataclasses import dataclass

from app.adapters.git.errors import RefNotFound
from app.adapters.git.port import MirrorReader
from app.services.repos.errors import RepositoryEmpty

_LONGEST_REF = 255
# Git itself takes so many hexadecimal digits for a commit, whatever a branch may be called.
_COMMIT_DIGITS = 40


@dataclass(frozen=True, slots=True)
class ResolvedRef:
    """A full ref name (`refs/heads/main`), or the commit id itself where that is all that was given."""

    name: str
    commit: str

    @property
    def short(self) -> str:
        """The name as people say it."""
        for prefix in ("refs/heads/", "refs/tags/"):
            if self.name.startswith(prefix):
                return self.name.removeprefix(prefix)
        return self.name


async def resolve_ref(reader: MirrorReader, ref: str | None, *, default: str | None = None) -> ResolvedRef:
    """Find a branch, tag, full name or commit; None means the project's default branch, else the repository's own.

    RefNotFound when it leads nowhere, RepositoryEmpty when there is nothing to lead to, MirrorMissing before
    the first sync.
    """
    if ref is None or ref == "HEAD":
        return await _default(reader, default)
    if not ref or len(ref) > _LONGEST_REF:
        raise RefNotFound(ref=ref[:_LONGEST_REF])
    if ref.startswith("refs/"):
        return ResolvedRef(ref, await reader.resolve(ref))
    if len(ref) == _COMMIT_DIGITS and not ref.strip("0123456789abcdef"):
        return ResolvedRef(ref, await reader.resolve(ref))
    for prefix in ("refs/heads/", "refs/tags/"):
        try:
            return ResolvedRef(f"{prefix}{ref}", await reader.resolve(f"{prefix}{ref}"))
        except RefNotFound:
            continue
    commit = await reader.resolve(ref)
    return ResolvedRef(commit, commit)


async def _default(reader: MirrorReader, chosen: str | None) -> ResolvedRef:
    for own in (False, True):
        branch = await reader.default_branch() if own else chosen
        if branch is None:
            continue
        try:
            name = f"refs/heads/{branch}"
            return ResolvedRef(name, await reader.resolve(name))
        except RefNotFound:
            # A branch that was deleted, or never was, must not hide the rest of the repository.
            continue
    raise RepositoryEmpty
