"""What applying a proposal to a folder would do: each file compared to the byte with what the proposal was made from.

The proposal says which hunks were approved, the patch holds their bytes; both must tell the same, or nothing is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.agent.errors import DigestChanged, FolderDiffers, HunksNotApproved, PatchRefused
from app.agent.patches import FilePatch, read_patch
from app.agent.tree import FoundFile, NotPlain, check_path, read_file
from app.core.hashing import git_blob_id
from app.services.proposals.edits import Edit, EditMismatch, UnsoundEdits, apply_edits

# As on the server: larger files are never proposed for change.
LARGEST_FILE = 8 * 1024**2
DECIDED = ("approved", "applied", "reverted")
_EXECUTABLE = "100755"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of a proposal, beside the folder's. `state`: ready, differs, missing or already.

    `after` is what the proposal makes of its base, None for no file; it is only known where the base is there.
    """

    path: str
    change: str
    state: str
    found: FoundFile | None = None
    after: bytes | None = None
    executable: bool = False

    def told(self) -> dict[str, str]:
        """Give it as JSON."""
        return {"path": self.path, "change": self.change, "state": self.state}


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying would do. `reason` is a code: why it cannot be done, None when it can."""

    proposal: Mapping[str, Any]
    patch: bytes
    files: tuple[PlannedFile, ...]
    reason: str | None

    @property
    def ready(self) -> list[PlannedFile]:
        """The files that would be written."""
        return [file for file in self.files if file.state == "ready"]

    def told(self) -> dict[str, Any]:
        """Give it as JSON."""
        proposal = self.proposal
        return {
            "proposal_id": proposal["id"],
            "digest": proposal["digest"],
            "status": proposal["status"],
            "title": proposal["title"],
            "can_apply": self.reason is None,
            "reason": self.reason,
            "files": [file.told() for file in self.files],
            "patch": self.patch.decode("utf-8", "replace"),
        }

    def check(self, digest: str) -> None:
        """Raise unless this is what was shown, approved, and fits the folder."""
        if digest != self.proposal["digest"]:
            raise DigestChanged(digest=self.proposal["digest"])
        if self.reason == HunksNotApproved.code:
            raise HunksNotApproved(status=self.proposal["status"])
        if self.reason is not None:
            unfit = [file.told() for file in self.files if file.state != "ready"]
            message = "The folder holds all of that already." if self.reason == "ALREADY_THERE" else None
            raise FolderDiffers(message, reason=self.reason, files=unfit)


def make_plan(root: Path, proposal: Mapping[str, Any], patch: bytes) -> Plan:
    """Compare a proposal and its patch with a folder; PatchRefused when they contradict each other. Blocks."""
    told = {str(file["path"]): file for file in proposal["files"]}
    files = tuple(_planned(root, told, each) for each in read_patch(patch))
    is_decided = proposal["status"] in DECIDED
    if is_decided:
        _check_chosen(told, [file.path for file in files])
    states = {file.state for file in files}
    if not is_decided:
        reason: str | None = HunksNotApproved.code
    elif states & {"differs", "missing"}:
        reason = FolderDiffers.code
    else:
        reason = None if "ready" in states else "ALREADY_THERE"
    return Plan(proposal, patch, files, reason)


def _check_chosen(told: Mapping[str, Any], paths: Sequence[str]) -> None:
    """What was approved, and nothing else, is in the patch."""
    chosen = [path for path, file in told.items() if any(hunk["chosen"] for hunk in file["hunks"])]
    if sorted(chosen) != sorted(paths):
        raise PatchRefused(reason="not_what_was_approved")


def _planned(root: Path, told: Mapping[str, Any], patch: FilePatch) -> PlannedFile:
    path = check_path(patch.path)
    file = told.get(path)
    if file is None or file["base_blob"] != patch.old_blob or file["mode"] != patch.mode:
        raise PatchRefused(path=path, reason="not_what_was_approved")
    change = "deleted" if patch.new_blob is None else "added" if patch.old_blob is None else "modified"
    executable = patch.mode == _EXECUTABLE
    try:
        found = read_file(root, path, most=LARGEST_FILE)
    except (NotPlain, PermissionError):
        return PlannedFile(path, change, "differs")
    there = None if found is None else git_blob_id(found.data)
    is_executable = found is not None and bool(found.mode & 0o100)
    same_mode = found is None or is_executable == executable
    if there == patch.old_blob and same_mode:
        old = found.data if found else None
        after = patch.applied(old)
        _check_shown(file, old, after)
        return PlannedFile(path, change, "ready", found, after, executable)
    if there == patch.new_blob and same_mode:
        return PlannedFile(path, change, "already", found)
    return PlannedFile(path, change, "missing" if found is None else "differs", found)


def _check_shown(file: Mapping[str, Any], old: bytes | None, after: bytes | None) -> None:
    """The hunks that people are shown, applied by the rules of proposals, give what the patch gives."""
    chosen = [hunk for hunk in file["hunks"] if hunk["chosen"]]
    if not chosen or not all(hunk["is_utf8"] for hunk in chosen):
        return
    edits = [Edit(hunk["old_start"], hunk["old_text"].encode(), hunk["new_text"].encode()) for hunk in chosen]
    try:
        shown = apply_edits(old or b"", edits)
    except (EditMismatch, UnsoundEdits) as error:
        raise PatchRefused(path=file["path"], reason="not_what_was_shown") from error
    if shown != (after or b""):
        raise PatchRefused(path=file["path"], reason="not_what_was_shown")
