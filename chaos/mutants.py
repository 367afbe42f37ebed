"""`python -m chaos.mutants`: break the product in one way at a time, and see that each is caught for what it is.

The same run without the mutant is the control: there the same invariant must hold.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chaos.run import Options, run


@dataclass(frozen=True, slots=True)
class Trap:
    """The run that shows a mutant, and what it breaks there."""

    breaks: str
    faults: tuple[str, ...]
    jobs: int = 150
    every: float = 3.0
    calm_seconds: float = 15.0


# All on one queue that everybody serves, and without poison: nothing but the mutant may keep a job from its end.
TRAPS: Mapping[str, Trap] = {
    "no_sweep": Trap("lost", ("kill", "flush")),
    "redis_only": Trap("lost", ("kill", "redis_restart")),
    "no_idempotence": Trap("duplicated", ("kill",), jobs=150),
    # Long enough that a job is run by another before he comes back who stood still with it.
    "no_fence": Trap("duplicated", ("stop",), jobs=300, every=4.0, calm_seconds=25.0),
    "rescue_tail": Trap("slow", ("kill",), jobs=400, every=2.0),
}


async def seen(name: str, *, mutant: str, seed: int, database: Literal["sqlite", "postgres"]) -> tuple[int, int, str]:
    """Run a mutant's trap; return how often what it breaks was broken, the number of faults, the slowest recovery."""
    trap = TRAPS[name]
    verdict = await run(
        Options(
            jobs=trap.jobs, seed=seed, workers=4, minutes=2.5, faults=trap.faults, database=database, mutant=mutant,
            mix="backlog", every=trap.every, calm_seconds=trap.calm_seconds,
        )
    )  # fmt: skip
    slowest = max((values[-1] for values in verdict.recoveries.values()), default=0.0)
    return len(getattr(verdict, trap.breaks)), sum(verdict.faults.values()), f"{slowest:.1f} s"


def main(arguments: Sequence[str]) -> int:
    """Run all, or those named."""
    parser = argparse.ArgumentParser(prog="python -m chaos.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", default=[], metavar="NAME", help=", ".join(TRAPS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args(arguments)
    missed = 0
    row = "{:<16} {:<12} {:>8} {:>8} {:>10}  {}\n"
    sys.stdout.write(row.format("mutant", "breaks", "times", "faults", "slowest", "control"))
    for name in given.names or TRAPS:
        times, faults, slowest = asyncio.run(seen(name, mutant=name, seed=given.seed, database=given.database))
        control, struck, usual = asyncio.run(seen(name, mutant="", seed=given.seed, database=given.database))
        told = f"{control} times after {struck} faults, slowest {usual}"
        sys.stdout.write(row.format(name, TRAPS[name].breaks, times, faults, slowest, told))
        sys.stdout.write("" if times and not control else f"{name} was NOT told from a product that is whole\n")
        sys.stdout.flush()
        missed += not times or bool(control)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
