"""What is asked for: so many jobs of mixed kinds, the same for the same seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Mix = Literal["mixed", "backlog"]

# Of every thousand jobs.
_MIXED: Mapping[str, int] = {
    "instant": 520,
    "io": 190,
    "medium": 50,
    "cpu": 50,
    "snoozing": 35,
    "failing_once": 35,
    "hopeless": 25,
    "cancelled": 25,
    "joining": 27,
    "stored": 40,
    "poison": 1,
    "hung": 2,
}
# One queue that is long for the whole run: who comes back must not stand behind it.
_BACKLOG: Mapping[str, int] = {"medium": 1000}
# These are rare, and every run has some.
_AT_LEAST: Mapping[str, int] = {"poison": 2, "hung": 2}
USERS = 4


@dataclass(frozen=True, slots=True)
class Order:
    """One job to be asked for."""

    number: int
    kind: str
    seconds: float
    user: int


def orders(jobs: int, seed: int, mix: Mix = "mixed") -> list[Order]:
    """Draw the jobs; numbers count from 0."""
    dice = random.Random(f"{seed} jobs")
    weights = _MIXED if mix == "mixed" else _BACKLOG
    kinds = dice.choices(list(weights), list(weights.values()), k=jobs)
    if mix == "mixed" and jobs >= 100:
        rare = [kind for kind, count in _AT_LEAST.items() for _ in range(count)]
        for kind, position in zip(rare, dice.sample(range(jobs), len(rare)), strict=True):
            kinds[position] = kind
    return [
        Order(number, kind, round(dice.uniform(*_SECONDS.get(kind, (0.0, 0.0))), 3), dice.randrange(USERS))
        for number, kind in enumerate(kinds)
    ]


_SECONDS: Mapping[str, tuple[float, float]] = {
    "io": (0.02, 0.1),
    "medium": (0.2, 1.0),
    "cpu": (0.02, 0.1),
    "cancelled": (0.2, 1.5),
    "joining": (0.05, 0.4),
}
