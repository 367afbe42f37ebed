"""`/projects/{project_id}/folder-sync` over HTTP: who may, what is asked for, what is refused."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import Response

from app.adapters.git.port import NO_COMMIT
from app.core.clock import FrozenClock
from app.services.projects.schemas import ProjectPatchIn
from app.services.projects.service import ProjectService

from tests.fixtures.bare import GitRepo
from tests.fixtures.people import People
from tests.fixtures.sent_folders import Folder, digest, listed, told

FILES = {"a.txt": b"one\n", "b/c.txt": b"two\n", "b/d.txt": b"one\n"}
ONE, TWO = b"one\n", b"two\n"


@pytest.fixture
def settings_env() -> dict[str, str]:
    return {"FOLDER_SYNC_MAX_BODY_BYTES": "3000000", "FOLDER_SYNC_MAX_OPEN": "2", "HTTP_MAX_BODY_BYTES": "2048"}


def code(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def renew(people: People, folder: Folder) -> None:
    """Log the owner in again: his token is older than it may be."""
    folder.owner = replace(folder.owner, headers=people.fresh_headers(folder.owner))


def staged(folder: Folder, sync_id: str) -> Path:
    return folder.container.settings.data_dir / "tmp" / f"folder-sync-{sync_id}"


class TestBeginning:
    async def test_every_content_is_asked_for_once(self, folder: Folder) -> None:
        answer = await folder.begin(listed(FILES))
        assert answer.status_code == 201
        body = answer.json()
        assert body["missing"] == sorted([digest(ONE), digest(TWO)])
        assert (body["files"], body["bytes"], body["head"]) == (3, 12, None)

    async def test_only_what_the_project_lacks_is_asked_for(self, folder: Folder) -> None:
        await folder.sync(FILES)
        body = (await folder.begin(listed({**FILES, "new.txt": b"three\n"}))).json()
        assert body["missing"] == [digest(b"three\n")]
        assert body["head"] == (await folder.history())["head"]

    async def test_what_another_project_holds_is_asked_for_all_the_same(self, folder: Folder, people: People) -> None:
        await folder.sync(FILES)
        project = await people.project(owner=folder.owner)
        other = Folder(folder.container, folder.http, folder.owner, project.id)
        assert (await other.begin(listed(FILES))).json()["missing"] == sorted([digest(ONE), digest(TWO)])

    async def test_what_left_the_folder_is_not_known_any_more(self, folder: Folder) -> None:
        await folder.sync(FILES)
        await folder.sync({"a.txt": ONE})
        assert (await folder.begin(listed(FILES))).json()["missing"] == [digest(TWO)]

    async def test_what_is_refused_leaves_nothing(self, folder: Folder) -> None:
        answer = await folder.begin({"files": {".git/config": told(ONE)}})
        assert code(answer) == (422, "FOLDER_REFUSED")
        assert not (folder.container.settings.data_dir / "tmp").exists()

    async def test_a_list_has_a_limit_of_its_own(self, folder: Folder) -> None:
        many = listed({f"folder/file-{number}.txt": b"" for number in range(1000)})
        assert (await folder.begin(many)).status_code == 201
        longer = listed({f"{'x' * 200}-{number}": b"" for number in range(10_000)})
        assert code(await folder.begin(longer)) == (413, "PAYLOAD_TOO_LARGE")

    async def test_a_project_with_a_repository_is_synced_from_that(self, folder: Folder, people: People) -> None:
        project = await people.project(owner=folder.owner, repo_url="https://git.example/a.git")
        folder.project_id = project.id
        assert code(await folder.begin(listed(FILES))) == (409, "HAS_REMOTE")

    async def test_a_second_one_takes_the_place_of_the_first_and_what_it_had(self, folder: Folder) -> None:
        first = (await folder.begin(listed(FILES))).json()["sync_id"]
        await folder.send(first, ONE)
        second = (await folder.begin(listed(FILES))).json()
        assert second["missing"] == [digest(TWO)]
        assert code(await folder.send(first, TWO)) == (409, "FOLDER_SYNC_CLOSED")
        assert not staged(folder, first).exists()

    async def test_a_colleague_has_one_of_his_own(self, folder: Folder, people: People) -> None:
        colleague = await people.user("colleague", is_admin=True)
        mine = (await folder.begin(listed(FILES))).json()["sync_id"]
        assert (await folder.begin(listed(FILES), who=colleague)).status_code == 201
        assert (await folder.send(mine, ONE)).status_code == 204

    async def test_only_so_many_are_open_at_once_until_they_expire(
        self, folder: Folder, people: People, clock: FrozenClock
    ) -> None:
        answers = []
        for number in range(3):
            folder.project_id = (await people.project(owner=folder.owner, name=f"P{number}")).id
            answers.append(await folder.begin(listed(FILES)))
        assert [answer.status_code for answer in answers[:2]] == [201, 201]
        assert code(answers[2]) == (409, "TOO_MANY_FOLDER_SYNCS")
        clock.move(seconds=25 * 3600)
        renew(people, folder)
        assert (await folder.begin(listed(FILES))).status_code == 201

    async def test_it_needs_the_right_to_sync(self, folder: Folder, people: People) -> None:
        viewer, stranger = await people.user("viewer"), await people.user("stranger")
        project = await people.project(owner=folder.owner, members={"reviewer": viewer})
        folder.project_id = project.id
        assert code(await folder.begin(listed(FILES), who=viewer)) == (403, "FORBIDDEN")
        assert code(await folder.begin(listed(FILES), who=stranger)) == (404, "NOT_FOUND")


class TestSending:
    async def test_bytes_that_are_what_they_were_announced_as_are_kept(self, folder: Folder) -> None:
        sync_id = (await folder.begin(listed(FILES))).json()["sync_id"]
        for _ in range(2):
            assert (await folder.send(sync_id, ONE)).status_code == 204
        assert [path.name for path in (staged(folder, sync_id) / "blobs").iterdir()] == [digest(ONE)]

    @pytest.mark.parametrize("sent", [b"0ne\n", b"one", b"one\nand more", b""])
    async def test_other_bytes_are_refused_and_nothing_is_kept(self, folder: Folder, sent: bytes) -> None:
        sync_id = (await folder.begin(listed(FILES))).json()["sync_id"]
        assert code(await folder.send(sync_id, sent, name=digest(ONE))) == (422, "BLOB_MISMATCH")
        assert list((staged(folder, sync_id) / "blobs").iterdir()) == []
        assert list((staged(folder, sync_id) / "incoming").iterdir()) == []

    async def test_more_bytes_than_announced_are_cut_off(self, folder: Folder) -> None:
        sync_id = (await folder.begin(listed(FILES))).json()["sync_id"]

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"x" * 100_000

        path = f"{folder.path}/{sync_id}/blobs/{digest(ONE)}"
        answer = await folder.http.put(path, content=endless(), headers=folder.owner.headers)
        assert code(answer) == (413, "PAYLOAD_TOO_LARGE")
        assert list((staged(folder, sync_id) / "incoming").iterdir()) == []

    async def test_what_the_folder_does_not_hold_is_not_taken(self, folder: Folder) -> None:
        sync_id = (await folder.begin(listed(FILES))).json()["sync_id"]
        assert code(await folder.send(sync_id, b"uninvited")) == (422, "BLOB_NOT_WANTED")

    @pytest.mark.parametrize("name", ["..", "../../etc", "AB" * 32, "ab" * 31, "files"])
    async def test_a_name_that_is_no_digest_leads_nowhere(self, folder: Folder, name: str) -> None:
        sync_id = (await folder.begin(listed(FILES))).json()["sync_id"]
        assert (await folder.send(sync_id, ONE, name=name)).status_code in (404, 405, 422)

    async def test_somebody_elses_sync_does_not_exist(self, folder: Folder, people: People) -> None:
        sync_id = (await folder.begin(listed(FILES))).json()["sync_id"]
        admin = await people.admin()
        for who in (admin, await people.user("stranger")):
            assert code(await folder.send(sync_id, ONE, who=who)) == (404, "NOT_FOUND")
            assert code(await folder.commit(sync_id, who=who)) == (404, "NOT_FOUND")
        assert code(await folder.send(str(uuid4()), ONE)) == (404, "NOT_FOUND")

    async def test_a_sync_of_another_project_does_not_exist_here(self, folder: Folder, people: People) -> None:
        sync_id = (await folder.begin(listed(FILES))).json()["sync_id"]
        folder.project_id = (await people.project(owner=folder.owner)).id
        assert code(await folder.send(sync_id, ONE)) == (404, "NOT_FOUND")

    async def test_one_that_expired_takes_nothing_any_more(
        self, folder: Folder, people: People, clock: FrozenClock
    ) -> None:
        sync_id = await folder.open(FILES)
        clock.move(seconds=timedelta(hours=24).total_seconds())
        renew(people, folder)
        assert code(await folder.send(sync_id, ONE)) == (409, "FOLDER_SYNC_EXPIRED")
        assert code(await folder.commit(sync_id)) == (409, "FOLDER_SYNC_EXPIRED")


class TestCommitting:
    async def test_a_commit_is_accepted_and_the_same_again(self, folder: Folder) -> None:
        sync_id = await folder.open(FILES)
        first, second = await folder.commit(sync_id), await folder.commit(sync_id)
        assert first.status_code == second.status_code == 202
        assert first.json()["job_id"] == second.json()["job_id"]
        await folder.run_jobs()
        third = await folder.commit(sync_id)
        assert (third.json()["job_id"], third.json()["status"]) == (first.json()["job_id"], "success")
        assert await folder.commits() == 1

    async def test_a_key_stands_for_one_commit(self, folder: Folder) -> None:
        sync_id = await folder.open(FILES)
        headers = {**folder.owner.headers, "Idempotency-Key": "once"}
        first = await folder.http.post(f"{folder.path}/{sync_id}/commit", headers=headers)
        assert (await folder.http.post(f"{folder.path}/{sync_id}/commit", headers=headers)).json() == first.json()
        other = await folder.open({"a.txt": ONE})
        answer = await folder.http.post(f"{folder.path}/{other}/commit", headers=headers)
        assert code(answer) == (409, "IDEMPOTENCY_CONFLICT")

    async def test_what_has_not_come_is_listed(self, folder: Folder) -> None:
        sync_id = (await folder.begin(listed(FILES))).json()["sync_id"]
        await folder.send(sync_id, TWO)
        answer = await folder.commit(sync_id)
        assert code(answer) == (409, "BLOBS_MISSING")
        assert answer.json()["details"] == {"missing": [digest(ONE)], "count": 1}
        await folder.send(sync_id, ONE)
        assert (await folder.commit(sync_id)).status_code == 202

    async def test_a_list_of_what_is_missing_is_cut_short(self, folder: Folder) -> None:
        many = {f"{number}": f"{number}".encode() for number in range(1500)}
        sync_id = (await folder.begin(listed(many))).json()["sync_id"]
        details = (await folder.commit(sync_id)).json()["details"]
        assert (len(details["missing"]), details["count"]) == (1000, 1500)

    async def test_a_repository_that_came_meanwhile_ends_it(self, folder: Folder, repo: GitRepo) -> None:
        sync_id = await folder.open(FILES)
        async with folder.container.scope(folder.owner.actor) as scope:
            await ProjectService(scope).change(folder.project_id, ProjectPatchIn(repo_url=str(repo.path)))
        assert code(await folder.commit(sync_id)) == (409, "HAS_REMOTE")
        assert code(await folder.send(sync_id, ONE)) == (409, "HAS_REMOTE")


class TestBase:
    async def test_a_sync_that_came_between_is_not_overwritten(self, folder: Folder) -> None:
        await folder.sync(FILES)
        head = (await folder.history())["head"]
        mine = await folder.open({"a.txt": b"mine\n"}, base_commit=head)
        other = await another_sync(folder)
        answer = await folder.commit(mine)
        assert code(answer) == (409, "BASE_MOVED")
        assert answer.json()["details"] == {"base_commit": head, "head": other}
        again = await folder.begin(listed(FILES, base_commit=head))
        assert code(again) == (409, "BASE_MOVED")

    async def test_without_a_base_the_last_one_wins(self, folder: Folder) -> None:
        await folder.sync(FILES)
        assert await folder.sync({"a.txt": b"mine\n"}) == ["folder.commit success", "manifest.build success"]
        assert list(await folder.files()) == ["a.txt"]

    async def test_that_there_was_nothing_can_be_a_base(self, folder: Folder) -> None:
        assert await folder.sync(FILES, base_commit=NO_COMMIT) == ["folder.commit success", "manifest.build success"]
        assert code(await folder.begin(listed(FILES, base_commit=NO_COMMIT))) == (409, "BASE_MOVED")


async def another_sync(folder: Folder) -> str:
    """Let a colleague sync, and answer what that made the head."""
    people = People(folder.container)
    colleague = await people.user("colleague", is_admin=True)
    theirs = Folder(folder.container, folder.http, colleague, folder.project_id)
    await theirs.sync({"a.txt": b"theirs\n"})
    return str((await folder.history())["head"])
