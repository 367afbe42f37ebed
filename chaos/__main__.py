"""`python -m chaos`: run jobs under faults, print what became of them; 1 when an invariant broke."""

import argparse
import asyncio
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict

from chaos.faults import NAMES
from chaos.judge import table
from chaos.run import MUTANTS, Options, run


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None, help="drawn, and printed, when left out")
    parser.add_argument("--workers", type=int, default=6, help="worker processes; roles in turn")
    parser.add_argument("--minutes", type=float, default=12, help="what is not done by then is lost")
    parser.add_argument("--faults", default=",".join(NAMES), help=f"of: {', '.join(NAMES)}")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    parser.add_argument("--mutant", choices=MUTANTS, default="", help="break the product on purpose")
    parser.add_argument("--mix", choices=("mixed", "backlog"), default="mixed")
    parser.add_argument("--every", type=float, default=1.5, help="seconds between faults, on average")
    parser.add_argument("--json", action="store_true", help="the verdict as JSON on stdout, progress on stderr")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Run once."""
    given = options(arguments)
    faults = tuple(name for name in given.faults.split(",") if name)
    unknown = set(faults) - set(NAMES)
    if unknown:
        sys.stderr.write(f"There is no fault called {', '.join(sorted(unknown))}. Known: {', '.join(NAMES)}\n")
        return 2
    seed = random.SystemRandom().randrange(10_000) if given.seed is None else given.seed
    wanted = Options(
        jobs=given.jobs, seed=seed, workers=given.workers, minutes=given.minutes, faults=faults,
        database=given.database, mutant=given.mutant, mix=given.mix, every=given.every,
    )  # fmt: skip
    verdict = asyncio.run(run(wanted))
    if given.json:
        sys.stdout.write(json.dumps({**asdict(verdict), "broken": verdict.broken, "seed": seed}) + "\n")
    else:
        sys.stdout.write(f"\n{table(verdict)}\nseed                     {seed}\n")
    for name in verdict.broken:
        examples = getattr(verdict, name)
        sys.stderr.write(f"{name}: {json.dumps(examples if isinstance(examples, dict) else examples[:10])}\n")
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
