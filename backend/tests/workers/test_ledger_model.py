"""The ledger against a model: whatever order things happen in, its promises hold.

`LEDGER_EXAMPLES` says how many sequences are tried (`TEST_LEDGER_EXAMPLES=500 pytest …` for a thorough run).
"""

import asyncio
import os
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from sqlalchemy import select

from app.adapters.db.engine import Database, open_database
from app.adapters.ids import SystemIds
from app.adapters.jobs.ledger import Claim, Failure, Ledger, SameWorkActive
from app.adapters.jobs.statements import LEASE
from app.core.clock import FrozenClock
from app.core.jobs import MOVES, JobStatus, Queue
from app.models.job import Job

from tests.fixtures.database import DatabaseSource
from tests.workers.errands import Errand

T = TypeVar("T")
_EXAMPLES = int(os.environ.get("TEST_LEDGER_EXAMPLES", "25"))
_FAILURE = Failure("INTERNAL", "broken", {})
_WORKERS = st.sampled_from(["worker-1", "worker-2"])


@dataclass
class Model:
    """What a job should be like."""

    status: str = "queued"
    epoch: int = 0
    attempt: int = 0
    progress: float = 0.0
    run_at: float = 0.0
    lease_until: float = 0.0
    key: str | None = None
    worker: str = ""
    is_unwanted: bool = False
    is_rescued: bool = False
    suspect: int = 0
    turn: float = 0.0
    seen: set[int] = field(default_factory=set)


