"""Addresses, credentials and times of mirrors."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.adapters.container import Container
from app.adapters.git.port import Credentials, SyncResult
from app.adapters.git.settings import GitSettings as PortSettings
from app.adapters.security.secret_box import SecretBox, SecretUnreadable
from app.config import SettingsRefused, load_settings
from app.config.git import LONGEST_FETCH_SECONDS
from app.core.clock import FrozenClock
from app.models.effect import EffectRecord
from app.models.repo import RepoMirror, SyncRun
from app.services.projects.schemas import CredentialsIn, ProjectIn, ProjectPatchIn
from app.services.projects.service import ProjectService
from app.services.repos.credentials import Resealed, open_credentials, reseal_all
from app.services.repos.history import changes_of
from app.services.repos.messages import SyncRepo
from app.services.repos.service import RepoService, SyncOrder

from tests.fixtures.bare import GitRepo
from tests.fixtures.people import People
from tests.fixtures.synced import Mirrored

PRIVATE = ProjectIn.model_validate(
    {"name": "P", "repo_url": "https://git.example.org/a.git", "credentials": {"username": "ann", "password": "hush"}}
)
RESULT = SyncResult((), "a" * 40, "main", 10, healed=False, seconds=0.1, generation="g-000001.git")


async def only_mirror(container: Container) -> RepoMirror:
    async with container.scope(read_only=True) as scope:
        return (await scope.session.execute(select(RepoMirror))).scalar_one()


async def begin(container: Container) -> tuple[SyncRun, SyncOrder]:
    async with container.scope() as scope:
        run = (await scope.session.execute(select(SyncRun).order_by(SyncRun.id.desc()).limit(1))).scalar_one()
        order = await RepoService(scope).begin(run.id)
    assert order is not None
    return run, order


async def test_credentials_are_sealed_and_open_for_their_project_only(container: Container, people: People) -> None:
    owner = await people.user("owner")
    async with container.scope(owner.actor) as scope:
        made = await ProjectService(scope).create(PRIVATE)
    box = (await only_mirror(container)).credential_box
    assert box is not None
    assert b"hush" not in box
    opened = open_credentials(container.secret_box, made.id, box)
    assert opened == Credentials("ann", "hush", "")
    with pytest.raises(SecretUnreadable):
        open_credentials(container.secret_box, owner.id, box)


def test_the_longest_sync_that_can_be_set_ends_within_its_jobs_time(tmp_path: Path) -> None:
    # Beside the fetches: asking the remote, a full check (twice the limit of one command), packing refs and objects.
    others = 5 * PortSettings(data_dir=tmp_path).command_timeout
    assert timedelta(seconds=LONGEST_FETCH_SECONDS) + others < SyncRepo.time_limit
    with pytest.raises(SettingsRefused, match="GIT_TIMEOUT_SECONDS: Input should be less than or equal to 3600"):
        load_settings({"DATA_DIR": str(tmp_path), "GIT_TIMEOUT_SECONDS": "3601"})


async def test_no_box_is_no_credentials(container: Container, people: People) -> None:
    owner = await people.user("owner")
    assert open_credentials(container.secret_box, owner.id, None) is None


async def test_credentials_follow_on_the_same_server_and_are_dropped_on_another(
    container: Container, people: People
) -> None:
    owner = await people.user("owner")
    async with container.scope(owner.actor) as scope:
        made = await ProjectService(scope).create(PRIVATE)
    box = (await only_mirror(container)).credential_box
    for url, kept in (("https://git.example.org/b.git", box), ("https://other.example.org/b.git", None)):
        async with container.scope(owner.actor) as scope:
            await ProjectService(scope).change(made.id, ProjectPatchIn(repo_url=url))
        mirror = await only_mirror(container)
        assert (mirror.remote_url, mirror.credential_box) == (url, kept)


async def test_new_credentials_replace_the_old_ones(container: Container, people: People) -> None:
    owner = await people.user("owner")
    async with container.scope(owner.actor) as scope:
        made = await ProjectService(scope).create(PRIVATE)
        await ProjectService(scope).change(
            made.id, ProjectPatchIn(credentials=CredentialsIn.model_validate({"token": "new"}))
        )
    opened = open_credentials(container.secret_box, made.id, (await only_mirror(container)).credential_box)
    assert opened is not None
    assert opened.password == "new"


async def test_credentials_move_to_todays_key_so_that_the_older_one_can_go(
    container: Container, people: People
) -> None:
    owner = await people.user("owner")
    async with container.scope(owner.actor) as scope:
        made = await ProjectService(scope).create(PRIVATE)
    old = container.settings.security.credentials_secrets[0].get_secret_value()
    both = replace(container, secret_box=SecretBox(["n" * 40, old], container.ids))
    for changed in (1, 0):
        async with both.scope() as scope:
            assert await reseal_all(scope) == Resealed(changed, 1, ())
    async with both.scope(read_only=True) as scope:
        told = select(EffectRecord.after).where(EffectRecord.action == "credentials.resealed")
        assert (await scope.session.execute(told)).scalars().all() == [{"projects": 1}]
    box = (await only_mirror(container)).credential_box
    opened = open_credentials(SecretBox(["n" * 40], container.ids), made.id, box)
    assert opened is not None
    assert opened.password == "hush"


async def test_credentials_that_no_key_opens_are_named_and_kept(container: Container, people: People) -> None:
    owner = await people.user("owner")
    async with container.scope(owner.actor) as scope:
        made = await ProjectService(scope).create(PRIVATE)
    box = (await only_mirror(container)).credential_box
    other = replace(container, secret_box=SecretBox(["n" * 40], container.ids))
    async with other.scope() as scope:
        assert await reseal_all(scope) == Resealed(0, 0, (made.id,))
    assert (await only_mirror(container)).credential_box == box


async def test_an_address_that_changes_during_a_sync_makes_another_one_due_at_once(
    mirrored: Mirrored, container: Container, clock: FrozenClock, repo: GitRepo
) -> None:
    run, _ = await begin(container)
    async with container.scope(mirrored.owner.actor) as scope:
        other = f"{repo.path}-moved"
        await ProjectService(scope).change(mirrored.project_id, ProjectPatchIn(repo_url=other))
    async with container.scope() as scope:
        await RepoService(scope).record(run.id, RESULT, [])
    assert (await only_mirror(container)).next_sync_at == clock.now()


def test_the_history_says_that_a_full_mirror_was_built_anew() -> None:
    kept = changes_of(replace(RESULT, rebuilt=True), [], branch_before="main")
    assert kept["notes"] == ["Rewritten history had filled the mirror up to its limit; it was built anew."]


async def test_a_recorded_sync_is_not_recorded_again(mirrored: Mirrored, container: Container) -> None:
    run, _ = await begin(container)
    for _ in range(2):
        async with container.scope() as scope:
            await RepoService(scope).record(run.id, RESULT, [])
    assert (await only_mirror(container)).generation == 1


async def test_a_failure_after_a_success_is_ignored(mirrored: Mirrored, container: Container) -> None:
    run, _ = await begin(container)
    async with container.scope() as scope:
        await RepoService(scope).record(run.id, RESULT, [])
        await RepoService(scope).note_attempt(run.id, code="X", message="x")
    assert run.job_id is not None
    async with container.scope() as scope:
        await RepoService(scope).end(run.job_id, status="failed", code="X", message="x")
    assert (await only_mirror(container)).last_attempt_status == "success"


async def test_the_wait_grows_with_the_outage_up_to_a_day(
    mirrored: Mirrored, container: Container, clock: FrozenClock
) -> None:
    run, _ = await begin(container)
    async with container.scope() as scope:
        await RepoService(scope).record(run.id, RESULT, [])
        assert run.job_id is not None
        await scope.ledger.request_cancel(run.job_id)
    waits = []
    for hours in (1, 9, 100):
        clock.move(seconds=hours * 3600)
        async with container.scope() as scope:
            job = await RepoService(scope).request_sync(mirrored.project_id, trigger="manual")
        await begin(container)
        async with container.scope() as scope:
            await RepoService(scope).end(job.id, status="failed", code="X", message="x")
            await scope.ledger.request_cancel(job.id)
        due = (await only_mirror(container)).next_sync_at
        assert due is not None
        waits.append((due - clock.now()) / timedelta(hours=1))
    assert 0.4 < waits[0] < 0.6
    assert 4 < waits[1] < 6
    assert 21 < waits[2] < 27
