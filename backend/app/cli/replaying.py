"""What `hivesync autoscaler` does, with a container of its own."""

from dataclasses import dataclass
from datetime import datetime

from app.cli.operations import opened
from app.config import load_settings
from app.core.errors import Invalid
from app.core.jobs import Queue
from app.schemas.base import in_utc
from app.services.autoscaler import history
from app.services.autoscaler.reading import read_state
from app.services.autoscaler.replay import Recording, Replay, alternative, made_up, read_recordings, replay
from app.services.autoscaler.schemas import AutoscalerOut


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to replay, and the thresholds to try, each as `out=50,max=8`."""

    since: str | None
    until: str | None
    queue: str | None
    variants: tuple[str, ...]
    demo: bool


async def read_status() -> AutoscalerOut:
    """Read what `GET /admin/autoscaler` answers."""
    async with opened() as container, container.scope(read_only=True) as scope:
        return await read_state(scope)


async def run_replays(wanted: Wanted) -> list[Replay]:
    """Replay every queue that was recorded, the busiest first."""
    settings = load_settings().autoscaler
    span = history.Span(_queue(wanted.queue), _moment(wanted.since), _moment(wanted.until))
    recordings = [made_up()] if wanted.demo else await _recorded(span)
    found = []
    for recording in recordings:
        present = settings.limits_of(Queue(recording.queue))
        others = [(text, alternative(present, text)) for text in wanted.variants]
        found.append(replay(recording, present, others))
    return found


async def _recorded(span: history.Span) -> list[Recording]:
    async with opened() as container, container.scope(read_only=True) as scope:
        return await read_recordings(scope, span)


def _queue(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return Queue.named(name).value
    except ValueError as error:
        known = ", ".join(queue.value for queue in Queue)
        raise Invalid(f"There is no queue '{name[:60]}'. Choose one of: {known}.") from error


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return in_utc(datetime.fromisoformat(text))
    except ValueError as error:
        raise Invalid(f"'{text[:60]}' is not a time. Write it as 2026-05-01 or 2026-05-01T08:30.") from error