class LedgerMachine(RuleBasedStateMachine):
    """Stages, claims, loses, rescues; every step is one transaction, as in the product."""

    source: DatabaseSource
    folder: Path
    claims = Bundle("claims")
    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = FrozenClock()
        self.ids = SystemIds()
        self.models: dict[UUID, Model] = {}
        self.held: dict[UUID, Claim] = {}

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def open(self) -> None:
        url = self.source.url_for(Path(mkdtemp(dir=self.folder)))
        self.database: Database = open_database(url, clock=self.clock, server_time=False, synchronous="OFF")
        self.do(self.source.prepare(self.database))

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.do(self.database.close())
        # The drivers close their ends in the loop's next rounds.
        for _ in range(3):
            self.do(asyncio.sleep(0))
        self.do(self.loop.shutdown_asyncgens())
        self.loop.close()

    async def _call(self, name: str, *arguments: Any, **named: Any) -> Any:
        async with self.database.session() as session:
            ledger = Ledger(session, self.database, clock=self.clock, ids=self.ids)
            found = await getattr(ledger, name)(*arguments, **named)
            await session.commit()
            return found

    def call(self, name: str, *arguments: Any, **named: Any) -> Any:
        return self.do(self._call(name, *arguments, **named))

    @property
    def now(self) -> float:
        return self.clock.monotonic()

    def stands(self, claim: Claim) -> bool:
        model = self.models[claim.job_id]
        return model.status == "running" and model.epoch == claim.epoch

    @rule(target=jobs, key=st.sampled_from([None, None, "a", "b"]), later=st.sampled_from([0, 0, 20]))
    def stage(self, key: str | None, later: int) -> Any:
        job, is_new = self.call(
            "insert", Errand(key=key), project_id=None, user_id=None, correlation_id="c",
            run_at=self.clock.now() + timedelta(seconds=later) if later else None,
        )  # fmt: skip
        twins = [each for each, m in self.models.items() if key and m.key == key and m.status in ("queued", "running")]
        assert is_new is not bool(twins)
        if twins:
            assert [job.id] == twins
            return multiple()
        self.models[job.id] = Model(run_at=self.now + later, key=key, turn=self.now)
        return job.id

    def begun(self, job_id: UUID, worker: str, claim: Claim) -> Any:
        """Expect what a claim does, however the job was chosen."""
        model = self.models[job_id]
        assert (claim.epoch, claim.attempt) == (model.epoch + 1, model.attempt + 1)
        assert claim.epoch not in model.seen, "an epoch is given out once"
        model.seen.add(claim.epoch)
        model.status, model.worker, model.is_rescued = "running", worker, False
        model.epoch, model.attempt = claim.epoch, claim.attempt
        model.lease_until = self.now + LEASE.total_seconds()
        return claim

    def may_begin(self, job_id: UUID) -> bool:
        model = self.models[job_id]
        return model.status == "queued" and model.run_at <= self.now

    @rule(target=claims, job_id=jobs, worker=_WORKERS)
    def claim(self, job_id: UUID, worker: str) -> Any:
        claim = self.call("claim", job_id, worker_id=worker)
        assert (claim is not None) is self.may_begin(job_id)
        return multiple() if claim is None else self.begun(job_id, worker, claim)

    @rule(target=claims, at_most=st.sampled_from([1, 2, 100]), worker=_WORKERS)
    def take(self, at_most: int, worker: str) -> Any:
        due = sorted((self.models[job_id].turn, job_id) for job_id in self.models if self.may_begin(job_id))
        taken = self.call("take", Queue.AI, worker_id=worker, at_most=at_most, is_gpu=False)
        assert [claim.job_id for claim in taken] == [job_id for _, job_id in due[:at_most]], "first in turn first"
        assert [claim.suspect for claim in taken] == [self.models[claim.job_id].suspect for claim in taken]
        return multiple(*(self.begun(claim.job_id, worker, claim) for claim in taken))

    @rule(claim=claims)
    def renew(self, claim: Claim) -> None:
        lost, unwanted = self.call("renew", [claim])
        model = self.models[claim.job_id]
        assert lost == (set() if self.stands(claim) else {claim.job_id})
        assert unwanted == ({claim.job_id} if self.stands(claim) and model.is_unwanted else set())
        if self.stands(claim):
            model.lease_until = self.now + LEASE.total_seconds()

    @rule(claim=claims)
    def holds(self, claim: Claim) -> None:
        assert self.call("holds", claim) is self.stands(claim)

    @rule(claim=claims, fraction=st.sampled_from([0.0, 0.3, 0.9, 1.5]))
    def progress(self, claim: Claim, fraction: float) -> None:
        assert self.call("progress", claim, fraction=fraction, phase="busy") is self.stands(claim)
        if self.stands(claim):
            model = self.models[claim.job_id]
            model.progress = max(model.progress, min(fraction, 1.0))

    @rule(claim=claims, how=st.sampled_from(["finish", "fail", "cancelled"]))
    def end(self, claim: Claim, how: str) -> None:
        extra = {"fail": (_FAILURE,)}.get(how, ())
        named = {"reason": "enough"} if how == "cancelled" else {}
        assert self.call(how, claim, *extra, **named) is self.stands(claim)
        if self.stands(claim):
            model = self.models[claim.job_id]
            model.status = {"finish": "success", "fail": "failed", "cancelled": "cancelled"}[how]
            model.progress = 1.0 if how == "finish" else model.progress

    @rule(claim=claims, how=st.sampled_from(["retry", "snooze", "hand_back"]), delay=st.sampled_from([0, 5]))
    def put_back(self, claim: Claim, how: str, delay: int) -> None:
        model = self.models[claim.job_id]
        named: dict[str, Any] = {} if how == "hand_back" else {"delay": timedelta(seconds=delay)}
        named |= {"reason": "not yet"} if how == "snooze" else {}
        stood = self.stands(claim) and not model.is_unwanted
        assert self.call(how, claim, *((_FAILURE,) if how == "retry" else ()), **named) is stood
        if stood:
            model.status, model.worker = "queued", ""
            model.run_at = self.now + (0 if how == "hand_back" else delay)
            model.attempt -= 0 if how == "retry" else 1
            model.is_rescued = model.is_rescued or how == "hand_back"
            model.suspect = max(model.suspect, 0) if how == "hand_back" else 0
            again = min(model.turn, self.now + delay)
            model.turn = {"hand_back": -inf, "retry": again, "snooze": self.now + delay}[how]

    @rule(job_id=jobs)
    def request_cancel(self, job_id: UUID) -> None:
        model = self.models[job_id]
        if model.status == "queued":
            model.status, model.is_unwanted = "cancelled", True
        elif model.status == "running":
            model.is_unwanted = True
        assert self.call("request_cancel", job_id) == model.status

    @rule(job_id=jobs)
    def bring_back(self, job_id: UUID) -> None:
        model = self.models[job_id]
        twins = [
            each for each, m in self.models.items()
            if model.key and m.key == model.key and each != job_id and m.status in ("queued", "running")
        ]  # fmt: skip
        given_up = model.status in ("failed", "cancelled")
        try:
            back = self.call("bring_back", job_id, reason="asked for")
        except SameWorkActive:
            assert given_up
            assert twins
            return
        assert (back is not None) is given_up
        if given_up:
            assert not twins
            model.status, model.attempt, model.progress = "queued", 0, 0.0
            model.run_at, model.is_unwanted = self.now, False
            model.suspect, model.turn = 0, self.now

    @rule(seconds=st.sampled_from([1, 6, LEASE.total_seconds() + 1]))
    def time_passes(self, seconds: float) -> None:
        self.clock.move(seconds=seconds)

    @rule(worker=st.one_of(st.none(), _WORKERS))
    def rescue(self, worker: str | None) -> None:
        dead = {
            job_id for job_id, model in self.models.items() if model.status == "running"
            and (model.lease_until <= self.now if worker is None else model.worker == worker)
        }  # fmt: skip
        running = [model for model in self.models.values() if model.status == "running"]
        sizes = Counter(model.worker for model in running)
        companies = {job_id: max(sizes[m.worker], -m.suspect) for job_id, m in self.models.items() if job_id in dead}
        struck = {self.models[job_id].worker for job_id in dead}
        count, ended = self.call("rescue", worker_id=worker)
        assert count + len(ended) == len(dead)
        for job_id in dead:
            model, company = self.models[job_id], companies[job_id]
            model.epoch += 1
            if model.is_unwanted:
                model.status = "cancelled"
            elif company == 1 and model.attempt >= Errand.retry.attempts:
                model.status = "failed"
            else:
                model.status, model.worker, model.run_at, model.is_rescued = "queued", "", self.now, True
                model.suspect, model.turn = max(1, company // 4), -inf
                model.attempt -= company > 1
        for model in running:
            if model.status == "running" and model.worker in struck:
                model.suspect = -max(sizes[model.worker], -model.suspect)
        assert {job.id: job.status for job in ended} == {
            job_id: self.models[job_id].status for job_id in dead if self.models[job_id].status != "queued"
        }

    @rule(claim=consumes(claims))
    def forget(self, claim: Claim) -> None:
        """Let a worker forget a claim, so that not every late write comes from the same few."""

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        if not self.models:
            return
        for job in self.do(self._rows()):
            model = self.models[job.id]
            row = (job.status, job.epoch, job.attempt, job.rescued, round(job.progress, 6), job.suspect)
            assert row == (
                model.status, model.epoch, model.attempt, model.is_rescued, model.progress, model.suspect
            )  # fmt: skip
            assert (job.lease_until is not None) is (job.status == "running"), "a lease belongs to who runs"
            assert 0 <= job.attempt <= job.max_attempts or job.status == "running"
        active = [m.key for m in self.models.values() if m.key and m.status in ("queued", "running")]
        assert len(active) == len(set(active))

    async def _rows(self) -> list[Job]:
        async with self.database.session(read_only=True) as session:
            return list((await session.execute(select(Job))).scalars())


def test_every_state_has_a_way_to_an_end() -> None:
    def ends(state: JobStatus, seen: frozenset[JobStatus]) -> bool:
        return state.is_final or any(ends(each, seen | {state}) for each in MOVES[state] - seen)

    assert all(ends(state, frozenset()) for state in JobStatus)


def test_the_ledger_is_as_the_model_says(database_source: DatabaseSource, tmp_path: Path) -> None:
    class Here(LedgerMachine):
        source = database_source
        folder = tmp_path

    Here.TestCase.settings = settings(
        max_examples=_EXAMPLES, stateful_step_count=40, deadline=None, derandomize=True,
        suppress_health_check=list(HealthCheck), database=None,
    )  # fmt: skip
    case = Here.TestCase()
    case.runTest()
