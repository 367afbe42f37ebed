"""Where the peers of the job benchmark are installed: a folder of its own, behind everything of the product's."""

import sys

from benchmarks.harness import ROOT

FOLDER = ROOT / ".venv" / "bench"


def find_peers() -> None:
    """Let the peers be imported; what the product has already is taken from there."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
