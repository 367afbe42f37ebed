"""The port for questions about the machine, the machine itself, and a pretended one for tests."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

# A driver that hangs must not keep a worker from saying that it does.
_ANSWERS_WITHIN_SECONDS = 10.0


class Machine(Protocol):
    """Answers questions about a machine; none of them fails."""

    def has_program(self, name: str) -> bool:
        """Say whether a program is on the path."""
        ...

    def lines_of(self, argv: Sequence[str]) -> tuple[str, ...]:
        """Run a short program and give the lines it wrote; none when it failed, hung or is missing."""
        ...

    def files_like(self, pattern: str) -> tuple[Path, ...]:
        """List the paths that match a pattern below the root, such as `dev/nvidia[0-9]*`."""
        ...

    def text_of(self, path: Path) -> str:
        """Read a small file; empty when it cannot be read."""
        ...

    def can_write(self, folder: Path) -> bool:
        """Say whether a file can be made in a folder that is there."""
        ...


class ThisMachine:
    """The machine this process runs on."""

    def has_program(self, name: str) -> bool:
        """Say whether a program is on the path."""
        return shutil.which(name) is not None

    def lines_of(self, argv: Sequence[str]) -> tuple[str, ...]:
        """Run a short program and give the lines it wrote; none when it failed, hung or is missing."""
        try:
            done = subprocess.run(
                argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=_ANSWERS_WITHIN_SECONDS, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return ()
        return tuple(done.stdout.decode("utf-8", "replace").splitlines())

    def files_like(self, pattern: str) -> tuple[Path, ...]:
        """List the paths that match a pattern below the root, such as `dev/nvidia[0-9]*`."""
        try:
            return tuple(sorted(Path("/").glob(pattern)))
        except OSError:
            return ()

    def text_of(self, path: Path) -> str:
        """Read a small file; empty when it cannot be read."""
        try:
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def can_write(self, folder: Path) -> bool:
        """Say whether a file can be made in a folder that is there."""
        try:
            with tempfile.TemporaryFile(dir=folder):
                return True
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class PretendedMachine:
    """A machine that has what a test says: programs, what they answer, and files below the root with their text."""

    programs: frozenset[str] = frozenset()
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    writable: bool = True

    def has_program(self, name: str) -> bool:
        """Say whether the test gave it that program."""
        return name in self.programs or name in self.answers

    def lines_of(self, argv: Sequence[str]) -> tuple[str, ...]:
        """Give the answer that the test wrote for the program."""
        return tuple(self.answers.get(argv[0], ()))

    def files_like(self, pattern: str) -> tuple[Path, ...]:
        """List the test's files that match."""
        return tuple(Path("/", name) for name in sorted(self.files) if Path(name).match(pattern))

    def text_of(self, path: Path) -> str:
        """Give the test's text of a file."""
        return self.files.get(str(path).removeprefix("/"), "")

    def can_write(self, folder: Path) -> bool:
        """Say what the test said."""
        return self.writable
