#!/usr/bin/env python3
"""Records what the product answers along one journey into backend/app/api/examples.json, which OpenAPI shows.

The journey is the one of backend/tests/api: it stands still in time, counts its ids, and so gives the same bytes.
"""

import os
import subprocess
import sys
from pathlib import Path

BACKEND = Path(__file__).resolve().parents[1] / "backend"
JOURNEY = "tests/api/test_examples.py::test_the_examples_have_the_shape_of_what_is_answered_today"
# On SQLite and in memory, as on any machine.
SERVICES = ("TEST_DATABASE_URL", "TEST_REDIS_URL")


def main() -> int:
    """Run the journey; 1 when it fails, and then nothing is written."""
    environment = {name: value for name, value in os.environ.items() if name not in SERVICES}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--show-capture=no", JOURNEY],
        cwd=BACKEND,
        env={**environment, "TEST_RECORD_EXAMPLES": "1"},
        check=False,
    )
    return min(done.returncode, 1)


if __name__ == "__main__":
    sys.exit(main())
