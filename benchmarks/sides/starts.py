"""What both worker sides of the job benchmark share: when handlers started, told in lines on stdout."""

import json
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Starts:
    """Gathers (number, monotonic nanoseconds) from handlers and tells the driver once enough have started."""

    expected: int = 0
    _seen: list[tuple[int, int]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, number: int) -> None:
        """Call this first in the handler, from any thread."""
        moment = time.monotonic_ns()
        with self._lock:
            self._seen.append((number, moment))
            if len(self._seen) != self.expected:
                return
            seen, self._seen = self._seen, []
        _say(seen)

    def serve(self) -> None:
        """Obey the driver until its end of the pipe closes."""
        _say("ready")
        for line in sys.stdin:
            with self._lock:
                self.expected = int(json.loads(line)["expect"])
                self._seen = []
            _say("waiting")


def _say(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


# One process notes the starts of all its handlers.
STARTS = Starts()
