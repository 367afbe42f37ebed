"""What a model is shown: neighbours by import, files fitted into a budget, everything left out listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.llm.port import Focus, SourceFile
from app.services.ai.context import (
    LARGEST_FILE,
    TOKENS_PER_FILE,
    Admitted,
    FileEntry,
    LeftOut,
    admit,
    assemble,
    candidates,
    estimate_tokens,
    neighbours,
    refuse,
)


def _entry(path: str, *, size: int = 10, language: str = "python", mode: str = "100644") -> FileEntry:
    return FileEntry(path, f"blob-{path}", size, language, mode)


def _entries(*paths: str) -> dict[str, FileEntry]:
    return {path: _entry(path) for path in paths}


def _file(path: str, text: str, language: str = "python") -> SourceFile:
    return SourceFile(path, f"blob-{path}", language, text)


def _admitted(path: str, text: str) -> Admitted:
    return Admitted(_file(path, text), ())


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (_entry("link", mode="120000"), "never followed"),
        (_entry("module", mode="160000"), "never followed"),
        (FileEntry("big.bin", "b", 130, "", is_lfs_pointer=True), "LFS pointer"),
        (_entry("odd\\name.py"), "not a plain path"),
        (_entry("e\u0301.py"), "not a plain path"),
        (_entry(".env"), "environment secrets"),
        (_entry(f"dumps/ghp_{'a1B2' * 9}.py"), "its name holds a secret"),
        (_entry("big.py", size=LARGEST_FILE + 1), "524,289 bytes"),
    ],
)
def test_some_files_are_refused_before_they_are_read(entry: FileEntry, words: str) -> None:
    assert words in (refuse(entry) or "")


def test_an_ordinary_file_is_not_refused() -> None:
    assert refuse(_entry("src/a.py")) is None
    assert refuse(_entry("run.sh", mode="100755")) is None


@pytest.mark.parametrize(
    ("data", "words"), [(b"a\0b", "not a text file"), (b"\xff\xfe", "not UTF-8"), ("é".encode("latin-1"), "not UTF-8")]
)
def test_what_is_not_utf8_text_is_left_out_with_the_reason(data: bytes, words: str) -> None:
    got = admit(_entry("a.py"), data)
    assert isinstance(got, LeftOut)
    assert words in got.reason


def test_an_admitted_file_has_its_secrets_taken_out() -> None:
    got = admit(_entry("a.py"), b"x = 1\nPASSWORD = 'hunter2'\n")
    assert isinstance(got, Admitted)
    assert got.file.text == "x = 1\nPASSWORD = '«redacted:password»'\n"
    assert [(mark.kind, mark.line) for mark in got.redactions] == [("password", 2)]


def _names(text: str, *paths: str, at: str, language: str = "python") -> list[str]:
    names = candidates([_file(at, text, language)])
    return [entry.path for entry in neighbours(names, _entries(at, *paths))]


def test_python_imports_are_resolved_absolutely_from_any_folder_above() -> None:
    text = "import app.core.errors\nfrom app.models import user, team as t\n"
    text += "from app.adapters import (\n    git,\n    db,\n)\n"
    found = _names(
        text,
        "backend/app/core/errors.py",
        "backend/app/models/user.py",
        "backend/app/models/__init__.py",
        "backend/app/adapters/git/__init__.py",
        "backend/app/adapters/db.py",
        "elsewhere/app/core/errors.py",
        at="backend/app/services/x.py",
    )
    assert found == [
        "backend/app/core/errors.py",
        "backend/app/models/user.py",
        "backend/app/models/__init__.py",
        "backend/app/adapters/git/__init__.py",
        "backend/app/adapters/db.py",
    ]


def test_relative_python_imports_are_resolved_from_the_importer() -> None:
    text = "from . import a\nfrom .b import c\nfrom ..d import e\nfrom ... import f\n"
    found = _names(text, "p/q/a.py", "p/q/b.py", "p/d.py", "p/q/d.py", "f.py", "a.py", at="p/q/m.py")
    assert found == ["p/q/a.py", "p/q/b.py", "p/d.py", "f.py"]


def test_script_imports_are_resolved_with_their_endings() -> None:
    text = "import a from './a'\nconst b = require('../b')\nexport * from './c/'\n"
    text += "import('./d.js')\nimport x from 'react'\n"
    found = _names(text, "s/a.tsx", "b.js", "s/c/index.ts", "s/d.ts", "react.js", at="s/m.ts", language="typescript")
    assert found == ["s/a.tsx", "b.js", "s/c/index.ts", "s/d.ts"]


def test_a_path_that_climbs_out_of_the_repository_names_nothing() -> None:
    assert _names("import a from '../../../../etc/passwd'\n", "etc/passwd", at="s/m.ts", language="typescript") == []


def test_descriptions_of_the_project_come_last_nearest_to_the_root_first() -> None:
    found = _names("import a\n", "lib/a.py", "README.md", "lib/package.json", "pyproject.toml", at="lib/m.py")
    assert found == ["lib/a.py", "README.md", "pyproject.toml", "lib/package.json"]


def test_neighbours_are_bounded_and_never_the_file_itself() -> None:
    text = "from . import " + ", ".join(f"m{n}" for n in range(50)) + "\nfrom .m import x\n"
    found = _names(text, *(f"m{n}.py" for n in range(50)), at="m.py")
    assert len(found) == 12
    assert "m.py" not in found


def test_files_asked_about_come_first_and_what_does_not_fit_is_listed() -> None:
    asked, near, far = _admitted("a.py", "a" * 400), _admitted("b.py", "b" * 4000), _admitted("c.py", "c" * 40)
    withheld = LeftOut(".env", "secret")
    context = assemble([asked], [near, far], left_out=[withheld], budget_tokens=300)
    assert [file.path for file in context.files] == ["a.py", "c.py"]
    assert context.withheld == (withheld,)
    assert [cut.path for cut in context.cut] == ["b.py"]
    assert "1,040 tokens" in context.cut[0].reason


def test_a_single_file_too_large_keeps_its_beginning_and_all_line_numbers() -> None:
    text = "".join(f"line {number}\n" for number in range(1, 1001))
    context = assemble([_admitted("a.py", text)], [], budget_tokens=800)
    lines = context.files[0].text.split("\n")
    assert len(lines) == 1001
    assert lines[0] == "line 1"
    assert lines[999] == ""
    assert context.cut[0].reason.startswith("only lines 1 to ")


def test_a_question_about_late_lines_of_a_large_file_keeps_those_lines() -> None:
    text = "".join(f"line {number}\n" for number in range(1, 3001))
    context = assemble([_admitted("a.py", text)], [], budget_tokens=5000, focus=Focus("a.py", 2000, 2010))
    lines = context.files[0].text.split("\n")
    assert lines[1999:2010] == [f"line {number}" for number in range(2000, 2011)]
    assert lines[0] == ""


def test_of_several_files_asked_about_one_too_large_is_cut_as_a_whole() -> None:
    context = assemble([_admitted("a.py", "x" * 9000), _admitted("b.py", "y")], [], budget_tokens=1000)
    assert [file.path for file in context.files] == ["b.py"]
    assert [cut.path for cut in context.cut] == ["a.py"]


@given(
    sizes=st.lists(st.integers(0, 3000), min_size=2, max_size=8),
    asked=st.integers(1, 8),
    budget=st.integers(0, 3000),
)
def test_the_budget_is_kept_and_every_file_is_sent_or_listed(sizes: list[int], asked: int, budget: int) -> None:
    files = [_admitted(f"{number}.py", "x" * size) for number, size in enumerate(sizes)]
    context = assemble(files[: max(2, asked)], files[max(2, asked) :], budget_tokens=budget)
    used = sum(estimate_tokens(file.text) + TOKENS_PER_FILE for file in context.files)
    assert used <= budget
    names = [file.path for file in context.files] + [cut.path for cut in context.cut]
    assert sorted(names) == sorted(one.file.path for one in files)
