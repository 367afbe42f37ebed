"""Cron lines of five fields, in UTC."""

import re
from datetime import UTC, datetime

from app.core.errors import Invalid

_LONGEST = 100
# Names of days and months, numbers, and what joins them: nothing else reaches the parser.
_FIELDS = re.compile(r"[0-9A-Za-z*/,#-]+(?: [0-9A-Za-z*/,#-]+){4}")


class CronRefused(Invalid):
    """That is not a cron line: minute, hour, day of month, month, day of week, in UTC (`15 3 * * *`)."""


def check_cron(line: str) -> str:
    """Return a line with single blanks between its fields, or raise CronRefused; also for one that never comes."""
    tidy = " ".join(line.split())
    if len(tidy) > _LONGEST or not _FIELDS.fullmatch(tidy):
        raise CronRefused(cron=line[:_LONGEST])
    next_run(tidy, datetime(2024, 1, 1, tzinfo=UTC))
    return tidy


def next_run(line: str, after: datetime) -> datetime:
    """Find the first moment after `after`; CronRefused when there is none within fifty years."""
    # Only the scheduler and administrators' requests pay for the import.
    from cronsim import CronSim, CronSimError  # noqa: PLC0415

    try:
        return next(CronSim(line, after.astimezone(UTC)))
    except (CronSimError, StopIteration) as error:
        raise CronRefused(cron=line[:_LONGEST]) from error


def next_runs(line: str, after: datetime, count: int) -> list[datetime]:
    """Find the first few moments after `after`, fewer where there are no more; CronRefused when there is none."""
    found = [next_run(line, after)]
    while len(found) < count:
        try:
            found.append(next_run(line, found[-1]))
        except CronRefused:
            break
    return found
