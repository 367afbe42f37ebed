"""Two cleanup workers as real processes: each object goes once, no live one goes, whoever is killed or stands still."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from app.adapters.container import Container
from app.models.cleanup import Warrant
from app.models.job import Job, Lease
from app.models.preview import PreviewBundle
from app.workers.rescue import rescue

from tests.fixtures.jobs import read_job
from tests.fixtures.people import People
from tests.services.cleanup import cleaner
from tests.services.cleanup.conftest import Yard, counts
from tests.waiting import until

BACKEND = Path(__file__).parents[3]
OVER, LIVE = 40, 40
# This is a busy machine.
PATIENCE_SECONDS = 60


@dataclass
class Crew:
    """Cleanup workers that are processes, and what they noted."""

    data_dir: Path
    database_url: str
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def notes(self) -> Path:
        return self.data_dir / "deletions"

    def start(self, *, stop_before: int = 0) -> "subprocess.Popen[bytes]":
        arguments = [str(self.data_dir), self.database_url, str(self.notes), str(stop_before)]
        command = [sys.executable, "-m", cleaner.__name__, *arguments]
        log = self.data_dir / f"cleaner-{len(self.started)}.log"
        with log.open("ab") as output:
            self.started.append(subprocess.Popen(command, cwd=BACKEND, stdout=output, stderr=output))
        return self.started[-1]

    def noted(self, *, by: int | None = None) -> list[tuple[str, str]]:
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        parts = [line.split() for line in lines]
        return [(how, key) for pid, how, key in parts if by in (None, int(pid))]

    def stands_still(self, process: "subprocess.Popen[bytes]") -> bool:
        return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


@pytest.fixture
def crew(tmp_path: Path, database_url: str) -> Iterator[Crew]:
    (tmp_path / "data").mkdir(exist_ok=True)
    found = Crew(tmp_path / "data", database_url)
    yield found
    for process in found.started:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Scene:
    """A yard by the real clock, with bundles that are over and bundles that live."""

    yard: Yard
    over: list[PreviewBundle]
    live: list[PreviewBundle]

    async def is_done(self, job_id: UUID) -> bool:
        """Whether the job has ended."""
        return (await read_job(self.yard.container, job_id)).status == "success"

    async def leases_run_out(self) -> None:
        """Make it so much later, to the database, that nobody holds anything; then do what the scheduler does."""
        time = self.yard.container.database.time
        async with self.yard.container.scope() as scope:
            await scope.session.execute(update(Lease).values(until=time.now()))
            await scope.session.execute(update(Job).where(Job.status == "running").values(lease_until=time.now()))
        await rescue(self.yard.container)

    async def check(self, crew: Crew, warrant: Warrant) -> None:
        """Each object that was over went exactly once, and nothing else went."""
        deletions = Counter(key for how, key in crew.noted() if how == "deleted")
        assert deletions == Counter(bundle.object_key for bundle in self.over)
        assert {(await self.yard.read(each)).status for each in self.over} == {"purged"}
        assert {(await self.yard.read(each)).status for each in self.live} == {"live"}
        assert all([await self.yard.is_stored(each) for each in self.live])
        assert counts(warrant) == {
            "items": OVER, "deleted": OVER, "spared": 0, "failed": 0, "freed_bytes": 5 * OVER,
        }  # fmt: skip


@pytest.fixture
async def scene(container: Container, people: People, crew: Crew) -> AsyncIterator[Scene]:
    project = await people.project(owner=await people.admin())
    real = cleaner.a_container(crew.data_dir, crew.database_url, crew.notes)
    yard = Yard(real, project)
    over = [await yard.bundle("soft_deleted", hours_left=-1) for _ in range(OVER)]
    yield Scene(yard, over, [await yard.bundle("live", hours_left=100) for _ in range(LIVE)])
    await real.database.close()


@pytest.mark.slow
async def test_the_second_takes_over_from_one_that_was_killed(scene: Scene, crew: Crew) -> None:
    job = await scene.yard.request("purge_bundles")
    first = crew.start(stop_before=OVER // 4)
    await until(lambda: crew.stands_still(first), seconds=PATIENCE_SECONDS)
    second = crew.start()
    first.kill()
    first.wait()
    await scene.leases_run_out()
    await until(lambda: scene.is_done(job.id), seconds=PATIENCE_SECONDS)
    assert crew.noted(by=second.pid)
    await scene.check(crew, await scene.yard.warrant_of(job.id))


@pytest.mark.slow
async def test_one_that_stood_still_past_its_lease_deletes_and_records_nothing_more(scene: Scene, crew: Crew) -> None:
    job = await scene.yard.request("purge_bundles")
    first = crew.start(stop_before=OVER // 4)
    await until(lambda: crew.stands_still(first), seconds=PATIENCE_SECONDS)
    second = crew.start()
    await scene.leases_run_out()
    await until(lambda: scene.is_done(job.id), seconds=PATIENCE_SECONDS)
    before = crew.noted(by=first.pid)
    os.kill(first.pid, signal.SIGCONT)
    # It finishes the call it stood in, which finds nothing, and learns that it has lost everything.
    await until(lambda: len(crew.noted(by=first.pid)) > len(before), seconds=PATIENCE_SECONDS)
    follow_up = await scene.yard.request("purge_bundles")
    await until(lambda: scene.is_done(follow_up.id), seconds=PATIENCE_SECONDS)
    assert [how for how, _ in crew.noted(by=first.pid)[len(before) :]] == ["missed"]
    assert crew.noted(by=second.pid)
    await scene.check(crew, await scene.yard.warrant_of(job.id))


@pytest.mark.slow
async def test_two_at_once_never_work_at_the_same_time(scene: Scene, crew: Crew) -> None:
    jobs = [await scene.yard.request(task) for task in ("purge_bundles", "soft_delete_bundles", "expire_sessions")]
    crew.start()
    crew.start()
    for job in jobs:
        await until(partial(scene.is_done, job.id), seconds=PATIENCE_SECONDS)
    await scene.check(crew, await scene.yard.warrant_of(jobs[0].id))
