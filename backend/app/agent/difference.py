"""A folder beside its project's manifest: what is new, changed, gone; bytes as they are, line endings too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.agent.following import follow
from app.agent.hashing import Contents, Hashes
from app.agent.reporting import Reporter, check_stopped
from app.cli.client import Client, CommandFailed
from app.core.hashing import git_blob_id

_PAGE = 10_000
_ATTEMPTS = 5
_LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a project holds: files by path, None where it holds nothing yet."""

    hash: str | None
    commit: str | None
    files: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a folder has that the manifest has not, and the other way round."""

    manifest: Manifest
    added: list[str]
    changed: list[str]
    removed: list[str]
    unchanged: int
    ignored: int
    refused: list[tuple[str, str]]
    bytes_to_send: int

    def told(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {
            "manifest_hash": self.manifest.hash,
            "commit": self.manifest.commit,
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "ignored": self.ignored,
            "refused": [{"path": path, "reason": reason} for path, reason in self.refused],
            "bytes_to_send": self.bytes_to_send,
        }


def fetch_manifest(client: Client, project_id: str, reporter: Reporter) -> Manifest:
    """Read the newest manifest, page by page; an empty one of a project that nothing was ever sent to."""
    files: dict[str, Mapping[str, Any]] = {}
    cursor: str | None = None
    while True:
        check_stopped(reporter)
        page = manifest_page(client, project_id, reporter, limit=_PAGE, cursor=cursor)
        if page is None:
            return Manifest(None, None, {})
        files |= {str(each["path"]): each for each in page["files"]["items"]}
        cursor = page["files"]["next_cursor"]
        if not cursor:
            return Manifest(page["hash"], page["commit"], files)


def manifest_page(
    client: Client, project_id: str, reporter: Reporter, *, limit: int, cursor: str | None = None
) -> dict[str, Any] | None:
    """Read one page, once the manifest is built; None where there is nothing to build one of."""
    for _ in range(_ATTEMPTS):
        try:
            page: dict[str, Any] = client.get(f"/projects/{project_id}/manifest", limit=limit, cursor=cursor)
            return page
        except CommandFailed as failed:
            if failed.server_code != "MANIFEST_NOT_READY":
                raise
            job_id = failed.details.get("job_id")
            if not isinstance(job_id, str):
                return None
            follow(client, job_id, reporter)
    raise CommandFailed("The manifest is being built again and again. Try again in a moment.")


def compare(manifest: Manifest, contents: Contents) -> Difference:
    """Compare what a folder holds with a manifest. Pure."""
    found, hashes = contents.found, contents.hashes
    added: list[str] = []
    changed: list[str] = []
    unchanged = to_send = 0
    for path, known in hashes.items():
        theirs = manifest.files.get(_told(path))
        if theirs is not None and _same(found.files[path].mode, known, theirs):
            unchanged += 1
            continue
        (added if theirs is None else changed).append(path)
        to_send += known.size
    here = {_told(path) for path in hashes} | {path for path, _ in found.refused}
    gone = [path for path, each in manifest.files.items() if path not in here and each["kind"] != "submodule"]
    removed = [path for path in gone if not found.rules.own.ignores(path)]
    ignored = found.ignored + len(gone) - len(removed)
    return Difference(
        manifest, sorted(added), sorted(changed), sorted(removed), unchanged, ignored, found.refused, to_send
    )


def _same(mode: str, known: Hashes, theirs: Mapping[str, Any]) -> bool:
    if mode != theirs["mode"]:
        return False
    if theirs["kind"] == "lfs_pointer" and known.blob != theirs["blob_id"]:
        # In a work tree stands what the pointer means.
        return git_blob_id(_LFS_POINTER % (known.sha256.encode(), known.size)) == str(theirs["blob_id"])
    return bool(known.blob == theirs["blob_id"])


def _told(path: str) -> str:
    """Write a path as manifests do: backslashes doubled."""
    return path.replace("\\", "\\\\")
