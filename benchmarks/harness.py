"""What every benchmark shares: options, figures with goals, interleaved rounds, one table and one JSON shape."""

import argparse
import inspect
import json
import math
import platform
import statistics
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import uvloop
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]

Better = Literal["less", "more"]


@dataclass(frozen=True, slots=True)
class Options:
    """How thoroughly to measure. `quick` is for trying a benchmark out: its figures mean nothing."""

    rounds: int = 5
    quick: bool = False

    def size(self, full: int, *, quick: int) -> int:
        """Choose a size."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on the ratio of ours to the peer, or on our own value in the figure's unit."""

    bound: float
    on: Literal["ratio", "value"] = "ratio"

    def is_met(self, figure: "Figure") -> bool | None:
        """Say whether a figure keeps it; None when there is no ratio."""
        reached = figure.ratio if self.on == "ratio" else figure.ours
        if reached is None:
            return None
        return reached <= self.bound if figure.better == "less" else reached >= self.bound

    def text(self, figure: "Figure") -> str:
        """Say it in a few characters."""
        sign = "≤" if figure.better == "less" else "≥"
        return f"{sign} {self.bound:g}x" if self.on == "ratio" else f"{sign} {_amount(self.bound, figure.unit)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. The ratio is ours / peer, the median over rounds where the rounds are given."""

    what: str
    unit: str
    better: Better
    ours: float
    peer: float | None = None
    peer_name: str = ""
    goal: Goal | None = None
    ratio: float | None = None
    ours_rounds: Sequence[float] = ()
    peer_rounds: Sequence[float] = ()
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Say whether the goal is reached; None without a goal."""
        return self.goal.is_met(self) if self.goal else None


def compare(
    what: str,
    unit: str,
    better: Better,
    *,
    ours: Sequence[float],
    peer: Sequence[float] = (),
    peer_name: str = "",
    goal: Goal | None = None,
    note: str = "",
) -> Figure:
    """Make a figure of the rounds of both sides: medians, and the median of the rounds' ratios."""
    ratios = [one / other for one, other in zip(ours, peer, strict=False) if other]
    return Figure(
        what=what,
        unit=unit,
        better=better,
        ours=statistics.median(ours),
        peer=statistics.median(peer) if peer else None,
        peer_name=peer_name,
        goal=goal,
        ratio=statistics.median(ratios) if ratios else None,
        ours_rounds=tuple(ours),
        peer_rounds=tuple(peer),
        note=note,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


async def interleave(
    rounds: int, sides: Mapping[str, Callable[[], Awaitable[float]]], *, say: str = ""
) -> dict[str, list[float]]:
    """Measure every side once a round, in turns that begin with another side each time, so that drift hits all."""
    measured: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        order = list(sides)[:: 1 if number % 2 == 0 else -1]
        for name in order:
            value = await sides[name]()
            progress(f"{say} round {number + 1}/{rounds}: {name} {value:.4g}")
            measured[name].append(value)
    return measured


def progress(text: str) -> None:
    """Tell whoever watches, on stderr."""
    sys.stderr.write(f"  · {text.strip()}\n")
    sys.stderr.flush()


@dataclass(slots=True)
class Result:
    """What one benchmark gave: figures, and what was left out and why."""

    benchmark: str
    figures: list[Figure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The shape of `results.json`."""
        return {
            "benchmark": self.benchmark,
            "skipped": self.skipped,
            "figures": [_figure_json(figure) for figure in self.figures],
        }


Measure = Callable[[Options, Result], Awaitable[None] | None]


def options_parser(description: str) -> argparse.ArgumentParser:
    """The options that every script takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=_positive, default=5, metavar="N", help="interleaved rounds (default 5)")
    parser.add_argument("--quick", action="store_true", help="one tiny round: shows that it runs, measures nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    return parser


def read_options(given: argparse.Namespace) -> Options:
    """Turn parsed arguments into options; `--quick` is one round."""
    return Options(rounds=1 if given.quick else given.rounds, quick=given.quick)


def main(name: str, measure: Measure, *, description: str) -> None:
    """Run one benchmark alone: `measure(options, result)` fills the result, which is shown and written."""
    given = options_parser(description).parse_args()
    result = Result(name)
    done = measure(read_options(given), result)
    if inspect.iscoroutine(done):
        # As the product's own processes do.
        uvloop.run(done)
    show([result], read_options(given))
    if given.json:
        write_json(given.json, [result.as_json()], read_options(given))


def show(results: Sequence[Result], options: Options) -> None:
    """Print the table, then what was skipped."""
    how = "one tiny round: these figures mean nothing" if options.quick else f"medians of {options.rounds} rounds"
    table = Table(title=f"HiveSync benchmarks, {how}", title_justify="left", header_style="bold")
    for heading in ("benchmark", "what", "ours", "peer", "ratio", "goal", "met?"):
        table.add_column(heading, justify="right" if heading in ("ours", "ratio") else "left", overflow="fold")
    for result in results:
        for number, figure in enumerate(result.figures):
            table.add_row(result.benchmark if number == 0 else "", *_cells(figure))
        table.add_section()
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(table)
    for result in results:
        for reason in result.skipped:
            console.print(f"[bold yellow]SKIPPED[/] {result.benchmark}: {reason}")


def write_json(path: Path, results: Sequence[Mapping[str, Any]], options: Options) -> None:
    """Write figures for programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "quick": options.quick,
        "rounds": options.rounds,
        "results": list(results),
    }
    path.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_result(data: Mapping[str, Any]) -> Result:
    """Read back what `Result.as_json` wrote."""
    figures = []
    for item in data["figures"]:
        known = {key: value for key, value in item.items() if key not in ("goal", "goal_text", "met")}
        goal = Goal(**item["goal"]) if item["goal"] else None
        figures.append(Figure(**known, goal=goal))
    return Result(data["benchmark"], figures, list(data["skipped"]))


def _figure_json(figure: Figure) -> dict[str, Any]:
    goal = {"bound": figure.goal.bound, "on": figure.goal.on} if figure.goal else None
    return {
        "what": figure.what,
        "unit": figure.unit,
        "better": figure.better,
        "ours": figure.ours,
        "peer": figure.peer,
        "peer_name": figure.peer_name,
        "ratio": figure.ratio,
        "goal": goal,
        "goal_text": figure.goal.text(figure) if figure.goal else None,
        "met": figure.met,
        "ours_rounds": list(figure.ours_rounds),
        "peer_rounds": list(figure.peer_rounds),
        "note": figure.note,
    }


def _cells(figure: Figure) -> list[str]:
    peer = "" if figure.peer is None else f"{_amount(figure.peer, figure.unit)} [dim]{figure.peer_name}[/]"
    met = {True: "[green]yes[/]", False: "[red]NO[/]", None: ""}[figure.met]
    what = figure.what + (f" [dim]({figure.note})[/]" if figure.note else "")
    ratio = "" if figure.ratio is None else f"{figure.ratio:.3g}x"
    return [what, _amount(figure.ours, figure.unit), peer, ratio, figure.goal.text(figure) if figure.goal else "", met]


def _amount(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    return f"{number} {unit}"


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one round")
    return number
