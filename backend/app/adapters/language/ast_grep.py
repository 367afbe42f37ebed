"""ast-grep: a program of its own, started on copies of files that are ours, with limits on all it may use.

Files get numbers for names and lie apart from the settings: nothing that a repository holds tells the program anything.
"""

import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from app.adapters.language.patterns import PATTERN_LANGUAGES, PatternTooCostly, Rewrite, Rewrites
from app.adapters.language.workspace import Workspace, temporary_workspace
from app.adapters.process.port import Finished, Limits, ProcessRunner
from app.core.ids import IdSource

_LIMITS = Limits(timeout=timedelta(seconds=20), max_output=64 * 1024**2, file_bytes=0, memory_bytes=2 * 1024**3)
_BATCH = 400
# Runs that came to nothing: each has cost up to the whole time.
_MOST_FAILURES = 12
# Without settings of ours the program would look for some above the folder.
_SETTINGS = "sgconfig.yml"
_CODE = "code"
_NAMES = {"shell": "bash"}
# What a call looks like where these languages have no statements: read inside of a function it is one.
_CALLS = {
    ("c", "macro_type_specifier"): "void f() {{ {}; }}",
    ("dart", "function_signature"): "void f() {{ {}; }}",
    ("go", "type_conversion_expression"): "func f() {{ {} }}",
}
_CALL = "--selector=call_expression"
_NOTHING_FOUND, _DONE = 1, 0


def executable() -> str:
    """Say where the program is: beside this Python, where its package puts it."""
    return str(Path(sysconfig.get_path("scripts")) / "ast-grep")


@dataclass(slots=True)
class _Search:
    language: str
    pattern: Sequence[str]
    replacement: str
    failures: int = 0


@dataclass(frozen=True, slots=True)
class AstGrep:
    """Runs the program on workspaces below `folder`."""

    processes: ProcessRunner
    folder: Path
    ids: IdSource
    limits: Limits = _LIMITS

    async def problem_with(self, language: str, pattern: str) -> str | None:
        """Say why a pattern is none in a language; None when it is one."""
        ran = await self._look(language, pattern)
        said = ran.stderr.decode("utf-8", "replace")
        if "Pattern contains an ERROR node" in said:
            return "it does not parse"
        if ran.timed_out or ran.returncode not in {_DONE, _NOTHING_FOUND}:
            cause = said.partition("╰▻")[2].strip().partition(" Please ")[0]
            return " ".join(cause.split())[:300] or "it could not be read"
        return None

    async def rewrites(self, language: str, pattern: str, replacement: str, files: Mapping[str, bytes]) -> Rewrites:
        """Find a pattern in files; what the program chokes on is left out."""
        search = _Search(language, await self._meant(language, pattern), replacement)
        paths, result = sorted(files), Rewrites()
        for start in range(0, len(paths), _BATCH):
            await self._search(search, {path: files[path] for path in paths[start : start + _BATCH]}, result)
        return result

    async def _look(self, language: str, pattern: str) -> Finished:
        """Have the program say what it takes a pattern for."""
        async with temporary_workspace(self.folder, self.ids) as workspace:
            return await self._run(workspace, language, f"--pattern={pattern}", "--debug-query=pattern", ".")

    async def _meant(self, language: str, pattern: str) -> tuple[str, ...]:
        """Say what to look for: a call that reads as something else by itself is looked for as a call."""
        plain = f"--pattern={pattern}"
        if not any(language == each for each, _ in _CALLS):
            return (plain,)
        tree = (await self._look(language, pattern)).stderr.decode("utf-8", "replace").splitlines()
        around = _CALLS.get((language, tree[1].strip() if len(tree) > 1 else ""))
        return (f"--pattern={around.format(pattern)}", _CALL) if around else (plain,)

    async def _search(self, search: _Search, files: Mapping[str, bytes], result: Rewrites) -> None:
        ending = PATTERN_LANGUAGES[search.language]
        names = {f"{index}.{ending}": path for index, path in enumerate(files)}
        async with temporary_workspace(self.folder, self.ids) as workspace:
            await workspace.write({f"{_CODE}/{name}": files[path] for name, path in names.items()})
            rewriting = (f"--rewrite={search.replacement}", "--json=stream")
            ran = await self._run(workspace, search.language, *search.pattern, *rewriting, *names)
        if ran.returncode in {_DONE, _NOTHING_FOUND} and not ran.timed_out and not ran.truncated:
            _read(ran.stdout, names, result)
            return
        search.failures += 1
        if search.failures > _MOST_FAILURES:
            raise PatternTooCostly(runs=search.failures)
        paths = [*files]
        if len(paths) == 1:
            result.unread[paths[0]] = "searching it takes too much time or memory"
            return
        for half in (paths[: len(paths) // 2], paths[len(paths) // 2 :]):
            await self._search(search, {path: files[path] for path in half}, result)

    async def _run(self, workspace: Workspace, language: str, *more: str) -> Finished:
        await workspace.write({_SETTINGS: b"ruleDirs: []\n", f"{_CODE}/.keep": b""})
        argv = [
            executable(), "run", f"--config=../{_SETTINGS}", f"--lang={_NAMES.get(language, language)}",
            "--color=never", "--threads=2", *more,
        ]  # fmt: skip
        env = {"HOME": str(workspace.home), "LANG": "C.UTF-8"}
        return await self.processes.run(argv, cwd=workspace.root / _CODE, env=env, limits=self.limits)


def _read(stdout: bytes, names: Mapping[str, str], result: Rewrites) -> None:
    for line in stdout.splitlines():
        match: dict[str, Any] = orjson.loads(line)
        place = match["replacementOffsets"]
        found = Rewrite(place["start"], place["end"], match["replacement"].encode())
        result.found.setdefault(names[match["file"]], []).append(found)
    for path, rewrites in result.found.items():
        result.found[path] = _ordered(rewrites)


def _ordered(rewrites: Sequence[Rewrite]) -> list[Rewrite]:
    """Order them, the outer one first; of several at one place the first is kept."""
    by_place = {(each.start, -each.end): each for each in reversed(rewrites)}
    return [by_place[place] for place in sorted(by_place)]
