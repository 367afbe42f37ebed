"""The verdict, from outside: the notes that nobody can break, the effects' table, the moves that a trigger wrote."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.jobs import MOVES as LEGAL
from app.core.jobs import JobStatus

Line = Mapping[str, Any]
# Attempts that end in any of these have a next one, if there is one, for reasons of their own.
_ENDS = ("end", "fenced", "stopped", "raised")
# From the fault, or from the service's return, to the affected job's next start. A lease is 15 s.
LIMITS: Mapping[str, float] = {
    "kill": 3, "lost": 17, "stop": 17, "term": 2, "producer": 3, "redis_restart": 5, "flush": 5, "redis_away": 5,
    "pg_restart": 10, "pg_terminate": 10,
}  # fmt: skip
# While a leader's lease has to run out, or a service is away, nobody repairs anything.
_NOBODY_REPAIRS_SECONDS = 12.0
_HIDES_REPAIRS = ("leader", "redis_away", "pg_restart", "redis_restart", "pg_terminate")
# When it was struck, how long it took, what it was.
_Sample = tuple[float, float, str]
_DIE = {"poison": "failed", "hung": "failed", "hopeless": "failed"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended."""

    job_id: str
    number: int
    kind: str
    status: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All there is to judge by."""

    lines: Sequence[Line]
    jobs: Mapping[str, Ended]
    effects: Sequence[str]
    moves: Sequence[Mapping[str, Any]]
    # When the queue was first told of each job, as its row says: a moment after it was.
    pushes: Mapping[str, float]
    orphans: Mapping[str, int]
    asked: int


@dataclass(slots=True)
class Verdict:
    """What the table shows."""

    jobs: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrongly_dead: list[str] = field(default_factory=list)
    illegal: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    orphans: dict[str, int] = field(default_factory=dict)
    recoveries: dict[str, list[float]] = field(default_factory=dict)
    # Those of them in whose way no service was away and no leader's lease had to run out.
    undisturbed: dict[str, list[float]] = field(default_factory=dict)
    fenced: int = 0
    repeated: int = 0
    refused: int = 0

    @property
    def broken(self) -> list[str]:
        """Name the invariants that did not hold."""
        found = [
            name for name in ("lost", "duplicated", "wrongly_dead", "illegal", "forgotten", "slow")
            if getattr(self, name)
        ]  # fmt: skip
        return [*found, *(["orphans"] if any(self.orphans.values()) else [])]


def judge(evidence: Evidence) -> Verdict:
    """Hold every invariant against the evidence."""
    lines = evidence.lines
    verdict = Verdict(jobs=len(evidence.jobs), orphans=dict(evidence.orphans))
    verdict.faults = dict(Counter(line["kind"] for line in lines if line["what"] == "fault"))
    verdict.fenced = sum(line["what"] == "fenced" for line in lines)
    verdict.repeated = sum(line["what"] == "repeated" for line in lines)
    verdict.refused = sum(line["requests"] for line in lines if line["what"] == "store_failed")
    effects = Counter(evidence.effects)
    verdict.duplicated = sorted(key for key, count in effects.items() if count > 1)
    applied = {line["key"] for line in lines if line["what"] == "applied"}
    verdict.forgotten = sorted(applied - effects.keys())
    acked = {line["n"]: line["job"] for line in lines if line["what"] == "acked"}
    for number in range(evidence.asked):
        job = evidence.jobs.get(acked.get(number, ""))
        if job is None or not JobStatus(job.status).is_final:
            verdict.lost.append(f"{number}: {job.status if job else 'no row'}")
        elif job.status == "success" and f"{job.number}:done" not in effects:
            verdict.lost.append(f"{number}: no effect")
    for job in evidence.jobs.values():
        right = ("success", "cancelled") if job.kind == "cancelled" else (_DIE.get(job.kind, "success"),)
        if JobStatus(job.status).is_final and job.status not in right:
            verdict.wrongly_dead.append(f"{job.number} {job.kind}: {job.status} {job.why}".rstrip())
    verdict.illegal = _illegal(evidence.moves)
    _recoveries(verdict, lines, evidence.pushes)
    return verdict


def _illegal(moves: Sequence[Mapping[str, Any]]) -> list[str]:
    found = []
    epochs: dict[str, int] = {}
    for move in moves:
        old, new = JobStatus(move["old"]), JobStatus(move["new"])
        # Nobody brings a job back in these runs.
        legal = old is new or (new in LEGAL[old] and not old.is_final)
        monotone = epochs.get(move["job_id"], 0) <= move["new_epoch"] >= move["old_epoch"]
        claimed = new is not JobStatus.RUNNING or old is new or move["new_epoch"] == move["old_epoch"] + 1
        bounded = move["attempt"] <= move["max_attempts"]
        if not (legal and monotone and claimed and bounded):
            found.append(f"{move['job_id']}: {old}→{new}, epoch {move['old_epoch']}→{move['new_epoch']}")
        epochs[move["job_id"]] = move["new_epoch"]
    return found


def _recoveries(verdict: Verdict, lines: Sequence[Line], pushes: Mapping[str, float]) -> None:
    """Measure from each fault to the restart of what it hit."""
    faults = [line for line in lines if line["what"] in ("fault", "healed")]
    begins: dict[str, list[Line]] = defaultdict(list)
    by_worker: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line["what"] == "begin":
            begins[line["job"]].append(line)
        if "epoch" in line:
            by_worker[line["worker"]].append(line)
    samples: dict[str, list[_Sample]] = defaultdict(list)
    for fault in faults:
        if fault["what"] == "healed":
            samples[fault["kind"]] += _first_after(lines, fault)
        elif fault["kind"] in ("kill", "lost", "stop", "term"):
            samples[fault["kind"]] += _restarts(by_worker[fault["worker"]], begins, fault)
    samples["producer"] += _staged_by_the_dead(lines, faults, begins, pushes)
    hidden = [fault["at"] for fault in faults if fault["kind"] in _HIDES_REPAIRS]
    away = [(fault["at"], fault["at"] + fault["seconds"]) for fault in faults if "seconds" in fault]
    for kind, found in samples.items():
        if not found:
            continue
        verdict.recoveries[kind] = sorted(seconds for _, seconds, _ in found)
        verdict.undisturbed[kind] = sorted(taken for at, taken, _ in found if not _near(at, taken, hidden))
        slow = [
            f"{name}: {seconds:.1f} s" for at, seconds, name in found
            if seconds > LIMITS[kind] + _excused(at, seconds, hidden, away)
        ]  # fmt: skip
        if len(slow) > 0.05 * len(found):
            verdict.slow += slow


def _first_after(lines: Sequence[Line], healed: Line) -> list[_Sample]:
    after = (line["at"] for line in lines if line["what"] == "begin" and line["at"] > healed["at"])
    first = next(after, None)
    return [] if first is None else [(healed["at"], first - healed["at"], healed["kind"])]


def _restarts(lines: Sequence[Line], begins: Mapping[str, list[Line]], fault: Line) -> list[_Sample]:
    found = []
    kind, at = fault["kind"], fault["at"]
    for hit in _hit(lines, at, kind):
        again = next((each for each in begins[hit["job"]] if each["epoch"] > hit["epoch"] and each["at"] > at), None)
        if again is not None:
            since = hit["at"] if kind == "term" else at
            found.append((at, again["at"] - since, f"{kind} of {fault['worker']}, job {hit['n']}"))
    return found


def _staged_by_the_dead(
    lines: Sequence[Line], faults: Sequence[Line], begins: Mapping[str, list[Line]], pushes: Mapping[str, float]
) -> list[_Sample]:
    """From the death to the push, or the start where that comes first: its turn in a long queue is no recovery."""
    found = []
    struck = [fault["at"] for fault in faults if fault["kind"] == "producer"]
    for line in lines:
        if line["what"] != "acked" or not line.get("late"):
            continue
        known = [*(each["at"] for each in begins[line["job"]][:1]), *filter(None, [pushes.get(line["job"])])]
        at = max((moment for moment in struck if moment < line["at"]), default=None)
        if known and at is not None:
            found.append((at, max(0.0, min(known) - at), f"producer, job {line['n']}"))
    return found


def _excused(at: float, seconds: float, hidden: Sequence[float], away: Sequence[tuple[float, float]]) -> float:
    """How much longer a recovery may take: for a leader's lease, and for as long as Redis was away meanwhile."""
    outages = sum(max(0.0, min(at + seconds, until) - max(at, since)) for since, until in away)
    return outages + (_NOBODY_REPAIRS_SECONDS if _near(at, seconds, hidden) else 0)


