"""Run as a program in the sandbox: a report on standard input, the unpacked bundle's folder as argument, PNG out."""

import sys
from pathlib import Path

from app.services.preview.boot.picture import draw
from app.services.preview.boot.report import BootReport


def main() -> None:
    """Draw."""
    picture = draw(BootReport.from_json(sys.stdin.buffer.read()), Path(sys.argv[1]))
    sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main()
