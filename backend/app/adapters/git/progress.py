"""Git's progress meter as one fraction and a phrase."""

import re
from dataclasses import dataclass
from typing import Final

from app.adapters.git.port import Progress

_METER = re.compile(r"(?:remote: )?([A-Z][a-z]+ [a-z]+): +([0-9]{1,3})%")
# How long each phase takes, roughly: where on the whole way it begins, and how much of it it is.
_PHASES: Final = {
    "Counting objects": (0.05, 0.05, "the server counts objects"),
    "Compressing objects": (0.10, 0.10, "the server packs objects"),
    "Receiving objects": (0.20, 0.55, "receiving objects"),
    "Resolving deltas": (0.75, 0.15, "checking objects"),
}


@dataclass
class FetchMeter:
    """Turns lines of `git fetch --progress` into calls of a Progress; never goes back, tells whole percents once."""

    tell: Progress | None
    _last: float = 0.0

    def line(self, text: str) -> None:
        """Take one line of git's standard error."""
        found = _METER.match(text)
        if found is not None and found[1] in _PHASES:
            start, share, phrase = _PHASES[found[1]]
            self.step(round(start + share * min(int(found[2]), 100) / 100, 2), phrase)

    def step(self, fraction: float, phrase: str) -> None:
        """Tell a step of our own."""
        if self.tell is not None and fraction > self._last:
            self._last = fraction
            self.tell(fraction, phrase)
