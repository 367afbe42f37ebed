"""Commits of folders, run by the real runner with real git."""

import asyncio
from pathlib import Path

from sqlalchemy import select

from app.adapters.git.layout import MirrorFolder
from app.core.jobs import JobStatus
from app.models.folder import FolderSync
from app.services.folders.messages import CommitFolder
from app.services.projects.schemas import ProjectPatchIn
from app.services.projects.service import ProjectService

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import assert_staged, staged
from tests.fixtures.people import People
from tests.fixtures.repos import run_git, taken_mirror
from tests.fixtures.sent_folders import Folder, digest, listed, told

FIRST = {"README.md": b"# Sums\n", "sums/app.py": b"def add(a, b):\n    return a + b\n", "empty": b""}
BOTH = ["folder.commit success", "manifest.build success"]


def mirror(folder: Folder) -> Path:
    """The present generation of the project's mirror."""
    current = MirrorFolder.of(folder.container.settings.data_dir / "repos", folder.project_id).current()
    assert current is not None
    return current


def in_staging(folder: Folder) -> list[str]:
    """What still lies there of folders that were sent."""
    tmp = folder.container.settings.data_dir / "tmp"
    return [path.name for path in tmp.glob("folder-sync-*")]


async def rows(folder: Folder) -> list[str]:
    async with folder.container.scope(read_only=True) as scope:
        return list((await scope.session.execute(select(FolderSync.status).order_by(FolderSync.id))).scalars())


