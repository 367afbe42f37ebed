"""What a JavaScript call does beyond its answer, judged by the name it goes by after imports are resolved."""

from collections.abc import Mapping

from app.adapters.syntax.structure import EffectKind, names_a_log

_BY_NAME: dict[str, EffectKind] = {
    "fetch": "network",
    "XMLHttpRequest": "network",
    "WebSocket": "network",
    "EventSource": "network",
    "navigator.sendBeacon": "network",
    "alert": "page",
    "confirm": "page",
    "prompt": "page",
    "process.exit": "exits",
    "Deno.exit": "exits",
    "process.kill": "processes",
    "process.stdout.write": "prints",
    "process.stderr.write": "prints",
    "Math.random": "random",
    "crypto.randomUUID": "random",
    "crypto.randomBytes": "random",
    "crypto.getRandomValues": "random",
    "Date.now": "reads-clock",
    "performance.now": "reads-clock",
}

_BY_ROOT: dict[str, EffectKind] = {
    "axios": "network",
    "http": "network",
    "https": "network",
    "net": "network",
    "child_process": "processes",
    "console": "prints",
    "document": "page",
    "localStorage": "page",
    "sessionStorage": "page",
}

_LOG_LEVELS = {"trace", "debug", "info", "warn", "warning", "error", "fatal", "log"}
_FILE_READERS = ("access", "createReadStream", "exists", "glob", "lstat", "open", "read", "realpath", "stat", "watch")
_FILE_WRITERS = (
    "append",
    "chmod",
    "chown",
    "copy",
    "cp",
    "createWriteStream",
    "emptyDir",
    "ensure",
    "link",
    "mkdir",
    "mkdtemp",
    "move",
    "output",
    "remove",
    "rename",
    "rm",
    "symlink",
    "truncate",
    "unlink",
    "utimes",
    "write",
)
_FILE_MODULES = {"fs", "fs/promises", "fs-extra", "graceful-fs"}


def module_root(module: str) -> str:
    """Name a module as effects know it: `node:fs/promises` and `fs-extra` are `fs`."""
    plain = module.removeprefix("node:")
    return "fs" if plain in _FILE_MODULES else plain


def effect_of_call(callee: str, imported: Mapping[str, str], *, hidden: bool = False) -> EffectKind | None:
    """Say what kind of effect a call has, or None when its name tells of none.

    `hidden`: its first name is the function's own, so that nothing known goes by it.
    """
    known = None if hidden else _effect_by_name(callee, imported)
    parts = callee.split(".")
    if known is None and len(parts) > 1 and parts[-1] in _LOG_LEVELS and names_a_log(parts[-2]):
        return "logs"
    return known


def _effect_by_name(callee: str, imported: Mapping[str, str]) -> EffectKind | None:
    root, dot, rest = callee.partition(".")
    full = imported[root] + dot + rest if root in imported else callee
    if full in _BY_NAME:
        return _BY_NAME[full]
    parts = full.split(".")
    if parts[0] == "fs" and root in imported:
        return _effect_on_files(parts[-1])
    if parts[0] in _BY_ROOT and (len(parts) > 1 or parts[0] == "axios"):
        return _BY_ROOT[parts[0]]
    return None


def _effect_on_files(name: str) -> EffectKind | None:
    if name.startswith(_FILE_WRITERS):
        return "writes-files"
    return "reads-files" if name.startswith(_FILE_READERS) else None
