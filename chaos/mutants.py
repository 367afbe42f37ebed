"""`python -m chaos.mutants`: break the product in one way at a time, and see that each is caught for what it is."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chaos.plan import Mix
from chaos.run import Options, run


@dataclass(frozen=True, slots=True)
class Trap:
    """The run that shows a mutant, and what it breaks there."""

    breaks: str
    faults: tuple[str, ...]
    mix: Mix = "mixed"
    jobs: int = 150
    every: float = 1.0
    calm_seconds: float = 10.0


TRAPS: Mapping[str, Trap] = {
    "no_sweep": Trap("lost", ("kill", "flush")),
    "redis_only": Trap("lost", ("kill", "redis_restart")),
    "no_idempotence": Trap("duplicated", ("kill",), mix="backlog", jobs=250),
    "no_fence": Trap("duplicated", ("stop",), mix="backlog", jobs=300, calm_seconds=25.0),
    "rescue_tail": Trap("slow", ("kill",), mix="backlog", jobs=300),
}


async def catch(name: str, *, seed: int, database: Literal["sqlite", "postgres"]) -> tuple[bool, str]:
    """Run one; say whether it was caught, and what was seen."""
    trap = TRAPS[name]
    verdict = await run(
        Options(
            jobs=trap.jobs, seed=seed, workers=4, minutes=2, faults=trap.faults, database=database, mutant=name,
            mix=trap.mix, every=trap.every, calm_seconds=trap.calm_seconds,
        )
    )  # fmt: skip
    seen = getattr(verdict, trap.breaks)
    return bool(seen), f"{name:<16} {trap.breaks}: {len(seen)} after {sum(verdict.faults.values())} faults"


def main(arguments: Sequence[str]) -> int:
    """Run all, or those named."""
    parser = argparse.ArgumentParser(prog="python -m chaos.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", default=[], metavar="NAME", help=", ".join(TRAPS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    given = parser.parse_args(arguments)
    missed = 0
    for name in given.names or TRAPS:
        caught, seen = asyncio.run(catch(name, seed=given.seed, database=given.database))
        sys.stdout.write(f"{seen}: {'caught' if caught else 'NOT CAUGHT'}\n")
        sys.stdout.flush()
        missed += not caught
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
