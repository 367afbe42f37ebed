"""A worker's pulse: whoever stops beating ends, so that a process that hangs is replaced and not waited for.

The timer is the interpreter's own C thread: it strikes even where a handler holds the interpreter's lock for ever.
"""

import faulthandler
import sys
from dataclasses import dataclass

# Twice the lease: by then others have every job of a loop that stands still, and its writes are fenced.
STANDS_STILL_SECONDS = 30.0
# Beside the grace period: for cancelled handlers to end, for their jobs to be handed back, for connections to close.
LEAVES_WITHIN_SECONDS = 4.5


@dataclass(slots=True)
class Pulse:
    """One process's timer. Where it strikes it writes every thread's trace and exits with status 1."""

    is_leaving: bool = False

    def beat(self) -> None:
        """Show that the loop turns."""
        if not self.is_leaving:
            self._arm(STANDS_STILL_SECONDS)

    def leave_within(self, seconds: float) -> None:
        """End the process after so long at the latest, whatever still runs; beating does not help any more."""
        self.is_leaving = True
        self._arm(seconds)

    def stop(self) -> None:
        """Strike no more."""
        faulthandler.cancel_dump_traceback_later()

    def _arm(self, seconds: float) -> None:
        # Standard error has no file where a test captures it; then there is nowhere to tell of the end.
        try:
            faulthandler.dump_traceback_later(seconds, exit=True, file=sys.__stderr__ or sys.stderr)
        except (OSError, ValueError, AttributeError):
            return
