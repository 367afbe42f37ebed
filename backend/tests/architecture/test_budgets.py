"""Budgets and habits: small files, short functions, nothing patched, one place that commits."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

BACKEND = Path(__file__).parents[2]
ROOT = BACKEND.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MOST_PARAMETERS = 6
# What a patched test looks like. `monkeypatch.chdir` and `.delenv` change the process, not the code, and are no better.
PATCHES = re.compile(r"\bmonkeypatch\b|\bmock\.patch\b|\bunittest\.mock\b|\bmocker\b|\bMagicMock\b|\bAsyncMock\b")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)


def ours() -> list[Path]:
    return list(sources(BACKEND / "app", BACKEND / "tests", ROOT / "tools", ROOT / "benchmarks", ROOT / "chaos"))


def functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parameters(function: Function) -> int:
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def test_files_are_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in ours()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_only_the_ledger_writes_jobs() -> None:
    writes = re.compile(r"\b(?:insert|update|delete)\(Job\b")
    texts = {name_of(path): path.read_text(encoding="utf-8") for path in sources(BACKEND / "app")}
    # Jobs that ended long ago are taken away beside it.
    homes = [f"backend/app/adapters/jobs/{name}.py" for name in ("deaths", "ledger", "pruning")]
    assert [name for name, text in texts.items() if writes.search(text)] == homes


def test_functions_are_short() -> None:
    lengths = {
        f"{name_of(path)}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in ours()
        for function in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_functions_take_few_parameters() -> None:
    # A route's parameters are its query string, a command's are its flags, a test's are its fixtures: all have names.
    counted = {
        f"{name_of(path)}:{function.lineno} {function.name}": parameters(function)
        for path in sources(BACKEND / "app")
        if path.name != "routes.py" and path.parent.name != "cli"
        for function in functions(path)
    }
    assert {name: count for name, count in counted.items() if count > MOST_PARAMETERS} == {}


def test_every_module_says_what_it_owns() -> None:
    silent = [name_of(path) for path in ours() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_nothing_is_patched() -> None:
    patched = [
        f"{name_of(path)}:{number}"
        for path in sources(BACKEND / "tests")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if PATCHES.search(line)
    ]
    assert patched == []


def test_only_the_scope_commits() -> None:
    # Below adapters/git it is git that commits.
    database = [path for path in sources(BACKEND / "app") if "adapters/git/" not in path.as_posix()]
    committing = {name_of(path) for path in database if ".commit(" in path.read_text(encoding="utf-8")}
    # The scope decides when, its unit of work does it.
    assert committing == {"backend/app/adapters/scope.py", "backend/app/adapters/db/uow.py"}


def test_there_are_no_unfinished_marks() -> None:
    marks = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
    found = [name_of(path) for path in sources(BACKEND / "app") if marks.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_the_checks_see_what_they_look_for() -> None:
    tree = ast.parse("class A:\n    def f(self, a, *, b):\n        pass\n")
    (function,) = [node for node in ast.walk(tree) if isinstance(node, Function)]
    assert parameters(function) == 2
    assert PATCHES.search("def test_x(monkeypatch): ...")
    assert PATCHES.search("with mock.patch('x'):")
