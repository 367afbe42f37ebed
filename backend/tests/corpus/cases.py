"""Reads the corpus: each case is a program before, a refactor, and the program after or the reason for a refusal."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

PYTHON = Path(__file__).parent / "rename" / "python"
TYPESCRIPT = Path(__file__).parent / "rename" / "typescript"
SYNTAX = Path(__file__).parent / "rename" / "syntax"
MOVES = Path(__file__).parent / "move" / "python"
SCRIPT_MOVES = Path(__file__).parent / "move" / "typescript"
MAINS = ("main.py", "main.ts", "main.tsx", "main.js", "main.mjs")
_MARK = re.compile(r"§(?P<cursor>>?)(?P<old>[^§|]+)(?:\|(?P<new>[^§]+))?§")


@dataclass(frozen=True, slots=True)
class Case:
    """One rename: of a word or, without line and column, of a file or folder itself; or a move to the path `new_name`.

    `tier`: how certain it may call itself; `refusal`: code and reason, where the right answer is no.
    """

    name: str
    new_name: str
    tier: str
    refusal: tuple[str, str] | None
    note: str
    before: dict[str, str]
    after: dict[str, str]
    path: str
    line: int | None
    column: int | None

    @property
    def runs(self) -> bool:
        """Say whether there is a program to run."""
        return self.main is not None

    @property
    def main(self) -> str | None:
        """The program, if there is one."""
        return next((path for path in MAINS if path in self.before), None)


def read_cases(folder: Path = PYTHON) -> list[Case]:
    """Read every rename, file by file."""
    return [_case(*each) for each in _texts(folder)]


def read_moves(folder: Path = MOVES) -> list[Case]:
    """Read every move, file by file."""
    return [_moved(*each) for each in _texts(folder)]


def _texts(folder: Path) -> list[tuple[str, str]]:
    return [
        (file.stem, text)
        for file in sorted(folder.glob("*.txt"))
        for text in re.split(r"(?m)^## ", file.read_text(encoding="utf-8"))[1:]
    ]


def _case(topic: str, text: str) -> Case:
    head, *parts = re.split(r"(?m)^--- ", text)
    title, *facts = head.strip().splitlines()
    told = dict(fact.split(": ", 1) for fact in facts)
    named = {path: body.rstrip("\n") + "\n" if body.strip() else "" for path, body in map(_file, parts)}
    moves = {before: after for before, _, after in (path.partition(" => ") for path in named) if after}
    marked = {path.partition(" => ")[0]: body for path, body in named.items()}
    kind, *why = told["tier"].split(maxsplit=2)
    path, line, column = (told["path"], None, None) if "path" in told else _cursor(marked)
    return Case(
        name=f"{topic}: {title}",
        new_name=told["new"],
        tier=kind,
        refusal=(why[0], " ".join(why[1:])) if kind == "declined" else None,
        note=told.get("note", ""),
        before={path: _MARK.sub(lambda mark: mark["old"], body) for path, body in marked.items()},
        after={
            moves.get(path, path): _MARK.sub(lambda mark: mark["new"] or told["new"], body)
            for path, body in marked.items()
        },
        path=path,
        line=line,
        column=column,
    )


def _moved(topic: str, text: str) -> Case:
    """Read a move: `---` begins a file before, `+++` what becomes of one; the others stay as they are."""
    first, *changed = re.split(r"(?m)^\+\+\+ ", text)
    case = _case(topic, first.replace("\nto: ", "\nnew: ", 1))
    after = {path: body.strip("\n") + "\n" if body.strip() else "" for path, body in map(_file, changed)}
    return replace(case, after={**case.before, **after})


def _file(part: str) -> tuple[str, str]:
    path, _, body = part.partition("\n")
    return path.strip(), body


def _cursor(marked: dict[str, str]) -> tuple[str, int, int]:
    for path, body in marked.items():
        for number, line in enumerate(body.split("\n"), start=1):
            if "§>" in line:
                before = _MARK.sub(lambda mark: mark["old"], line[: line.index("§>")])
                return path, number, len(before) + 1
    raise ValueError("no word is pointed at")
