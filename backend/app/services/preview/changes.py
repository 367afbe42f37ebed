"""What differs between two bundles: files of their commits, modules of their bundles, bytes."""

from collections.abc import Mapping

from app.adapters.container import Container
from app.adapters.git.errors import MirrorMissing
from app.adapters.git.port import ChangedPath, MirrorReader, PathChange
from app.adapters.storage.port import Bucket, StorageUnavailable
from app.core.errors import AppError, NotFound
from app.models.preview import PreviewBundle
from app.services.preview.about_schemas import ChangedNameOut, ChangedNamesOut, ChangesOut, SizeOut
from app.services.preview.evidence import read_modules

_MOST_SHOWN = 100
_WORDS = {PathChange.ADDED: "added", PathChange.DELETED: "removed", PathChange.MODIFIED: "changed"}
_NO_COMMIT = "Which files changed is not known: one of the two was built elsewhere and uploaded."
_NO_MIRROR = "Which files changed cannot be said: the mirror no longer has one of the two commits."
_NO_MODULES = "Which modules changed is not known: one of the two has no list of them."


async def compare(container: Container, before: PreviewBundle, after: PreviewBundle) -> ChangesOut:
    """Compare two bundles of one project. Reads the mirror and the storage, so call it outside a scope."""
    notes: list[str] = []
    files = await _files(container, before, after, notes)
    old, new = [await _modules_of(container, each) for each in (before, after)]
    if old is None or new is None:
        notes.append(_NO_MODULES)
    return ChangesOut(
        since_job_id=before.job_id,
        since_commit=before.commit,
        since_built_at=before.created_at,
        files=files,
        modules=changed_modules(old, new) if old is not None and new is not None else None,
        bundle_bytes=SizeOut(before=before.size_bytes, after=after.size_bytes),
        module_bytes=SizeOut(before=_total(old), after=_total(new)),
        notes=notes,
    )


def changed_modules(old: Mapping[str, int], new: Mapping[str, int]) -> ChangedNamesOut:
    """List the modules that came, went, or have another size; those that weigh most first (pure).

    One whose bytes changed while their number did not is not seen.
    """
    names = [path for path in old.keys() | new.keys() if old.get(path) != new.get(path)]
    names.sort(key=lambda path: (-abs(new.get(path, 0) - old.get(path, 0)), path))
    shown = [
        ChangedNameOut(path=path, change=_how(path, old, new), before=old.get(path), after=new.get(path))
        for path in names[:_MOST_SHOWN]
    ]
    return ChangedNamesOut(total=len(names), shown=shown)


async def _files(
    container: Container, before: PreviewBundle, after: PreviewBundle, notes: list[str]
) -> ChangedNamesOut | None:
    if before.commit is None or after.commit is None or after.project_id is None:
        notes.append(_NO_COMMIT)
        return None
    reader: MirrorReader = container.mirrors.reader(after.project_id)
    try:
        changed = await reader.changed_paths(before.commit, after.commit)
    except AppError as error:
        notes.append(_NO_MIRROR if isinstance(error, NotFound | MirrorMissing) else error.message)
        return None
    shown = [_changed_file(each) for each in changed[:_MOST_SHOWN]]
    return ChangedNamesOut(total=len(changed), shown=shown)


async def _modules_of(container: Container, bundle: PreviewBundle) -> dict[str, int] | None:
    try:
        return await read_modules(container.buckets()[Bucket.PREVIEWS], bundle.evidence_key)
    except StorageUnavailable:
        return None


def _changed_file(each: ChangedPath) -> ChangedNameOut:
    return ChangedNameOut(
        path=each.path,
        change=_WORDS[each.change],
        before=each.before.size if each.before else None,
        after=each.after.size if each.after else None,
    )


def _how(path: str, old: Mapping[str, int], new: Mapping[str, int]) -> str:
    if path not in old:
        return "added"
    return "changed" if path in new else "removed"


def _total(modules: Mapping[str, int] | None) -> int | None:
    return None if modules is None else sum(modules.values())
