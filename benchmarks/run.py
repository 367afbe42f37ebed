"""`make bench`: runs every benchmark in a process of its own, prints one table, writes bench-out/results.json."""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import ROOT, Options, Result, options_parser, read_options, read_result, show, write_json

# In this order. A module belongs here when `python -m benchmarks.NAME --quick --json FILE` works.
BENCHMARKS = {
    "jobs": "job round trip: enqueue → start, jobs per second, against bare Dramatiq",
    "history": "what administrators ask, over 1,000,000 job rows on PostgreSQL",
    "recovery": "`kill -9` of a worker of `hivesync up` → the next start of the job it ran",
    "status": "polling a job over HTTP, against a bare Starlette route with the same query",
    "manifest": "manifest of a 10,000-file repository against `git ls-tree -r -l`, and after a 10-file change",
    "rename": "renames of the corpus that come out right, against the language server alone",
    "rename_typescript": "the same in TypeScript, against TypeScript 7's server and version 5 alone",
    "rename_speed": "renames in Django, cold, warm, after a change: time and memory, against language servers",
    "symbols": "names of 2,900 Python files, whole and after a 10-file change; search and references, against git grep",
    "previews": "a commit to a bundle through the API, against npm install and expo export",
    "workbench": "first load, a 5,000-line diff and a tree of 100,000 files in Chromium, against plain HTML",
    "startup": "command → first served page, and imports, against a FastAPI hello and an empty Python",
}
OUT = ROOT / "bench-out" / "results.json"
# A benchmark that takes longer hangs.
_LIMIT_SECONDS = 3600


def main() -> int:
    """Measure; 1 when a benchmark could not be run. A goal that is not met is shown, not an error."""
    given = _arguments()
    options = read_options(given)
    results: list[Result] = []
    failed: list[str] = []
    for name in given.only or [each for each in BENCHMARKS if importlib.util.find_spec(f"benchmarks.{each}")]:
        sys.stderr.write(f"{name}: {BENCHMARKS[name]}\n")
        result = _run(name, options)
        if result is None:
            failed.append(name)
        else:
            results.append(result)
    show(results, options)
    out: Path = given.json or OUT
    write_json(out, [result.as_json() for result in results], options)
    sys.stderr.write(f"figures: {out}\n")
    if failed:
        sys.stderr.write(f"FAILED: {', '.join(failed)}\n")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    known = "\n".join(f"  {name:<17} {what}" for name, what in BENCHMARKS.items())
    parser = options_parser(
        "Measure HiveSync beside the best peer, in one run, and show ratios.\n\n"
        f"{known}\n\n"
        "Every figure is the median of interleaved rounds. Absolute values depend on the machine, ratios much less.\n"
        "With make: make bench ARGS='--only jobs --rounds 7'. One alone: python -m benchmarks.jobs --help"
    )
    parser.add_argument(
        "--only", action="append", choices=BENCHMARKS, metavar="NAME", help="run this one; may be given several times"
    )
    given = parser.parse_args()
    missing = [name for name in given.only or () if importlib.util.find_spec(f"benchmarks.{name}") is None]
    if missing:
        parser.error(f"not there: benchmarks/{missing[0]}.py")
    return given


def _run(name: str, options: Options) -> Result | None:
    """Run one benchmark as a module; None when it fails or hangs. Its own table is left out."""
    with tempfile.TemporaryDirectory(prefix="hivesync-bench-") as folder:
        out = Path(folder) / "result.json"
        command = [sys.executable, "-m", f"benchmarks.{name}", "--rounds", str(options.rounds), "--json", str(out)]
        if options.quick:
            command.append("--quick")
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=_environment(), stdout=subprocess.DEVNULL, timeout=_LIMIT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return None
        if done.returncode or not out.exists():
            return None
        return read_result(json.loads(out.read_text(encoding="utf-8"))["results"][0])


def _environment() -> dict[str, str]:
    """The checkout's own code comes first, installed or not."""
    path = [str(ROOT / "backend"), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}


if __name__ == "__main__":
    sys.exit(main())
