"""Released sources of real projects: fetched by hash, and their own tests run in trees with some files changed."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "projects"
# Where sources are kept.
FOLDER = Path.home() / ".cache" / "hivesync-projects"
_WORD = re.compile("«([^»]+)»")
_PATIENCE = 900  # seconds for the tests of one rename
_TAIL = 4_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One rename: `at` is a piece of the file that occurs once, with the name between guillemets."""

    kind: str
    path: str
    at: str
    new: str
    tests: tuple[str, ...]
    declines: str = ""

    @property
    def old(self) -> str:
        """The name as it is."""
        found = _WORD.search(self.at)
        assert found, self.at
        return found[1]

    def place(self, text: str) -> tuple[int, int]:
        """Find line and column, from 1."""
        piece = _WORD.sub(r"\1", self.at)
        if text.count(piece) != 1:
            raise ValueError(f"{self.path}: {piece!r} occurs {text.count(piece)} times")
        offset = text.index(piece) + self.at.index("«")
        return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


@dataclass(frozen=True, slots=True)
class Tested:
    """What a project's own tests said: how many ran, and which failed."""

    ran: int
    failed: tuple[str, ...]
    exit_status: int
    output: str = field(repr=False)

    def is_as_good_as(self, before: "Tested") -> bool:
        """Say whether the same tests ran, and nothing fails that did not fail before."""
        is_finished = self.exit_status == before.exit_status or set(self.failed) < set(before.failed)
        return is_finished and self.ran == before.ran and set(self.failed) <= set(before.failed)


@dataclass(frozen=True)
class Checkout:
    """A project as its data file describes it, below a folder of its own."""

    name: str
    facts: Mapping[str, Any]
    folder: Path

    @cached_property
    def wanted(self) -> list[Wanted]:
        """The renames, in order."""
        given = [{"tests": self.facts.get("tests", ()), **each} for each in self.facts["rename"]]
        return [Wanted(**{**each, "tests": tuple(each["tests"])}) for each in given]

    @property
    def source(self) -> Path:
        """The sources as they were released, which nothing changes."""
        return self.folder / "source"

    @property
    def python(self) -> Path:
        """The interpreter that runs the project's tests."""
        return self.folder / "venv" / "bin" / "python"

    def fetch(self) -> None:
        """Fetch the sources; they stay when they are there already."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.source.is_dir():
            _unpack(self._archive(), self.folder / "unpacked", self.source)
            self._git("init", "-q", "-b", "main")
            self._git("add", "-A", "-f")
            self._git("-c", "user.name=Bench", "-c", "user.email=bench@example.com", "commit", "-q", "-m", "Sources")

    def prepare(self) -> None:
        """Fetch the sources, and install what their tests need; what is there already stays."""
        self.fetch()
        if not self.python.exists():
            run([sys.executable, "-m", "venv", str(self.folder / "venv")], self.folder)
            run([str(self.python), "-m", "pip", "install", "--quiet", *self.facts["install"]], self.folder)
        # Copies share what is compiled: only changed files are compiled again.
        self.compiled(self.source)

    def trial(self, files: Mapping[str, bytes | None]) -> Path:
        """Copy the sources by links, with some files changed; None is a file that goes."""
        copy = self.folder / "trial"
        shutil.rmtree(copy, ignore_errors=True)
        run(["cp", "-al", str(self.source), str(copy)], self.folder)
        shutil.rmtree(copy / ".git")
        for path, data in files.items():
            # A link: what is written through it would change the sources.
            (copy / path).unlink(missing_ok=True)
            if data is not None:
                (copy / path).write_bytes(data)
        return copy

    def compiled(self, tree: Path) -> str:
        """Compile everything; answer what the compiler complains about beside what it did in the sources."""
        skip = self.facts.get("not_compiled", "(?!)")
        done = subprocess.run(
            [str(self.python), "-m", "compileall", "-q", "-x", skip, *self.facts["compiled"]],
            cwd=tree, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout[-_TAIL:] if done.returncode else ""

    def tested(self, tree: Path, labels: Sequence[str]) -> Tested:
        """Run some of the project's tests in a tree."""
        facts = self.facts
        given = {"python": str(self.python)}
        command = [part.format(**given) for part in facts["test"]] + list(labels)
        paths = os.pathsep.join(str(tree / path) for path in facts["python_path"])
        env = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            ["nice", *command], cwd=tree / facts["test_folder"], env=env, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False, timeout=_PATIENCE, errors="replace",
        )  # fmt: skip
        ran = re.findall(facts["ran"], done.stdout)
        failed = tuple(sorted(set(re.findall(facts["failed"], done.stdout, re.MULTILINE))))
        return Tested(int(ran[-1]) if ran else 0, failed, done.returncode, done.stdout[-_TAIL:])

    def tested_before(self, labels: Sequence[str]) -> Tested:
        """Say what these tests did in the sources; each is run once, and remembered beside them."""
        kept = self.folder / "before.json"
        known: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        for label in labels:
            if label not in known:
                tested = self.tested(self.source, [label])
                if not tested.ran:
                    raise RuntimeError(f"the tests of {label} do not run: {tested.output}")
                known[label] = asdict(tested)
                kept.write_text(json.dumps(known, indent=1), encoding="utf-8")
        found = [known[label] for label in labels]
        return Tested(
            sum(each["ran"] for each in found),
            tuple(sorted({name for each in found for name in each["failed"]})),
            max(each["exit_status"] for each in found),
            "\n".join(each["output"][-500:] for each in found),
        )

    def _archive(self) -> Path:
        found = next(self.folder.glob("*.tar.gz"), None)
        if found is None:
            fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
            run([*fetch, self.facts["release"]], self.folder)
            found = next(self.folder.glob("*.tar.gz"))
        digest = hashlib.sha256(found.read_bytes()).hexdigest()
        if digest != self.facts["sha256"]:
            raise ValueError(f"{found.name} has another hash: {digest}")
        return found

    def _git(self, *arguments: str) -> None:
        run(["git", *arguments], self.source)


def read_project(name: str, folder: Path) -> Checkout:
    """Read a project's data file; its sources go below the folder."""
    return Checkout(name, tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8")), folder / name)


def projects() -> list[str]:
    """List the projects of Python there are data files of: those with a release."""
    return sorted(path.stem for path in DATA.glob("*.toml") if "release" in tomllib.loads(path.read_text()))


def run(command: Sequence[str], folder: Path) -> None:
    """Run a program that must succeed."""
    subprocess.run(command, cwd=folder, check=True)


def _unpack(archive: Path, folder: Path, into: Path) -> None:
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    next(folder.iterdir()).rename(into)
    folder.rmdir()
