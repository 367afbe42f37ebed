"""Where Node.js and npm are on this machine, which versions they are, and what of it a sandbox must show."""

import asyncio
import json
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from app.adapters.process.port import Limits, ProcessRunner, ProgramMissing

# A start costs 40 ms; a file that does not change has one version.
_versions: dict[tuple[Path, int], str] = {}
_SHOWN = Path("/usr")
_LIMITS = Limits(timeout=timedelta(seconds=20), max_output=4096)
_HOW_TO_GET_IT = "Install Node.js 20 or newer with npm on the machine of the preview builder."


class NodeMissing(ProgramMissing):
    """Builds need Node.js and npm, and this machine has none. Install Node.js 20 or newer with npm."""

    # The machine will not have it in a minute either.
    retryable = False


@dataclass(frozen=True, slots=True)
class NodeTools:
    """`node` and npm's own script, by their real paths. `reads` is what is not below /usr."""

    node: Path
    npm_script: Path
    node_version: str
    npm_version: str
    reads: tuple[Path, ...]

    def npm(self, *arguments: str) -> tuple[str, ...]:
        """Give the command that runs npm."""
        return (str(self.node), str(self.npm_script), *arguments)


async def find_node_tools(processes: ProcessRunner, path: str | None = None) -> NodeTools:
    """Find both on the path, the process's own unless one is given; NodeMissing says which is not there."""
    found = await asyncio.to_thread(_find, path)
    changed = (await asyncio.to_thread(found.node.stat)).st_mtime_ns
    if (found.node, changed) not in _versions:
        done = await processes.run([str(found.node), "--version"], cwd=Path("/"), env={}, limits=_LIMITS)
        if not done.ok:
            raise NodeMissing(f"{found.node} does not start. {_HOW_TO_GET_IT}", missing=["node"])
        _versions[found.node, changed] = done.stdout.decode("ascii", "replace").strip().removeprefix("v")
    return replace(found, node_version=_versions[found.node, changed])


def _find(path: str | None) -> NodeTools:
    found = {name: shutil.which(name, path=path) for name in ("node", "npm")}
    missing = [name for name, where in found.items() if where is None]
    if missing:
        raise NodeMissing(f"{' and '.join(missing)} cannot be found. {_HOW_TO_GET_IT}", missing=missing)
    node, script = Path(found["node"] or "").resolve(), Path(found["npm"] or "").resolve()
    # npm's command is a link to bin/npm-cli.js in its package, or a script of a system's own beside it.
    package = script.parent.parent
    if not (package / "package.json").is_file():
        package = _package_beside(node)
        script = package / "bin" / "npm-cli.js"
    version = str(json.loads((package / "package.json").read_bytes()).get("version"))
    homes = {_home_of(node), package}
    return NodeTools(
        node, script, "", version, tuple(sorted(each for each in homes if not each.is_relative_to(_SHOWN)))
    )


def _package_beside(node: Path) -> Path:
    for folder in ("lib/node_modules/npm", "share/nodejs/npm", "share/npm"):
        found = _home_of(node) / folder
        if (found / "package.json").is_file():
            return found
    raise NodeMissing(f"npm's own files cannot be found beside {node}. {_HOW_TO_GET_IT}", missing=["npm"])


def _home_of(node: Path) -> Path:
    """The folder that an installation of its own lies in; for a lone program it is the program."""
    return node.parent.parent if node.parent.name == "bin" and node.parent.parent != Path("/") else node
