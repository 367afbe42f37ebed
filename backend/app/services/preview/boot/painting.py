"""Has a report drawn in the sandbox: its pictures and fonts are the bundle's, and decoders have bugs."""

import struct
import sys
import sysconfig
from datetime import timedelta
from pathlib import Path

from app.adapters.process.port import Limits
from app.adapters.sandbox.port import Confinement
from app.adapters.telemetry.logging import get_logger
from app.core.hashing import canonical_json
from app.services.preview.boot.report import BootReport
from app.services.preview.boot.starting import BootRoom

log = get_logger(__name__)

SIZE = (780, 1688)
_MOST_BYTES = 8 * 1024**2
_LIMITS = Limits(timedelta(seconds=60), _MOST_BYTES, 64 * 1024, 3 * 1024**3)
# The signature, and the header that stands first in every PNG (its length, its name, width and height).
_HEAD = struct.pack(">8sI4sII", b"\x89PNG\r\n\x1a\n", 13, b"IHDR", *SIZE)

# The interpreter itself: its environment holds what tools must not see. What is imported is told to it by name.
_PYTHON, _PREFIX = Path(sys.executable).resolve(), Path(sys.base_prefix).resolve()
_LIBRARIES = sorted({Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")})
_MODULE = "app.services.preview.boot.drawing"
_APP = Path(__file__).resolve().parents[3]
# A path within another is shown already, and some sandboxes refuse to show it twice.
_SHOWN = [
    path
    for path in (*_LIBRARIES, _APP)
    if not any(path != other and path.is_relative_to(other) for other in (_PREFIX, *_LIBRARIES, _APP))
]
# Some sandboxes show what was named and not the folder it is in: `app` is not looked for but put there.
_START = (
    "import json, runpy, sys, types; app, *sys.path[:0] = json.loads(sys.argv.pop(1));"
    "sys.modules['app'] = package = types.ModuleType('app'); package.__path__ = [app];"
    f"runpy.run_module({_MODULE!r}, run_name='__main__')"
)


async def paint(room: BootRoom, report: BootReport) -> bytes | None:
    """Draw a report as PNG of 780 by 1688 pixels; None where that failed, which is no more than a missing picture."""
    folder = room.folder.resolve()
    paths = canonical_json([str(_APP), *map(str, _LIBRARIES)]).decode()
    command = [str(_PYTHON), "-I", "-S", "-B", "-c", _START, paths, str(folder)]
    argv = room.sandbox.wrap(command, Confinement((_PREFIX, *_SHOWN, folder), ()))
    env = {"PATH": "", "LANG": "C.UTF-8"}
    done = await room.processes.run(argv, cwd=folder, env=env, limits=_LIMITS, stdin=report.as_json())
    if done.ok and done.stdout.startswith(_HEAD):
        return done.stdout
    said = done.stderr[-500:].decode("utf-8", "replace")
    log.warning("boot.undrawn", status=done.returncode, timed_out=done.timed_out, said=said)
    return None
