"""One look at the queues: read, decide, act if allowed, record. Whatever a driver does, nothing else breaks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from app.adapters.container import Container
from app.adapters.db.locks import take_lease
from app.adapters.jobs.heartbeat import WorkerBeat, forget_worker, read_workers
from app.adapters.scaling.plain import NoScaling
from app.adapters.scaling.port import Change, Outcome, ScalingDriver
from app.core.effects import Effect
from app.core.errors import AppError, Unavailable
from app.core.jobs import Queue
from app.models.autoscaler import AutoscalerSample
from app.services.autoscaler.history import Past, read_pasts
from app.services.autoscaler.policy import HOLD, REPLACE, Decision, Room, Seen, decide
from app.services.autoscaler.signals import ROLES, QueueFacts, read_crew, read_facts, watched

log = structlog.get_logger(__name__)

_LEASE = "autoscaler"
# A look comes a little early now and then; two of them never stand for the same interval.
_LEASE_SHARE = 0.9
_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """One queue with its decision, before anything is done."""

    at: datetime
    seen: Seen
    room: Room
    decision: Decision


@dataclass(frozen=True, slots=True)
class Known:
    """What a look at one queue goes by: the moment, the ledger's facts, what was recorded before, the heartbeats.

    `machine_cpu` is how busy the machine is that workers share, in percent; None when they do not share one.
    """

    at: datetime
    facts: QueueFacts
    past: Past
    beats: Sequence[WorkerBeat]
    machine_cpu: float | None


async def tick(container: Container) -> None:
    """Look when it is time: the scheduler's chore. A slow driver is asked in the background."""
    chosen = container.settings.autoscaler
    if not container.scaling.is_due(container.clock.monotonic(), chosen.poll_interval_seconds):
        return
    if chosen.enabled and container.scaling.driver.is_slow:
        container.scaling.begin(_look_safely(container))
    else:
        await look(container)


async def look(container: Container) -> list[AutoscalerSample]:
    """Look once, unless another process has looked in this interval; return what was recorded."""
    every = container.settings.autoscaler.poll_interval_seconds
    async with container.scope() as scope:
        token = await take_lease(
            scope.session,
            container.database,
            _LEASE,
            holder=container.ids.secret(nbytes=9),
            length=timedelta(seconds=every * _LEASE_SHARE),
        )
    if token is None:
        return []
    try:
        beats: Sequence[WorkerBeat] = await read_workers(container.kv)
    except Unavailable:
        log.warning("autoscaler.blind", reason="Redis does not answer, so nobody knows who works; nothing is decided.")
        return []
    queues = watched(container, beats)
    now = container.clock.now()
    async with container.scope(read_only=True) as scope:
        pasts = await read_pasts(scope, [queue.value for queue in queues])
        last = max((past.at for past in pasts.values() if past.at), default=now - timedelta(seconds=every))
        facts = await read_facts(scope, since=max(last, now - timedelta(hours=1)), now=now)
    # While it may not act, no platform is asked anything: heartbeats tell enough to say what it would do.
    driver: ScalingDriver = container.scaling.driver if container.settings.autoscaler.enabled else NoScaling()
    # Asked once: the answer is about the time since the last question.
    cpu = driver.cpu()
    rows = [
        await _one_queue(container, driver, queue, Known(now, facts[queue.value], pasts[queue.value], beats, cpu))
        for queue in queues
    ]
    async with container.scope() as scope:
        scope.session.add_all(rows)
        for row in rows:
            if row.is_applied:
                scope.record(_effect(row))
    return rows


async def _look_safely(container: Container) -> None:
    try:
        await look(container)
    except Exception:  # nobody waits for this task: what it raises would be lost
        log.exception("autoscaler.look_failed")


async def _one_queue(container: Container, driver: ScalingDriver, queue: Queue, known: Known) -> AutoscalerSample:
    chosen = container.settings.autoscaler
    judged, error = await _judge(container, driver, queue, known)
    outcome = Outcome(done=False)
    if chosen.enabled and error is None and judged.decision.action != HOLD:
        wait = known.past.backs_off(known.at, chosen.poll_interval_seconds)
        if wait > 0:
            note = f"The driver failed {known.past.failures} times in a row; the next attempt is in {wait:.0f} s."
            return _row(container, judged, Outcome(done=False, note=note), error)
        outcome, error = await _apply(container, driver, judged)
        if judged.decision.action == REPLACE and not outcome.done and error is None:
            return await _without_the_silent(container, driver, judged, outcome.note)
    return _row(container, judged, outcome, error)


