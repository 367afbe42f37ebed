"""What a Python call does beyond its answer, judged by the name it goes by after imports are resolved."""

import ast
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from app.adapters.syntax.structure import EffectKind, names_a_log

_BY_NAME: dict[str, EffectKind] = {
    "print": "prints",
    "input": "prints",
    "exit": "exits",
    "quit": "exits",
    "sys.exit": "exits",
    "os._exit": "exits",
    "os.abort": "exits",
    "time.sleep": "sleeps",
    "asyncio.sleep": "sleeps",
    "time.time": "reads-clock",
    "time.time_ns": "reads-clock",
    "time.monotonic": "reads-clock",
    "time.perf_counter": "reads-clock",
    "datetime.datetime.now": "reads-clock",
    "datetime.datetime.utcnow": "reads-clock",
    "datetime.datetime.today": "reads-clock",
    "datetime.date.today": "reads-clock",
    "os.getenv": "environment",
    "os.putenv": "environment",
    "os.unsetenv": "environment",
    "os.urandom": "random",
    "uuid.uuid1": "random",
    "uuid.uuid4": "random",
    "os.system": "processes",
    "os.popen": "processes",
    "os.kill": "processes",
    "os.killpg": "processes",
    "os.fork": "processes",
    "multiprocessing.Process": "processes",
    "asyncio.create_subprocess_exec": "processes",
    "asyncio.create_subprocess_shell": "processes",
    "asyncio.open_connection": "network",
    "asyncio.start_server": "network",
    "smtplib.SMTP": "network",
    "os.mkdir": "writes-files",
    "os.makedirs": "writes-files",
    "os.remove": "writes-files",
    "os.unlink": "writes-files",
    "os.rename": "writes-files",
    "os.replace": "writes-files",
    "os.rmdir": "writes-files",
    "os.removedirs": "writes-files",
    "os.chmod": "writes-files",
    "os.symlink": "writes-files",
    "os.link": "writes-files",
    "os.truncate": "writes-files",
    "os.listdir": "reads-files",
    "os.scandir": "reads-files",
    "os.walk": "reads-files",
    "tempfile.mkdtemp": "writes-files",
    "tempfile.mkstemp": "writes-files",
    "tempfile.NamedTemporaryFile": "writes-files",
    "tempfile.TemporaryDirectory": "writes-files",
    "shutil.rmtree": "writes-files",
    "shutil.copy": "writes-files",
    "shutil.copy2": "writes-files",
    "shutil.copyfile": "writes-files",
    "shutil.copytree": "writes-files",
    "shutil.move": "writes-files",
}

_BY_ROOT: dict[str, EffectKind] = {
    "os.environ": "environment",
    "subprocess": "processes",
    "logging": "logs",
    "requests": "network",
    "httpx": "network",
    "aiohttp": "network",
    "socket": "network",
    "urllib.request": "network",
    "http.client": "network",
    "random": "random",
    "secrets": "random",
}

# Names of pure helpers in the packages above: making a logger logs nothing.
_HARMLESS = {
    "logging.getLogger",
    "logging.Formatter",
    "logging.LoggerAdapter",
    "logging.Filter",
    "httpx.URL",
    "httpx.Timeout",
    "httpx.Request",
    "requests.Request",
    "urllib.request.Request",
    "socket.inet_aton",
    "socket.inet_ntoa",
    "socket.inet_pton",
    "socket.inet_ntop",
    "socket.htons",
    "socket.ntohs",
    "secrets.compare_digest",
    "random.Random",
    "subprocess.list2cmdline",
}

_BY_METHOD: dict[str, EffectKind] = {
    "write_text": "writes-files",
    "write_bytes": "writes-files",
    "mkdir": "writes-files",
    "rmdir": "writes-files",
    "symlink_to": "writes-files",
    "hardlink_to": "writes-files",
    "read_text": "reads-files",
    "read_bytes": "reads-files",
    "iterdir": "reads-files",
}

# Other things have methods of these names too: they change files only on what is known to be a path.
_PATH_METHODS = {"touch", "unlink"}
_OPENERS = {"open", "io.open", "codecs.open"}
_LOG_LEVELS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log"}
_MODE_LETTERS = set("rwxabt+U")
_WRITING_LETTERS = set("wax+")


@dataclass(frozen=True, slots=True)
class PythonNames:
    """What the names of a module stand for: imports by local name, names it defines itself, a function's own."""

    imported: Mapping[str, str]
    defined: Set[str]
    bound: Set[str] = frozenset()

    def hidden_by(self, bound: Set[str]) -> "PythonNames":
        """Give the names as they are where these are bound anew."""
        return replace(self, bound=bound)

    def resolve(self, callee: str) -> str:
        """Replace the first name by what was imported under it; a name that is bound here stands for nothing known.

        Neither does an attribute of what was never imported: only a builtin is known without.
        """
        root, dot, rest = callee.partition(".")
        if root in self.bound:
            return ""
        if root in self.imported:
            return self.imported[root] + dot + rest
        return "" if dot or root in self.defined else callee


def effect_of_call(call: ast.Call, callee: str, names: PythonNames, *, on_path: bool = False) -> EffectKind | None:
    """Say what kind of effect a call has, or None when its name tells of none; `on_path`: a path's method is called."""
    full = names.resolve(callee)
    method = callee.rpartition(".")[2] if "." in callee else ""
    if full in _HARMLESS:
        return None
    if full in _OPENERS:
        return _effect_of_open(call, mode_position=1) or "reads-files"
    if method == "open":
        return _effect_of_open(call, mode_position=0)
    if full in _BY_NAME:
        return _BY_NAME[full]
    if method in _LOG_LEVELS and names_a_log(callee.split(".")[-2]):
        return "logs"
    by_root = _effect_by_root(full)
    if on_path and method in _PATH_METHODS:
        return "writes-files"
    return by_root or _BY_METHOD.get(method)


def _effect_by_root(full: str) -> EffectKind | None:
    if full.startswith(("os.exec", "os.spawn")):
        return "processes"
    parts = full.split(".")
    return _BY_ROOT.get(parts[0]) or _BY_ROOT.get(".".join(parts[:2]))


def _effect_of_open(call: ast.Call, *, mode_position: int) -> EffectKind | None:
    """Read the mode; None when there is none or it is not a constant that looks like one."""
    mode: ast.expr | None = next((word.value for word in call.keywords if word.arg == "mode"), None)
    if mode is None and len(call.args) > mode_position:
        mode = call.args[mode_position]
    if not (isinstance(mode, ast.Constant) and isinstance(mode.value, str) and set(mode.value) <= _MODE_LETTERS):
        return None
    return "writes-files" if set(mode.value) & _WRITING_LETTERS else "reads-files"
