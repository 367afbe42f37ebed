"""Temporary directories and logs: only ours, only old, never of a job at work, never out of the folder."""

import gzip
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from app.core.clock import FrozenClock
from app.models.folder import FolderSync

from tests.fixtures.sent_folders import Folder
from tests.services.cleanup.conftest import Yard, counts

DAY = 86400


@pytest.fixture
def tmp(yard: Yard) -> Path:
    folder = yard.container.settings.data_dir / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def settings_env() -> dict[str, str]:
    return {"CLEANUP_LOG_MB": "0.01", "CLEANUP_LOG_KEEP": "2"}


def old(clock: FrozenClock, *paths: Path, days: float = 2) -> None:
    """Make it look as if nothing had happened there for days."""
    then = clock.now().timestamp() - days * DAY
    for path in paths:
        for each in [*path.rglob("*"), path]:
            os.utime(each, (then, then), follow_symlinks=False)


def workspace(tmp: Path, job_id: UUID) -> Path:
    folder = tmp / f"preview-job-{job_id}"
    (folder / "project").mkdir(parents=True)
    (folder / "project" / "index.js").write_text("12345")
    return folder


class TestTmp:
    async def test_only_what_is_ours_and_old_and_of_no_job_at_work_goes(
        self, yard: Yard, tmp: Path, clock: FrozenClock
    ) -> None:
        waiting = await yard.waiting_job()
        ids = yard.container.ids
        gone, git = workspace(tmp, ids.new()), tmp / f"git-{ids.new()}-Ab_3"
        kept, strange, young = workspace(tmp, waiting), tmp / "somebody's", workspace(tmp, ids.new())
        for folder in (git, strange):
            folder.mkdir()
        old(clock, gone, git, kept, strange)
        old(clock, young, days=0.5)
        done = await yard.run("sweep_tmp")
        assert counts(done) == {"items": 2, "deleted": 2, "spared": 0, "failed": 0, "freed_bytes": 5}
        assert sorted(tmp.iterdir()) == sorted([kept, strange, young])

    async def test_one_that_was_used_again_after_the_plan_is_spared(
        self, yard: Yard, tmp: Path, clock: FrozenClock
    ) -> None:
        folder = workspace(tmp, yard.container.ids.new())
        old(clock, folder)
        plan = await yard.run("sweep_tmp", dry_run=True)
        (folder / "project" / "new.js").write_text("x")
        done = await yard.run("sweep_tmp", warrant_id=plan.id)
        assert (done.deleted, done.spared) == (0, 1)
        assert "changed" in ((await yard.items(done))[0].reason or "")
        assert folder.exists()

    async def test_one_swapped_for_a_link_after_the_plan_is_spared(
        self, yard: Yard, tmp: Path, tmp_path: Path, clock: FrozenClock
    ) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "precious").write_text("kept")
        folder = workspace(tmp, yard.container.ids.new())
        (folder / "link").symlink_to(outside)
        old(clock, folder)
        plan = await yard.run("sweep_tmp", dry_run=True)
        folder.rename(tmp / "aside")
        folder.symlink_to(outside)
        done = await yard.run("sweep_tmp", warrant_id=plan.id)
        assert (done.deleted, done.spared) == (0, 1)
        assert (outside / "precious").read_text() == "kept"

    async def test_links_are_not_even_planned(self, yard: Yard, tmp: Path, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (tmp / f"preview-job-{yard.container.ids.new()}").symlink_to(tmp_path / "outside")
        (tmp / "uploads").symlink_to(tmp_path / "outside")
        assert (await yard.run("sweep_tmp")).items == 0


class TestFolders:
    """Folders that were sent: `$DATA_DIR/tmp/folder-sync-<id>`."""

    async def test_one_goes_once_its_sync_is_over(
        self, yard: Yard, tmp: Path, folder: Folder, clock: FrozenClock
    ) -> None:
        expired, unknown = await folder.open({"a": b"12345"}), yard.container.ids.new()
        await change(yard, expired, expires_at=clock.now())
        left = {name: tmp / f"folder-sync-{each}" for name, each in (("expired", expired), ("unknown", unknown))}
        left["unknown"].mkdir()
        old(clock, *left.values())
        done = await yard.run("sweep_tmp")
        assert (done.deleted, done.spared) == (2, 0)
        assert list(tmp.iterdir()) == []

    @pytest.mark.parametrize("status", ["open", "committing"])
    async def test_one_that_is_needed_stays_however_old_it_is(
        self, yard: Yard, tmp: Path, folder: Folder, clock: FrozenClock, status: str
    ) -> None:
        sync_id = await folder.open({"a": b"12345"})
        left = clock.now() + timedelta(seconds=1 if status == "open" else -1)
        await change(yard, sync_id, status=status, expires_at=left)
        old(clock, tmp / f"folder-sync-{sync_id}")
        assert (await yard.run("sweep_tmp")).items == 0

    async def test_one_that_expired_a_moment_ago_stays_for_a_while(
        self, yard: Yard, tmp: Path, folder: Folder, clock: FrozenClock
    ) -> None:
        sync_id = await folder.open({"a": b"12345"})
        await change(yard, sync_id, expires_at=clock.now())
        old(clock, tmp / f"folder-sync-{sync_id}", days=0.5)
        assert (await yard.run("sweep_tmp")).items == 0

    async def test_one_that_is_committed_after_the_plan_is_spared(
        self, yard: Yard, tmp: Path, folder: Folder, clock: FrozenClock
    ) -> None:
        sync_id = await folder.open({"a": b"12345"})
        await change(yard, sync_id, expires_at=clock.now())
        old(clock, tmp / f"folder-sync-{sync_id}")
        plan = await yard.run("sweep_tmp", dry_run=True)
        await change(yard, sync_id, status="committing")
        done = await yard.run("sweep_tmp", warrant_id=plan.id)
        assert (done.deleted, done.spared) == (0, 1)
        assert (tmp / f"folder-sync-{sync_id}" / "blobs").exists()


async def change(yard: Yard, sync_id: str, **values: object) -> None:
    """Change the row of a folder sync."""
    async with yard.container.scope() as scope:
        await scope.session.execute(update(FolderSync).where(FolderSync.id == UUID(sync_id)).values(**values))


class TestLogs:
    async def test_large_ones_are_rotated_and_few_are_kept(self, yard: Yard, clock: FrozenClock) -> None:
        logs = yard.container.settings.data_dir / "logs"
        logs.mkdir(parents=True)
        written = b""
        for number in range(4):
            with (logs / "api.log").open("ab") as log:
                log.write(f"round {number}\n".encode() * 4000)
                written += f"round {number}\n".encode() * 4000
            (logs / "small.log").write_text("small")
            old(clock, logs, days=0)
            done = await yard.run("rotate_logs")
            assert done.failed == done.spared == 0
            clock.move(seconds=60)
        await yard.run("rotate_logs")
        rotated = sorted(logs.glob("api.log.*.gz"))
        assert len(rotated) == 2
        kept = b"".join(gzip.decompress(each.read_bytes()) for each in rotated) + (logs / "api.log").read_bytes()
        assert written.endswith(kept)
        assert (logs / "small.log").read_text() == "small"

    async def test_old_ones_go_and_other_files_stay(self, yard: Yard, clock: FrozenClock) -> None:
        logs = yard.container.settings.data_dir / "logs"
        logs.mkdir(parents=True)
        for name in ("gone.log", "gone.jsonl", "gone.log.20250101T000000Z.gz", "notes.txt", "young.log"):
            (logs / name).write_text("x")
        old(clock, *(logs / each for each in logs.iterdir()), days=31)
        old(clock, logs / "young.log", days=29)
        assert (await yard.run("rotate_logs")).deleted == 3
        assert sorted(each.name for each in logs.iterdir()) == ["notes.txt", "young.log"]