async def _without_the_silent(
    container: Container, driver: ScalingDriver, judged: Judged, note: str
) -> AutoscalerSample:
    """Decide once more: that this platform cannot replace somebody must not keep his queue from getting others."""
    limits = container.settings.autoscaler.limits_of(Queue(judged.seen.queue))
    decision = decide(replace(judged.seen, silent=()), limits, judged.room)
    told = f"{judged.decision.reason} {note} {decision.reason}".replace("  ", " ")
    again = replace(judged, decision=replace(decision, reason=told))
    if decision.action == HOLD:
        return _row(container, again, Outcome(done=False), None)
    outcome, error = await _apply(container, driver, again)
    return _row(container, again, outcome, error)


async def _judge(
    container: Container,
    driver: ScalingDriver,
    queue: Queue,
    known: Known,
) -> tuple[Judged, str | None]:
    chosen, role, now = container.settings.autoscaler, ROLES[queue], known.at
    facts, past = known.facts, known.past
    crew = read_crew(queue, role, known.beats, now)
    needs_devices = queue is Queue.GPU_AI
    counted, devices, error = None, chosen.gpu_devices, None
    try:
        counted = await driver.workers(role, crew.alive)
        if needs_devices and devices is None:
            devices = await driver.devices()
    except Exception as problem:
        error = _told(problem)
    workers = counted.count if counted else past.expected(len(crew.alive), now, chosen.cooldown_seconds)
    seen = Seen(
        queue=queue.value,
        role=role,
        depth=facts.depth,
        running=facts.running,
        arrivals=facts.arrivals,
        oldest_seconds=max(0.0, (now - facts.oldest_since).total_seconds()) if facts.oldest_since else 0.0,
        wait_seconds=facts.wait_seconds,
        run_seconds=facts.run_seconds,
        cpu=crew.cpu if known.machine_cpu is None else known.machine_cpu,
        alive=len(crew.alive),
        silent=crew.silent,
        slots=crew.slots,
        workers=workers,
    )
    room = Room(
        is_paused=facts.is_paused,
        needs_devices=needs_devices,
        devices=devices,
        machine_cpu=known.machine_cpu,
        cpu_ceiling=chosen.cpu_ceiling,
        fixed=counted.fixed if counted else 0,
        since_change=past.since_change(now),
        since_in=past.since_in(now),
    )
    decision = decide(seen, chosen.limits_of(queue), room)
    return Judged(now, seen, room, decision), error


async def _apply(container: Container, driver: ScalingDriver, judged: Judged) -> tuple[Outcome, str | None]:
    seen, decision = judged.seen, judged.decision
    change = Change(
        id=str(container.ids.new()),
        role=seen.role,
        queue=seen.queue,
        action=decision.action,
        before=seen.workers,
        after=decision.desired,
        reason=decision.reason,
        silent=seen.silent if decision.action == REPLACE else (),
    )
    try:
        outcome = await driver.apply(change)
        if outcome.done:
            log.info("autoscaler.scaled", queue=seen.queue, workers=decision.desired, reason=decision.reason)
            for worker_id in change.silent:
                await forget_worker(container.kv, worker_id)
    except Exception as problem:
        return Outcome(done=False), _told(problem)
    return outcome, None


def _told(problem: Exception) -> str:
    """Say what a driver raised; a bug of its own is logged with its trace, and stops no other queue."""
    if not isinstance(problem, AppError | OSError | TimeoutError):
        log.exception("autoscaler.driver_bug", exc_info=problem)
    else:
        log.warning("autoscaler.driver_failed", error=str(problem)[:_LONGEST_ERROR])
    return (str(problem) or type(problem).__name__)[:_LONGEST_ERROR]


def _row(container: Container, judged: Judged, outcome: Outcome, error: str | None) -> AutoscalerSample:
    seen, decision = judged.seen, judged.decision
    chosen = container.settings.autoscaler
    reason = f"{decision.reason} {outcome.note}" if outcome.note else decision.reason
    return AutoscalerSample(
        at=judged.at,
        queue=seen.queue,
        role=seen.role,
        depth=seen.depth,
        running=seen.running,
        arrivals=seen.arrivals,
        oldest_seconds=round(seen.oldest_seconds, 3),
        wait_seconds=seen.wait_seconds,
        run_seconds=seen.run_seconds,
        cpu=seen.cpu,
        alive=seen.alive,
        unresponsive=len(seen.silent),
        slots=seen.slots,
        workers=seen.workers,
        desired=decision.desired,
        action=decision.action,
        reason=reason[:2000],
        is_enabled=chosen.enabled,
        driver=chosen.driver,
        is_applied=outcome.done,
        error=error,
    )


def _effect(row: AutoscalerSample) -> Effect:
    return Effect(
        action="workers.replaced" if row.action == REPLACE else "workers.scaled",
        subject="queue",
        subject_id=row.queue,
        before={"workers": row.workers},
        after={"workers": row.desired, "role": row.role, "driver": row.driver, "reason": row.reason},
    )
