"""What a tree of processes uses, read from /proc and from the folders it may write: no rights are needed for it.

Numbers are those of one moment and may be a little late; every function answers for what it could still see.
"""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_BLOCK = 512
# Of what is written below a folder, however small.
MOST_ENTRIES = 1_000_000


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes that are allocated, and the number of files and folders."""

    used: int
    entries: int


def tree_of(root: int, *, most: int) -> list[int]:
    """List a process and all it started, daemons too where it waits for a namespace; not many more than `most`."""
    found: list[int] = []
    waiting = [root]
    while waiting and len(found) <= most:
        pid = waiting.pop()
        found.append(pid)
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{pid}/task"):
                with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                    waiting += map(int, file.read().split())
    return found


def first_inside(outer: int) -> int | None:
    """Find the first process of the namespace that `outer` made and waits for: with it, all of that ends."""
    inside = tree_of(outer, most=4)[1:]
    with contextlib.suppress(OSError):
        ours = os.readlink(f"/proc/{outer}/ns/pid")
        return next((pid for pid in inside if os.readlink(f"/proc/{pid}/ns/pid") != ours), None)
    return None


def name_of(pid: int) -> str:
    """Say by which name a process was started; empty when it is gone."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
        return os.fsdecode(file.read(4096).split(b"\0", 1)[0])
    return ""


def threads_of(pids: Iterable[int]) -> int:
    """Count threads, which are what a limit of processes counts."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            total += len(os.listdir(f"/proc/{pid}/task"))
    return total


def cpu_seconds_of(pids: Iterable[int]) -> float:
    """Sum the processor time of processes and of those they waited for."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/stat", "rb") as file:
            # The name, which may hold anything, ends at the last bracket; times are fields 14 to 17.
            ticks += sum(map(int, file.read().rpartition(b")")[2].split()[11:15]))
    return ticks / _TICKS


def memory_of(pids: Iterable[int], *, exact_above: int) -> int:
    """Sum the resident bytes; where they exceed a bound, again with shared pages counted once (PSS), which is dear."""
    pids = list(pids)
    resident = sum(map(_resident, pids))
    return resident if resident <= exact_above else sum(map(_proportional, pids))


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError), open(f"/proc/{pid}/statm", "rb") as file:
        return int(file.read().split()[1]) * _PAGE
    return 0


def _proportional(pid: int) -> int:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", "rb") as file:
        for line in file:
            if line.startswith(b"Pss:"):
                return int(line.split()[1]) * 1024
    return _resident(pid)


def private_tmp_of(pid: int) -> int:
    """Say how many bytes the /tmp of a process's own holds: it is memory."""
    with contextlib.suppress(OSError):
        if os.stat(f"/proc/{pid}/root/").st_dev != os.stat("/").st_dev:
            found = os.statvfs(f"/proc/{pid}/root/tmp")
            return (found.f_blocks - found.f_bfree) * found.f_frsize
    return 0


def disk_of(folders: Iterable[Path], pids: Iterable[int]) -> Disk:
    """Add up what lies below folders, and what was deleted there while a process still holds it open. Slow."""
    used = entries = 0
    seen: set[tuple[int, int]] = set()
    for found in (*_below(folders), *_deleted(pids)):
        entries += 1
        if found.st_nlink != 1:
            if (found.st_dev, found.st_ino) in seen:
                continue
            seen.add((found.st_dev, found.st_ino))
        used += found.st_blocks * _BLOCK
        if entries > MOST_ENTRIES:
            break
    return Disk(used, entries)


def _below(folders: Iterable[Path]) -> Iterator[os.stat_result]:
    waiting: list[str] = [str(folder) for folder in folders]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as listed:
            for entry in listed:
                with contextlib.suppress(OSError):
                    yield entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)


def _deleted(pids: Iterable[int]) -> Iterator[os.stat_result]:
    for pid in pids:
        with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as listed:
            for entry in listed:
                with contextlib.suppress(OSError):
                    found = entry.stat()
                    if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                        yield found
