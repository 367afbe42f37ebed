"""A child that is talked to: it reads what we write and answers on its standard output, for as long as we hold it."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.adapters.process.port import Limits, ProgramMissing
from app.adapters.process.system import preparation
from app.core.guard import forbid_inside_scope

# The longest line of a protocol's head; bodies are read by their length.
_LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Conversation:
    """Both ends of a child's pipes. What it writes to standard error is dropped."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@asynccontextmanager
async def talk(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], limits: Limits
) -> AsyncIterator[Conversation]:
    """Start a program with exactly this environment; its whole group is killed at the end. ProgramMissing.

    Of the limits, those of memory and file size hold; whoever talks keeps the time himself.
    """
    forbid_inside_scope("a child process")
    try:
        child = await asyncio.create_subprocess_exec(
            *argv,
            cwd=cwd,
            env=dict(env),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            limit=_LONGEST_LINE,
            preexec_fn=preparation(limits),
        )
    except (FileNotFoundError, PermissionError) as problem:
        raise ProgramMissing(f"The program {argv[0]} cannot be started on this machine.") from problem
    if child.stdin is None or child.stdout is None:
        raise ProgramMissing(f"The program {argv[0]} was started without its pipes.")
    try:
        yield Conversation(child.pid, child.stdout, child.stdin)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.stdin.close()
        await child.wait()
