"""Drivers that see nothing and do nothing by themselves: `none`, and `manual`, which tells people what to run."""

from collections.abc import Sequence

import structlog

from app.adapters.scaling.port import Change, Outcome, Workers

log = structlog.get_logger(__name__)


class NoScaling:
    """Does nothing: what it would have done is recorded by the autoscaler."""

    name = "none"
    is_slow = False

    async def workers(self, role: str, alive: Sequence[str]) -> Workers | None:
        """Only heartbeats tell."""
        return None

    async def devices(self) -> int | None:
        """Only the operator knows: AUTOSCALER_GPU_DEVICES."""
        return None

    def cpu(self) -> float | None:
        """Workers may be anywhere."""
        return None

    async def apply(self, change: Change) -> Outcome:
        """Do nothing."""
        return Outcome(done=False)

    async def close(self) -> None:
        """Nothing is open."""


class ManualScaling(NoScaling):
    """Says which command a person should run."""

    name = "manual"

    def __init__(self, command: str) -> None:
        """Fill in this template: `{role}`, `{service}`, `{workers}`."""
        self._command = command

    async def apply(self, change: Change) -> Outcome:
        """Tell people, in the log and in the sample."""
        command = self._command.format(role=change.role, service=change.service, workers=change.after)
        if change.action == "replace":
            command = f"stop {', '.join(change.silent)}; {command}"
        log.warning("autoscaler.advice", queue=change.queue, command=command, reason=change.reason)
        return Outcome(done=False, note=f"Run: {command}")
