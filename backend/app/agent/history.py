"""What was applied to a folder here, newest first, and taking it back."""

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.agent.changes import LARGEST, RECORD, REVERSE_PATCH, Change, FileStep, carry_out
from app.agent.errors import AlreadyUndone, AppliedNotFound, FolderDiffers
from app.agent.files import read_json
from app.agent.plan import Plan
from app.agent.tree import FoundFile, NotPlain, check_path, read_file
from app.core.clock import Clock
from app.core.hashing import sha256_hex
from app.core.ids import IdSource
from app.schemas.base import moment_text
from app.services.proposals.edits import FileEdits
from app.services.proposals.patch import unified_diff

# Of one folder; what is older cannot be taken back here any more (the server can, by a proposal).
_MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that was made here. `undone` are the paths of it that were taken back since."""

    id: str
    folder: Path
    record: Mapping[str, Any]
    undone: frozenset[str]
    undone_at: str | None

    @property
    def standing(self) -> list[tuple[int, Mapping[str, Any]]]:
        """The files that were not taken back, with their numbers."""
        return [(number, file) for number, file in enumerate(self.record["files"]) if file["path"] not in self.undone]

    def told(self) -> dict[str, Any]:
        """Give it as JSON."""
        record = self.record
        return {
            "applied_id": self.id,
            "proposal_id": record["proposal_id"],
            "title": record["title"],
            "digest": record["digest"],
            "applied_at": record["at"],
            "undone_at": self.undone_at if not self.standing else None,
            "files": [
                {"path": file["path"], "change": file["change"], "undone": file["path"] in self.undone}
                for file in record["files"]
            ],
            "reverse_patch_path": str(self.folder / REVERSE_PATCH),
        }


@dataclass(frozen=True, slots=True)
class History:
    """The changes of one folder. Whoever writes holds the folder's lock. Blocks."""

    records: Path
    root: Path
    clock: Clock
    ids: IdSource

    def applied(self) -> list[Applied]:
        """List what was applied, newest first."""
        folders = [each for each in self.records.iterdir() if not each.name.startswith("pending-")] if (
            self.records.is_dir()
        ) else []  # fmt: skip
        read = {folder: read_json(folder / RECORD) for folder in sorted(folders, reverse=True)}
        found = {folder: record for folder, record in read.items() if isinstance(record, dict)}
        undos = [record for record in found.values() if record.get("reverts")]
        return [
            Applied(folder.name, folder, record, *_undone(folder.name, undos))
            for folder, record in found.items()
            if not record.get("reverts")
        ]

    def find(self, applied_id: str) -> Applied:
        """Find one; AppliedNotFound."""
        for each in self.applied():
            if each.id == applied_id:
                return each
        raise AppliedNotFound(applied_id=applied_id[:100])

    def apply(self, plan: Plan) -> dict[str, Any]:
        """Carry a checked plan out."""
        steps = [
            FileStep(file.path, file.found, file.after, _mode(file.found, executable=file.executable))
            for file in plan.ready
        ]
        proposal = plan.proposal
        facts = {"proposal_id": proposal["id"], "title": proposal["title"], "digest": proposal["digest"]}
        done = self._carry_out(facts, steps)
        return {
            "applied_id": done.name,
            "files": [{"path": step.path, "change": step.facts()["change"]} for step in steps],
            "reverse_patch_path": str(done / REVERSE_PATCH),
        }

    def undo(self, applied_id: str, *, partial: bool) -> dict[str, Any]:
        """Give the files of a change their former bytes; FolderDiffers with those that were changed since.

        `partial`: leave those alone and take the others back.
        """
        applied = self.find(applied_id)
        if not applied.standing:
            raise AlreadyUndone(undone_at=applied.undone_at)
        steps: list[FileStep] = []
        told: list[dict[str, str]] = []
        for number, file in applied.standing:
            step = self._step_back(applied, number, file)
            told.append({"path": file["path"], "state": "undone" if step else "changed_since"})
            steps += [step] if step else []
        changed = [file for file in told if file["state"] != "undone"]
        if changed and not (partial and steps):
            message = "Files were changed since that was applied, so nothing was taken back. The details list them."
            raise FolderDiffers(message, files=changed)
        facts = {name: applied.record[name] for name in ("proposal_id", "title", "digest")}
        done = self._carry_out({**facts, "reverts": applied_id}, steps)
        return {"applied_id": applied_id, "undo_id": done.name, "files": told}

    def _step_back(self, applied: Applied, number: int, file: Mapping[str, Any]) -> FileStep | None:
        """Plan one file's way back; None when it was changed since."""
        path = check_path(str(file["path"]))
        try:
            found = read_file(self.root, path, most=LARGEST)
        except (NotPlain, PermissionError):
            return None
        if (sha256_hex(found.data) if found else None) != file["after"]:
            return None
        before = None if file["before"] is None else (applied.folder / "before" / str(number)).read_bytes()
        if before is not None and sha256_hex(before) != file["before"]:
            return None
        return FileStep(path, found, before, int(file["before_mode"] or 0o644))

    def _carry_out(self, facts: Mapping[str, Any], steps: Collection[FileStep]) -> Path:
        back = [
            FileEdits.between(step.path, step.after, step.found.data if step.found else None, mode=_git_mode(step.mode))
            for step in steps
        ]
        now = moment_text(self.clock.now())
        told = {"root": str(self.root), "at": now, **facts}
        change = Change(self.ids.new().hex, told, list(steps), unified_diff(back))
        done = carry_out(self.records, self.root, change)
        self._forget_old()
        return done

    def _forget_old(self) -> None:
        kept = sorted((each for each in self.records.iterdir() if not each.name.startswith("pending-")), reverse=True)
        for old in kept[_MOST_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)


def _undone(applied_id: str, undos: Collection[Mapping[str, Any]]) -> tuple[frozenset[str], str | None]:
    mine = [record for record in undos if record["reverts"] == applied_id]
    paths = frozenset(str(file["path"]) for record in mine for file in record["files"])
    return paths, max((str(record["at"]) for record in mine), default=None)


def _mode(found: FoundFile | None, *, executable: bool) -> int:
    """Keep a file's permissions; a new one gets those that git would give it."""
    return found.mode if found else 0o755 if executable else 0o644


def _git_mode(mode: int) -> str:
    return "100755" if mode & 0o100 else "100644"
