"""Sends a folder to a project that has no other source: the list of its files, then the bytes that the server lacks.

Everything here blocks: run it in a thread.
"""

import hashlib
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
    total, sent = sum(hashes[path].size for path in paths.values()), 0
    for number, (sha256, path) in enumerate(sorted(paths.items(), key=lambda each: each[1])):
        check_stopped(reporter)
        share = 0.45 * (sent / total if total else number / len(paths))
        reporter.stage("send", 0.4 + share, f"{path} ({number + 1} of {len(paths)})")
        data = _read(contents.root, path, sha256)
        client.put_bytes(f"{at}/{begun['sync_id']}/blobs/{sha256}", data)
        sent += len(data)
    reporter.stage("record", 0.85, "Recording")
    accepted = client.post(f"{at}/{begun['sync_id']}/commit")
    follow(client, str(accepted["job_id"]), reporter)
    reporter.stage("describe", 0.95, "Describing what is there now")
    _wait_until_described(client, project_id, reporter)
    commit = commit_of(client, project_id, str(accepted["job_id"]))
    told = {"sync_id": begun["sync_id"], "job_id": accepted["job_id"], "commit": commit}
    return {**told, "files": len(files), "files_sent": len(paths), "bytes_sent": total}


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
