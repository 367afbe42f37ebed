"""What can go wrong when somebody asks about a job."""

from app.core.errors import Conflict, Forbidden, NotFound


class JobNotFound(NotFound):
    """There is no such job, or you may not see it."""


class JobFinished(Conflict):
    """This job has ended already; there is nothing left to cancel."""


class NotYourJob(Forbidden):
    """Only whoever asked for a job, maintainers of its project and administrators may cancel it."""
