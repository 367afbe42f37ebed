"""What git knows of a mapped folder. Nothing that the folder's own configuration names is run."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.adapters.process.port import Limits, ProcessRunner, ProgramMissing
from app.config.client import process_environment

_LIMITS = Limits(timeout=timedelta(seconds=60), max_output=256 * 1024**2)
# A folder that came from elsewhere may say that programs of its own watch it, or run with every command.
_HARMLESS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false")


@dataclass(frozen=True, slots=True)
class Listing:
    """The names of a work tree, as bytes: tracked, new, and how many entries are ignored."""

    tracked: tuple[bytes, ...]
    new: tuple[bytes, ...]
    ignored: int


@dataclass(frozen=True, slots=True)
class Git:
    """Asks git about folders."""

    processes: ProcessRunner

    async def place(self, folder: Path) -> tuple[str | None, str | None]:
        """Give the branch and the commit that a folder is at; None for what it has not."""
        branch = await self._ask(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
        head = await self._ask(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return _word(branch), _word(head)

    async def listing(self, folder: Path) -> Listing | None:
        """List a work tree's files below a folder; None when it is none."""
        if _word(await self._ask(folder, "rev-parse", "--is-inside-work-tree")) != "true":
            return None
        tracked = await self._ask(folder, "ls-files", "-c", "-z")
        new = await self._ask(folder, "ls-files", "-o", "--exclude-standard", "-z")
        ignored = await self._ask(folder, "ls-files", "-o", "-i", "--exclude-standard", "--directory", "-z")
        if tracked is None or new is None:
            return None
        return Listing(_names(tracked), _names(new), len(_names(ignored or b"")))

    async def version(self) -> str | None:
        """Say which git there is."""
        told = _word(await self._ask(Path("/"), "--version"))
        return told.removeprefix("git version ") if told else None

    async def _ask(self, folder: Path, *words: str) -> bytes | None:
        env = process_environment(GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", LC_ALL="C")
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
            env.pop(name, None)
        try:
            done = await self.processes.run(["git", *_HARMLESS, *words], cwd=folder, env=env, limits=_LIMITS)
        except ProgramMissing:
            return None
        return done.stdout if done.ok else None


def _names(data: bytes) -> tuple[bytes, ...]:
    return tuple(sorted({name for name in data.split(b"\0") if name}))


def _word(data: bytes | None) -> str | None:
    return (data or b"").decode("utf-8", "replace").strip() or None
