"""A command at a real terminal: somebody reads what is on it and types."""

import asyncio
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PATIENCE_SECONDS = 60
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Terminal:
    """One end of a pseudo-terminal; the command has the other."""

    process: asyncio.subprocess.Process
    descriptor: int
    raw: str = ""
    _seen: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def text(self) -> str:
        """Everything printed so far, without colours, lines as they are seen."""
        return _ESCAPES.sub("", self.raw).replace("\r\n", "\n")

    async def expect(self, wanted: str) -> None:
        """Wait until something new is on the terminal."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while (place := self.text.find(wanted, self._seen)) < 0:
                assert self._news is not None
                self._news.clear()
                await self._news.wait()
        self._seen = place + len(wanted)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self.descriptor, text.encode())

    async def status(self) -> int:
        """Wait for the end."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await self.process.wait()

    def read(self) -> None:
        """Take what has come; an error means that the command has closed its end."""
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self.descriptor)
        self.raw += data.decode(errors="replace")
        self._news.set()


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@asynccontextmanager
async def terminal(*arguments: str, env: dict[str, str], folder: Path, columns: int = 100) -> AsyncIterator[Terminal]:
    """Start a command at a terminal so many columns wide."""
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", *arguments, cwd=folder, env={**env, "TERM": "xterm-256color"},
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        # Whoever runs the tests in the background has SIGINT ignored, and children inherit that.
        preexec_fn=_hear_interrupts,
    )  # fmt: skip
    os.close(theirs)
    shown = Terminal(process, mine)
    asyncio.get_running_loop().add_reader(mine, shown.read)
    try:
        yield shown
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        asyncio.get_running_loop().remove_reader(mine)
        os.close(mine)
