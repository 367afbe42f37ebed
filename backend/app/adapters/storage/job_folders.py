"""Previews on this disk: the object `previews/<project>/<job>/…` is the file `<job>/…` below one folder.

That is where people and scripts look for a job's bundle. Which project a job's folder belongs to stands in a file
beside what is in it; everything else is kept under its whole key in a folder of its own.
"""

import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

from app.adapters.storage.local import LocalStorage
from app.adapters.storage.port import (
    Body,
    ByteRange,
    KeyRefused,
    ObjectInfo,
    ObjectMissing,
    SignedMethod,
    StorageUnavailable,
    StoredObject,
    check_key,
    check_prefix,
)

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_OF_A_JOB = re.compile(rf"previews/(?P<project>{_ID})/(?P<job>{_ID})/(?P<rest>.+)")
_JOBS_FOLDER = re.compile(rf"previews/(?P<project>{_ID})/(?P<job>{_ID})(?:/.+)?")
_NAMED_BY_ID = re.compile(_ID)
# No job's folder is called so.
_OTHERS = "_other"
_MARK = "_project"
_ID_LENGTH = 36


class JobFolders:
    """The port over a directory of jobs' folders."""

    def __init__(self, root: Path) -> None:
        self._files = LocalStorage(root)

    async def put(
        self,
        key: str,
        data: Body,
        *,
        content_type: str = "application/octet-stream",
        sha256: str | None = None,
        file_name: str | None = None,
    ) -> StoredObject:
        """Store an object, replacing an older one."""
        place, owner = _place(key), _OF_A_JOB.fullmatch(key)
        if owner is None:
            stored = await self._files.put(place, data, content_type=content_type, sha256=sha256)
            return StoredObject(key, stored.size, stored.sha256)
        # Before the object, or one of a process that is killed in between would be found by nobody; and after it, for
        # a deletion that found the folder empty may have taken the mark away meanwhile.
        await self._mark(owner)
        try:
            stored = await self._files.put(place, data, content_type=content_type, sha256=sha256)
        except BaseException:
            with contextlib.suppress(StorageUnavailable):
                await self._leave(owner)
            raise
        await self._mark(owner)
        return StoredObject(key, stored.size, stored.sha256)

    async def get(self, key: str, *, max_bytes: int) -> bytes:
        """Read a whole object."""
        with _named(key):
            return await self._files.get(_place(key), max_bytes=max_bytes)

    async def stream(self, key: str, byte_range: ByteRange | None = None) -> AsyncIterator[bytes]:
        """Read an object, or a part of it, in pieces."""
        with _named(key):
            async for piece in self._files.stream(_place(key), byte_range):
                yield piece

    async def stat(self, key: str) -> ObjectInfo:
        """Look an object up."""
        with _named(key):
            found = await self._files.stat(_place(key))
        return ObjectInfo(key, found.size, found.modified_at)

    async def delete(self, key: str) -> None:
        """Remove an object, if it is there, and its job's folder when nothing else is in it."""
        with _named(key):
            await self._files.delete(_place(key))
        owner = _OF_A_JOB.fullmatch(key)
        if owner is not None:
            await self._leave(owner)

    async def list(self, prefix: str = "") -> AsyncIterator[ObjectInfo]:
        """List the objects below a prefix, in the order of their keys."""
        below = check_prefix(prefix)
        found = _JOBS_FOLDER.fullmatch(below)
        place = _place_of_folder(below) if found else ""
        infos = [info async for info in self._listed(place, {})]
        wanted = [info for info in infos if not below or info.key.startswith(f"{below}/")]
        for info in sorted(wanted, key=lambda each: each.key):
            yield info

    async def signed_url(self, key: str, *, ttl: timedelta, method: SignedMethod = "GET") -> str | None:
        """Answer None: only this server can reach the object."""
        return await self._files.signed_url(key, ttl=ttl, method=method)

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    async def _listed(self, place: str, projects: dict[str, str | None]) -> AsyncIterator[ObjectInfo]:
        async for info in self._files.list(place):
            first, _, rest = info.key.partition("/")
            if first == _OTHERS:
                yield ObjectInfo(rest, info.size, info.modified_at)
            elif _NAMED_BY_ID.fullmatch(first) and rest != _MARK:
                if first not in projects:
                    projects[first] = await self._project_of(first)
                # What has no mark nobody stored here, or it is being written at this moment.
                if projects[first] is not None:
                    yield ObjectInfo(f"previews/{projects[first]}/{first}/{rest}", info.size, info.modified_at)

    async def _project_of(self, job: str) -> str | None:
        try:
            told = (await self._files.get(f"{job}/{_MARK}", max_bytes=_ID_LENGTH)).decode("ascii", "replace")
        except (ObjectMissing, StorageUnavailable):
            return None
        return told if _NAMED_BY_ID.fullmatch(told) else None

    async def _mark(self, owner: re.Match[str]) -> None:
        """Say whose the job's folder is, unless that is said."""
        if await self._project_of(owner["job"]) is None:
            await self._files.put(f"{owner['job']}/{_MARK}", owner["project"].encode())

    async def _leave(self, owner: re.Match[str]) -> None:
        """Take the mark away where it is all that is left."""
        if await self._holds_more(owner["job"]):
            return
        await self._files.delete(f"{owner['job']}/{_MARK}")
        # Whoever stored something meanwhile marks it afterwards, or is seen here.
        if await self._holds_more(owner["job"]):
            await self._mark(owner)

    async def _holds_more(self, job: str) -> bool:
        return any([not info.key.endswith(f"/{_MARK}") async for info in self._files.list(job)])


def adopt_old(old: Path, root: Path) -> None:
    """Move jobs' folders from where they once were, `<old>/previews/<project>/<job>`; what is not theirs stays."""
    for folder in old.glob("previews/*/*"):
        project, job = folder.parent.name, folder.name
        if not (_NAMED_BY_ID.fullmatch(project) and _NAMED_BY_ID.fullmatch(job)) or folder.is_symlink():
            continue
        with contextlib.suppress(OSError):  # Another process that starts just now moves it.
            root.mkdir(parents=True, exist_ok=True)
            (folder / _MARK).write_text(project, encoding="ascii")
            folder.rename(root / job)


def _place(key: str) -> str:
    found = _OF_A_JOB.fullmatch(check_key(key))
    if found is None:
        return f"{_OTHERS}/{key}"
    if found["rest"] == _MARK:
        raise KeyRefused(key=key[:200])
    return f"{found['job']}/{found['rest']}"


def _place_of_folder(below: str) -> str:
    return "/".join(below.split("/")[2:])


@contextlib.contextmanager
def _named(key: str) -> Iterator[None]:
    """Call what is missing by its key, not by its place."""
    try:
        yield
    except ObjectMissing as error:
        raise ObjectMissing(key=key) from error