def _near(at: float, seconds: float, moments: Sequence[float]) -> bool:
    return any(at - _NOBODY_REPAIRS_SECONDS < moment < at + seconds for moment in moments)


def _hit(lines: Sequence[Line], at: float, kind: str) -> list[Line]:
    """The attempts that a worker had not ended when it was struck; of one told to go, those it gave back."""
    if kind == "term":
        return [line for line in lines if line["what"] == "stopped" and line["at"] > at]
    ended = {(line["job"], line["epoch"]) for line in lines if line["what"] in _ENDS and line["at"] <= at}
    return [
        line for line in lines
        if line["what"] == "begin" and line["at"] <= at and (line["job"], line["epoch"]) not in ended
    ]  # fmt: skip


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the sorted values do not exceed."""
    return values[min(len(values) - 1, round(share * (len(values) - 1)))]


def table(verdict: Verdict) -> str:
    """Write the verdict for people."""
    rows: list[tuple[str, object]] = [
        ("jobs", verdict.jobs),
        ("faults", sum(verdict.faults.values())),
        *((f"  {kind}", count) for kind, count in sorted(verdict.faults.items())),
        ("lost", len(verdict.lost)),
        ("duplicated effects", len(verdict.duplicated)),
        ("wrongly dead", len(verdict.wrongly_dead)),
        ("illegal moves", len(verdict.illegal)),
        ("forgotten commits", len(verdict.forgotten)),
        ("late writes fenced", verdict.fenced),
        ("repeats refused", verdict.repeated),
        ("failed by the store", verdict.refused),
        ("recovered", sum(len(values) for values in verdict.recoveries.values())),
    ]
    for kind, values in sorted(verdict.recoveries.items()):
        figures = ", ".join(
            f"{name} {percentile(values, p):.1f}" for name, p in (("p50", 0.5), ("p95", 0.95), ("max", 1))
        )
        calm = verdict.undisturbed.get(kind, [])
        alone = f"; {len(calm)} undisturbed: p95 {percentile(calm, 0.95):.1f} s" if calm else ""
        rows.append((f"  {kind}", f"{len(values)}: {figures} s (limit {LIMITS[kind]} s){alone}"))
    slowest = max((values[-1] for values in verdict.recoveries.values()), default=0.0)
    rows += [
        ("slowest recovery", f"{slowest:.1f} s"),
        *((f"orphans: {name}", n) for name, n in verdict.orphans.items()),
    ]
    rows.append(("verdict", f"BROKEN: {', '.join(verdict.broken)}" if verdict.broken else "every invariant held"))
    return "\n".join(f"{name:<24} {value}" for name, value in rows)
