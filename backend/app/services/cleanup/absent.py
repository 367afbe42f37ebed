"""Tasks whose subject this version does not have: they run, and say so."""

from app.services.cleanup.items import Task


class Absent(Task):
    """A task that has nothing to look at yet."""

    destructive = False


class CanvasMediaGc(Absent):
    """Media of boards."""

    name = "canvas_media_gc"
    description = "Deletes media that no board shows. There are no boards in this version, so it finds nothing."
    note = "There are no boards in this version: nothing to look at."


class CanvasSnapshots(Absent):
    """Snapshots of boards."""

    name = "canvas_snapshots"
    description = "Takes snapshots of boards. There are no boards in this version, so it finds nothing."
    note = "There are no boards in this version: nothing to look at."


class SignupCacheRefresh(Absent):
    """The wall of the sign-up page."""

    name = "signup_cache_refresh"
    description = "Refreshes the sign-up wall. There is no gallery in this version, so it finds nothing."
    note = "There is no gallery in this version: nothing to look at."


class MirrorPending(Absent):
    """Copies of generations."""

    name = "mirror_pending"
    description = "Mirrors pending generations. There is no gallery in this version, so it finds nothing."
    note = "There is no gallery in this version: nothing to look at."
