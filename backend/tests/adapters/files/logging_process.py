"""A process that writes numbered lines until it is told to stop: `python -m tests.adapters.files.logging_process STOP`.

Its standard output is the log, opened for appending by whoever starts it.
"""

import sys
from pathlib import Path


def main(stop: str) -> None:
    """Write until the file is there; the last line is the number of lines."""
    number = 0
    while number % 50 or not Path(stop).exists():
        sys.stdout.write(f"line {number:08} {'x' * 80}\n")
        sys.stdout.flush()
        number += 1
    sys.stderr.write(str(number))


if __name__ == "__main__":
    main(sys.argv[1])