class TestCommit:
    async def test_a_first_folder_makes_the_mirror_and_its_manifest(self, folder: Folder) -> None:
        assert await folder.sync(FIRST) == BOTH
        assert await folder.files() == dict.fromkeys(sorted(FIRST), "100644")
        seen = await folder.history()
        (run,) = seen["items"]
        assert (seen["default_branch"], seen["remote_url"], seen["next_sync_at"]) == ("main", None, None)
        assert (run["trigger"], run["status"], run["head_before"], run["head_after"]) == (
            "folder", "success", None, seen["head"],
        )  # fmt: skip
        assert run["notes"] == ["Folder sync: 3 added, 0 changed, 0 removed."]
        assert in_staging(folder) == []

    async def test_the_commit_is_the_persons_and_follows_the_one_before(self, folder: Folder) -> None:
        await folder.sync(FIRST)
        before = (await folder.history())["head"]
        await folder.sync({"README.md": b"# Other\n", "empty": b"", "new": b"new\n"})
        shown = run_git(mirror(folder), "log", "-1", "--format=%P|%an <%ae>|%cn|%s")
        subject = "Folder sync: 1 added, 1 changed, 1 removed"
        assert shown == f"{before}|Owner <owner@example.com>|Owner|{subject}"
        # Whoever wants it back finds what there was.
        assert run_git(mirror(folder), "show", f"{before}:sums/app.py") == "def add(a, b):\n    return a + b"
        run_git(mirror(folder), "fsck", "--full", "--strict")

    async def test_modes_and_bytes_are_what_was_sent(self, folder: Folder) -> None:
        data = bytes(range(256)) * 500 + b"\r\n$Id$"
        body = {"files": {"run.sh": told(b"#!/bin/sh\n", "100755"), "data.bin": told(data)}}
        sync_id = (await folder.begin(body)).json()["sync_id"]
        for each in (b"#!/bin/sh\n", data):
            await folder.send(sync_id, each)
        await folder.commit(sync_id)
        await folder.run_jobs()
        assert await folder.files() == {"data.bin": "100644", "run.sh": "100755"}
        kept = run_git(mirror(folder), "rev-parse", "main:data.bin")
        assert kept == run_git(mirror(folder), "hash-object", "--no-filters", "--stdin", data=data)

    async def test_an_unchanged_folder_makes_no_commit_and_says_so(self, folder: Folder) -> None:
        await folder.sync(FIRST)
        before, generation = await folder.history(), mirror(folder)
        assert await folder.sync(FIRST) == ["folder.commit success"]
        after = await folder.history()
        assert (after["head"], mirror(folder)) == (before["head"], generation)
        assert after["items"][0]["notes"] == ["The folder is what the mirror holds already: no commit was needed."]

    async def test_only_new_contents_are_sent_and_the_rest_is_taken_from_the_mirror(self, folder: Folder) -> None:
        await folder.sync(FIRST)
        moved = {f"moved/{path}": data for path, data in FIRST.items()} | {"one.txt": b"1\n"}
        assert (await folder.begin(listed(moved))).json()["missing"] == [digest(b"1\n")]
        assert await folder.sync(moved) == BOTH
        assert list(await folder.files()) == sorted(moved)

    async def test_the_branch_that_people_chose_is_committed_to(self, folder: Folder) -> None:
        await folder.sync(FIRST)
        first = (await folder.history())["head"]
        async with folder.container.scope(folder.owner.actor) as scope:
            await ProjectService(scope).change(folder.project_id, ProjectPatchIn(default_branch="trunk"))
        await folder.sync({**FIRST, "new": b"new\n"})
        seen = await folder.history()
        assert seen["default_branch"] == "trunk"
        assert run_git(mirror(folder), "rev-parse", "trunk", "trunk~1", "main").split() == [seen["head"], first, first]

    async def test_a_project_that_got_a_repository_meanwhile_is_left_alone(self, folder: Folder, repo: GitRepo) -> None:
        repo.commit({"from.py": "1\n"})
        await folder.commit(await folder.open(FIRST))
        async with folder.container.scope(folder.owner.actor) as scope:
            await ProjectService(scope).change(folder.project_id, ProjectPatchIn(repo_url=str(repo.path)))
        assert "folder.commit cancelled" in await folder.run_jobs()
        assert list(await folder.files()) == ["from.py"]

    async def test_a_repository_takes_the_place_of_a_folder(self, folder: Folder, repo: GitRepo) -> None:
        await folder.sync(FIRST)
        head = repo.commit({"from.py": "1\n"})
        async with folder.container.scope(folder.owner.actor) as scope:
            await ProjectService(scope).change(folder.project_id, ProjectPatchIn(repo_url=str(repo.path)))
        assert await folder.run_jobs() == ["repo.sync success", "manifest.build success"]
        assert (await folder.history())["head"] == head

    async def test_a_deleted_project_leaves_no_mirror(self, folder: Folder) -> None:
        await folder.commit(await folder.open(FIRST))
        async with folder.container.scope(folder.owner.actor) as scope:
            await ProjectService(scope).delete(folder.project_id)
        ran = await folder.run_jobs()
        assert "folder.commit cancelled" in ran
        assert MirrorFolder.of(folder.container.settings.data_dir / "repos", folder.project_id).current() is None

    async def test_there_is_nothing_to_sync_with(self, folder: Folder) -> None:
        await folder.sync(FIRST)
        answer = await folder.http.post(f"/repos/{folder.project_id}/sync", headers=folder.owner.headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


class TestTwo:
    async def test_two_commits_of_one_project_are_made_one_after_the_other(
        self, folder: Folder, people: People
    ) -> None:
        colleague = await people.user("colleague", is_admin=True)
        theirs = Folder(folder.container, folder.http, colleague, folder.project_id)
        mine, other = await folder.open(FIRST), await theirs.open({"other": b"1\n"})
        await asyncio.gather(folder.commit(mine), theirs.commit(other))
        ran = await folder.run_jobs()
        assert ran.count("folder.commit success") == 2
        assert run_git(mirror(folder), "rev-list", "--count", "main") == "2"
        assert await rows(folder) == ["done", "done"]

    async def test_of_two_with_a_base_the_second_is_told(self, folder: Folder, people: People) -> None:
        await folder.sync(FIRST)
        head = (await folder.history())["head"]
        colleague = await people.user("colleague", is_admin=True)
        theirs = Folder(folder.container, folder.http, colleague, folder.project_id)
        mine = await folder.open({"mine": b"1\n"}, base_commit=head)
        other = await theirs.open({"theirs": b"1\n"}, base_commit=head)
        await folder.commit(mine)
        await theirs.commit(other)
        ran = await folder.run_jobs()
        assert (ran.count("folder.commit success"), ran.count("folder.commit failed")) == (1, 1)
        failed = [job for job in await staged(folder.container, CommitFolder) if job.status == JobStatus.FAILED]
        assert failed[0].error_code == "BASE_MOVED"
        assert run_git(mirror(folder), "rev-list", "--count", "main") == "2"
        assert sorted(await rows(folder)) == ["done", "done", "open"]

    async def test_one_waits_while_somebody_else_is_at_work_in_the_mirror(self, folder: Folder) -> None:
        await folder.commit(await folder.open(FIRST))
        async with taken_mirror(folder.container.settings.data_dir, folder.project_id):
            assert await folder.run_jobs() == ["folder.commit snoozed"]


class TestFailure:
    async def test_contents_that_are_gone_or_were_changed_are_asked_for_again(self, folder: Folder) -> None:
        sync_id = await folder.open(FIRST)
        blobs = folder.container.settings.data_dir / "tmp" / f"folder-sync-{sync_id}" / "blobs"
        (blobs / digest(FIRST["README.md"])).write_bytes(b"# Sumz\n")
        await folder.commit(sync_id)
        assert await folder.run_jobs() == ["folder.commit failed"]
        job = await assert_staged(folder.container, CommitFolder)
        assert job.error_code == "BLOBS_MISSING"
        assert job.error_details == {"missing": [digest(FIRST["README.md"])], "count": 1}
        assert (await folder.commit(sync_id)).status_code == 409
        await folder.send(sync_id, FIRST["README.md"])
        assert (await folder.commit(sync_id)).status_code == 202
        assert await folder.run_jobs() == BOTH
        assert [run["status"] for run in (await folder.history())["items"]] == ["success", "failed"]

    async def test_a_list_that_was_changed_is_not_committed(self, folder: Folder) -> None:
        sync_id = await folder.open(FIRST)
        files = folder.container.settings.data_dir / "tmp" / f"folder-sync-{sync_id}" / "files"
        files.write_bytes(files.read_bytes().replace(b"README.md", b"../../evil"))
        await folder.commit(sync_id)
        assert await folder.run_jobs() == ["folder.commit failed"]
        assert (await assert_staged(folder.container, CommitFolder)).error_code == "FOLDER_SYNC_CLOSED"

    async def test_a_cancelled_commit_can_be_asked_for_again(self, folder: Folder) -> None:
        sync_id = await folder.open(FIRST)
        job_id = (await folder.commit(sync_id)).json()["job_id"]
        answer = await folder.http.post(f"/jobs/{job_id}/cancel", headers=folder.owner.headers)
        assert answer.json()["status"] == "cancelled"
        assert await rows(folder) == ["open"]
        again = (await folder.commit(sync_id)).json()["job_id"]
        assert again != job_id
        assert await folder.run_jobs() == BOTH

    async def test_an_administrator_can_bring_a_failed_commit_back(self, folder: Folder, people: People) -> None:
        sync_id = await folder.open(FIRST)
        blobs = folder.container.settings.data_dir / "tmp" / f"folder-sync-{sync_id}" / "blobs"
        (blobs / digest(b"")).write_bytes(b"no longer empty")
        job_id = (await folder.commit(sync_id)).json()["job_id"]
        await folder.run_jobs()
        await folder.send(sync_id, b"")
        admin = await people.admin()
        answer = await folder.http.post(f"/admin/jobs/{job_id}/retry", headers=admin.headers)
        assert answer.is_success, answer.text
        assert await folder.run_jobs() == BOTH
        assert await rows(folder) == ["done"]

    async def test_a_damaged_mirror_is_left_as_it_is(self, folder: Folder) -> None:
        await folder.sync(FIRST)
        generation = mirror(folder)
        (generation / "packed-refs").write_text(f"{'0' * 39}1 refs/heads/main\n")
        await folder.commit(await folder.open({"new": b"1\n"}))
        assert await folder.run_jobs() == ["folder.commit retry"]
        job = (await staged(folder.container, CommitFolder))[-1]
        assert job.error_code == "MIRROR_CORRUPT"
        assert mirror(folder) == generation

    async def test_a_failure_is_told_to_whoever_asked(self, folder: Folder) -> None:
        sync_id = await folder.open(FIRST)
        (folder.container.settings.data_dir / "tmp" / f"folder-sync-{sync_id}" / "files").unlink()
        await folder.commit(sync_id)
        await folder.run_jobs()
        answer = await folder.http.get("/notifications", headers=folder.owner.headers)
        assert [each["kind"] for each in answer.json()["items"]] == ["folder.commit.failed"]
