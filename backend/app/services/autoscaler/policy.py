"""How many workers a queue should have, and why (pure): what was seen goes in, a decision and its sentence come out."""

from dataclasses import dataclass

from app.config.autoscaler import QueueLimits

OUT, IN, HOLD, REPLACE = "out", "in", "hold", "replace"


@dataclass(frozen=True, slots=True)
class Seen:
    """One queue at one look. Durations are seconds, `cpu` is percent; None: not known."""

    queue: str
    role: str
    depth: int = 0
    running: int = 0
    arrivals: int = 0
    oldest_seconds: float = 0.0
    wait_seconds: float | None = None
    run_seconds: float | None = None
    cpu: float | None = None
    alive: int = 0
    silent: tuple[str, ...] = ()
    slots: int = 0
    workers: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """What stands in the way, whatever the queue needs.

    `devices` is set for GPU queues only, `machine_cpu` only where workers share one machine, whose processors may be
    busy up to `cpu_ceiling` percent. `fixed` workers are not ours to stop. `since_change`, `since_in`: seconds since
    any worker came or went, and since one went; None: not lately.
    """

    is_paused: bool = False
    needs_devices: bool = False
    devices: int | None = None
    machine_cpu: float | None = None
    cpu_ceiling: float = 90.0
    fixed: int = 0
    since_change: float | None = None
    since_in: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, how many workers there should be then, and why."""

    action: str
    desired: int
    reason: str


def decide(seen: Seen, limits: QueueLimits, room: Room) -> Decision:
    """Decide about one queue."""
    least, most, cap = _bounds(limits, room)
    here = f"{_workers(seen.workers)} for {seen.queue}"
    if room.is_paused:
        return Decision(HOLD, seen.workers, f"{here}: the queue is paused, so nothing changes.")
    if seen.silent:
        silent = _count(len(seen.silent), "worker has", "workers have")
        return Decision(
            REPLACE, seen.workers, f"{here}: {silent} not been heard for 120 s, so they are replaced by new ones."
        )
    if seen.workers < least:
        return Decision(OUT, least, f"{here}: fewer than the minimum of {least}, so up to that.")
    if seen.workers > most:
        if seen.workers <= room.fixed:
            return Decision(HOLD, seen.workers, f"{here}: more than {most}{cap}, but none is the autoscaler's to stop.")
        return Decision(IN, seen.workers - 1, f"{here}: more than the maximum of {most}{cap}, so one less.")
    pressure = _pressure(seen, limits)
    if pressure:
        return _out(seen, limits, room, f"{here}: {pressure}")
    return _in_or_hold(seen, limits, room, here)


def _bounds(limits: QueueLimits, room: Room) -> tuple[int, int, str]:
    """Work out the fewest and the most workers, and what caps the latter."""
    least, most, cap = limits.least, limits.most, ""
    if room.needs_devices:
        devices = room.devices or 0
        if devices < most:
            most = devices
            cap = f" ({_count(devices, 'GPU device')})" if room.devices is not None else " (no GPU device is known)"
        least = min(least, most)
    return max(least, min(room.fixed, most)), most, cap


def _pressure(seen: Seen, limits: QueueLimits) -> str:
    """Say why more workers are needed; empty when they are not."""
    waiting = _count(seen.depth, "job waits", "jobs wait")
    aged = f"the oldest has waited {_seconds(seen.oldest_seconds)}"
    too_old = 0 < limits.longest_wait < seen.oldest_seconds and seen.depth > 0
    if seen.depth > limits.out_above and too_old:
        return f"{waiting} (more than {limits.out_above}) and {aged}"
    if seen.depth > limits.out_above:
        return f"{waiting} (more than {limits.out_above}), {aged}"
    if too_old:
        return f"{waiting} and {aged} (more than {_seconds(limits.longest_wait)})"
    return ""


def _out(seen: Seen, limits: QueueLimits, room: Room, why: str) -> Decision:
    _, most, cap = _bounds(limits, room)
    if seen.workers >= most:
        return Decision(HOLD, seen.workers, f"{why}, but {most} is the maximum{cap}.")
    if room.machine_cpu is not None and room.machine_cpu > room.cpu_ceiling:
        return Decision(
            HOLD,
            seen.workers,
            f"{why}, but this machine's processors are {room.machine_cpu:.0f} % busy "
            f"(more than {room.cpu_ceiling:g} %), so another worker here would not help.",
        )
    if room.since_in is not None and room.since_in < limits.cooldown:
        left = limits.cooldown - room.since_in
        return Decision(
            HOLD,
            seen.workers,
            f"{why}, but one went {_seconds(room.since_in)} ago, so none comes for another {_seconds(left)}.",
        )
    return Decision(OUT, seen.workers + 1, f"{why}, so one more, up to {most}{cap}.")


def _in_or_hold(seen: Seen, limits: QueueLimits, room: Room, here: str) -> Decision:
    least, _, _ = _bounds(limits, room)
    waiting = _count(seen.depth, "job waits", "jobs wait")
    if seen.depth >= limits.in_below:
        return Decision(
            HOLD,
            seen.workers,
            f"{here}: {waiting}, between {limits.in_below} and {limits.out_above}, so nothing changes.",
        )
    calm = f"{here}: {waiting} (fewer than {limits.in_below})"
    if seen.workers <= least:
        return Decision(HOLD, seen.workers, f"{calm} and {least} is the minimum, so nothing changes.")
    if room.since_change is not None and room.since_change < limits.cooldown:
        left = limits.cooldown - room.since_change
        return Decision(
            HOLD,
            seen.workers,
            f"{calm}, but the last change was {_seconds(room.since_change)} ago, "
            f"so none goes for another {_seconds(left)}.",
        )
    per_worker = seen.slots / seen.alive if seen.alive else 1.0
    if seen.running + seen.depth > per_worker * (seen.workers - 1):
        return Decision(
            HOLD,
            seen.workers,
            f"{calm}, but {_count(seen.running, 'job runs', 'jobs run')}, which one worker less could not hold.",
        )
    return Decision(
        IN, seen.workers - 1, f"{calm}, so one less, down to {least}; it finishes or hands back what it does."
    )


def _workers(number: int) -> str:
    return _count(number, "worker")


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 10 or value == int(value) else f"{value:.1f} s"
