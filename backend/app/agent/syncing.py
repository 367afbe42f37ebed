"""Sends a folder to a project that has no other source: the list of its files, then the bytes that the server lacks.

Everything here blocks: run it in a thread.
"""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.agent.difference import manifest_page
from app.agent.errors import FolderDiffers
from app.agent.following import follow
from app.agent.hashing import Contents
from app.agent.reporting import Reporter, check_stopped
from app.agent.tree import NotPlain, opened
from app.agent.walk import LARGEST_FILE
from app.cli.client import Client

_AT_A_TIME = 8
_SMALL_BYTES = 1024 * 1024


def send(client: Client, project_id: str, contents: Contents, base: str | None, reporter: Reporter) -> dict[str, Any]:
    """Bring a project to what a folder holds; FolderDiffers for a file that changed while it was sent.

    `base`: the commit that the project must still be at, None for any.
    """
    hashes = contents.hashes
    files = {
        path: {"sha256": known.sha256, "size": known.size, "mode": contents.found.files[path].mode}
        for path, known in hashes.items()
    }
    at = f"/projects/{project_id}/folder-sync"
    reporter.stage("compare", 0.4, "Asking what is missing")
    begun = client.post(at, {"files": files} | ({"base_commit": base} if base else {}))
    missing = set(begun["missing"])
    paths = {known.sha256: path for path, known in hashes.items() if known.sha256 in missing}
    total = sum(hashes[path].size for path in paths.values())
    _Sending(client, f"{at}/{begun['sync_id']}/blobs", contents, reporter).send(sorted(paths.values()))
    reporter.stage("record", 0.85, "Recording")
    accepted = client.post(f"{at}/{begun['sync_id']}/commit")
    follow(client, str(accepted["job_id"]), reporter)
    reporter.stage("describe", 0.95, "Describing what is there now")
    _wait_until_described(client, project_id, reporter)
    commit = commit_of(client, project_id, str(accepted["job_id"]))
    told = {"sync_id": begun["sync_id"], "job_id": accepted["job_id"], "commit": commit}
    return {**told, "files": len(files), "files_sent": len(paths), "bytes_sent": total}


class _Sending:
    """Sends contents, several small ones at a time: most of what a small one takes is waiting for the answer."""

    def __init__(self, client: Client, at: str, contents: Contents, reporter: Reporter) -> None:
        self._client, self._at, self._contents, self._reporter = client, at, contents, reporter
        self._lock, self._failed = threading.Lock(), threading.Event()
        self._files = self._bytes = self._all_files = self._all_bytes = 0

    def send(self, paths: list[str]) -> None:
        """Send these files' contents; the first refusal ends it. Large ones go one by one, for the memory's sake."""
        sizes = {path: self._contents.hashes[path].size for path in paths}
        self._all_files, self._all_bytes = len(paths), sum(sizes.values())
        small = iter([path for path in paths if sizes[path] <= _SMALL_BYTES])
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            for each in [pool.submit(self._work, small) for _ in range(_AT_A_TIME)]:
                each.result()
        self._work(iter([path for path in paths if sizes[path] > _SMALL_BYTES]))

    def _work(self, paths: Iterator[str]) -> None:
        try:
            while not self._failed.is_set():
                check_stopped(self._reporter)
                with self._lock:
                    path = next(paths, None)
                if path is None:
                    return
                sha256 = self._contents.hashes[path].sha256
                data = _read(self._contents.root, path, sha256)
                self._client.put_bytes(f"{self._at}/{sha256}", data)
                self._sent(path, len(data))
        except BaseException:
            self._failed.set()
            raise

    def _sent(self, path: str, size: int) -> None:
        with self._lock:
            self._files, self._bytes = self._files + 1, self._bytes + size
            share = self._bytes / self._all_bytes if self._all_bytes else self._files / self._all_files
            told = f"{path} ({self._files:,} of {self._all_files:,})"
            self._reporter.stage("send", 0.4 + 0.45 * share, told)


def commit_of(client: Client, project_id: str, job_id: str) -> str | None:
    """Find the commit that a job left; None when its record is gone. Somebody else may have sent another one since."""
    runs = client.pages(f"/repos/{project_id}/sync", most=50)
    return next((run["head_after"] for run in runs if run["job_id"] == job_id), None)


def _wait_until_described(client: Client, project_id: str, reporter: Reporter) -> None:
    """Wait until the manifest tells of what was sent."""
    pause = 0.05
    while True:
        check_stopped(reporter)
        page = manifest_page(client, project_id, reporter, limit=1)
        if page is None or page["up_to_date"]:
            return
        reporter.stopped.wait(pause)
        pause = min(pause * 1.5, 2.0)


def _read(root: Path, path: str, sha256: str) -> bytes:
    """Read what was announced; whatever changed since is announced anew by the next sync."""
    try:
        with opened(root, path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            data = file.read(LARGEST_FILE + 1)
    except (FileNotFoundError, NotPlain):
        data = b""
    if hashlib.sha256(data).hexdigest() != sha256:
        message = f"{path} was changed while the folder was sent. Nothing was recorded; sync again."
        raise FolderDiffers(message, files=[{"path": path, "change": "modified", "state": "differs"}])
    return data
