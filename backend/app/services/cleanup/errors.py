"""What can go wrong when something is to be cleaned up."""

from app.core.errors import Conflict, NotFound, Unavailable


class UnknownTask(NotFound):
    """There is no such task. `details.tasks` lists them."""


class UnknownSchedule(NotFound):
    """There is no such schedule. `details.schedules` lists them."""


class WarrantNotFound(NotFound):
    """There is no such warrant."""


class WarrantUnfit(Conflict):
    """This warrant cannot be executed. Plan again with a dry run."""

    code = "WARRANT_UNFIT"


class CleanupLeaseLost(Unavailable):
    """Another cleanup worker has taken over. What was not finished here goes on there."""
