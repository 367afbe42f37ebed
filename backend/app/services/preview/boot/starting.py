"""Starts a bundle in a sandbox, with Node and a stand-in for the native half of React Native, and says what came of it.

What the stand-in is made of stands in `stand_in/`: plain JavaScript, read by nothing but that process.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.adapters.process.port import Finished, Limits, ProcessRunner
from app.adapters.sandbox.port import Confinement, Sandbox
from app.services.preview.boot.report import MOST_DEPTH, MOST_VIEWS, Answer, BootError, BootReport, read_answer, tree_of
from app.services.preview.errors import BootUnavailable
from app.services.preview.platforms import Platform

_STAND_IN = Path(__file__).with_name("stand_in")
_BEGUN = b"begun\n"

# Beyond what the process gives itself: Node's own start, and reading a source map.
_SECONDS_BESIDE = 15
# Address space, of which Node takes about one gigabyte before anything runs.
_MEMORY_BYTES = 4 * 1024**3
_OUTPUT_BYTES = 16 * 1024**2
# It may write nothing; a launcher of sandboxes tries out where it can.
_FILE_BYTES = 64 * 1024
# Node reads the machine's settings of OpenSSL at its start, and gives up where it may not.
_ENV = {"PATH": "", "LANG": "C.UTF-8", "TZ": "UTC", "OPENSSL_CONF": "/dev/null"}

# The phone: a common one, in points, and where its notch and its home bar are.
SCREEN = {"width": 390, "height": 844, "scale": 2}
INSETS = {"top": 47, "right": 0, "bottom": 34, "left": 0}
_DOOR = "__standIn"
_TOLD: dict[str, Any] = {
    # How much of the app's own time passes at most, so that splash screens are over; it costs no time of ours.
    "settle": 4_000,
    "steps": 5_000,
    "door": _DOOR,
    "realm": {
        "door": _DOOR,
        "screen": SCREEN,
        "insets": INSETS,
        "limits": {
            "lines": 200,
            "lineLength": 2_000,
            "consoleLength": 100_000,
            "errors": 5,
            "errorLength": 10_000,
            "nodes": MOST_VIEWS,
            "depth": MOST_DEPTH,
            "text": 2_000,
            "names": 200,
        },
    },
}


@dataclass(frozen=True, slots=True)
class BootRoom:
    """What a start needs: where it is shut in, Node, the unpacked bundle (`main.jsbundle`, `assets/`) and its map.

    A bundle of Hermes bytecode cannot be started: give a folder with the JavaScript it was compiled from.
    """

    sandbox: Sandbox
    processes: ProcessRunner
    node: Path
    folder: Path
    platform: Platform
    source_map: Path | None = None


@dataclass(frozen=True, slots=True)
class BootLimits:
    """The most a start may take: seconds until it rests, and megabytes of JavaScript's heap.

    A small app takes a tenth of a second and a large one a few, and a machine may be busy.
    """

    seconds: int = 20
    heap_megabytes: int = 512

    @property
    def of_process(self) -> Limits:
        """What its process may use up."""
        return Limits(timedelta(seconds=self.seconds + _SECONDS_BESIDE), _OUTPUT_BYTES, _FILE_BYTES, _MEMORY_BYTES)


_USUAL = BootLimits()


async def start(room: BootRoom, limits: BootLimits = _USUAL) -> BootReport:
    """Start a bundle and report; what is wrong with the bundle is in the report. BootUnavailable, ProgramMissing."""
    folder, node = room.folder.resolve(), room.node.resolve()
    source_map = room.source_map.resolve() if room.source_map else None
    told = _TOLD | {
        "platform": room.platform.value,
        "milliseconds": limits.seconds * 1000,
        "folder": str(folder),
        "map": str(source_map) if source_map else None,
    }
    # A path within another is shown already, and some sandboxes refuse to show it twice.
    maps = (source_map,) if source_map and not source_map.is_relative_to(folder) else ()
    command = [str(node), f"--max-old-space-size={limits.heap_megabytes}", str(_STAND_IN / "run.cjs"), json.dumps(told)]
    argv = room.sandbox.wrap(command, Confinement((node, _STAND_IN, folder, *maps), ()))
    done = await room.processes.run(argv, cwd=folder, env=_ENV, limits=limits.of_process)
    if not done.stdout.startswith(_BEGUN):
        raise BootUnavailable(status=done.returncode, said=done.stderr[-500:].decode("utf-8", "replace"))
    return _judge(room.platform, done)


def _judge(platform: Platform, done: Finished) -> BootReport:
    problem = _problem_with(done)
    if problem:
        return _stopped(platform, problem, done.seconds * 1000)
    try:
        answer = read_answer(done.stdout[len(_BEGUN) :])
        views = tree_of(answer.views)
    except ValueError:
        return _stopped(platform, "It wrote over what the check had to say about it.", done.seconds * 1000)
    if answer.timed_out:
        return _stopped(platform, "It did not come to rest within its time.", answer.milliseconds)
    if answer.broken:
        return _stopped(platform, f"It broke what it was started with: {answer.broken}", answer.milliseconds)
    error = _chosen(answer)
    return BootReport(
        platform=platform.value,
        started=error is None or not error.fatal,
        error=error,
        missing_modules=answer.missing_modules,
        hollow_modules=answer.hollow_modules,
        missing_views=answer.missing_views,
        console=answer.console,
        views=views,
        fonts=answer.fonts,
        notes=answer.notes,
        milliseconds=round(answer.milliseconds),
    )


def _chosen(answer: Answer) -> BootError | None:
    """Choose what to show: the first that stopped it, else the first that something of its own caught."""
    return next((error for error in answer.errors if error.fatal), next(iter(answer.errors), None))


def _problem_with(done: Finished) -> str:
    if done.timed_out:
        return "It did not end within its time."
    if done.truncated:
        return "It wrote more than the check reads."
    if b"out of memory" in done.stderr or b"Array buffer allocation failed" in done.stderr:
        return "It took more memory than a phone would give it."
    return f"It ended the process it ran in (status {done.returncode})." if done.returncode else ""


def _stopped(platform: Platform, message: str, milliseconds: float) -> BootReport:
    return BootReport(platform.value, started=False, error=BootError(message), milliseconds=round(milliseconds))
