"""Places as people give them, and names that may be given."""

import pytest

from app.adapters.language.port import Spot
from app.services.refactor.asked import word_at
from app.services.refactor.bounds import problem_with_text
from app.services.refactor.errors import InvalidName
from app.services.refactor.names import check_python_name
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.tree import import_roots

TEXT = "a = '😀', höhe\r\nsecond = 1\rthird\n".encode()


@pytest.mark.parametrize(
    ("line", "column", "word"),
    [(1, 1, "a"), (1, 2, "a"), (1, 3, None), (1, 11, "höhe"), (1, 15, "höhe"), (2, 3, "second"), (3, 5, "third")],
)
def test_columns_count_as_editors_do(line: int, column: int, word: str | None) -> None:
    assert word_at(TEXT, line, column) == word


@pytest.mark.parametrize(("line", "column"), [(9, 1), (1, 99), (4, 2)])
def test_a_place_that_is_not_there_has_no_word(line: int, column: int) -> None:
    assert word_at(TEXT, line, column) is None


def test_offsets_and_places_go_both_ways() -> None:
    lines = LineTable(TEXT)
    for offset in range(len(TEXT)):
        assert lines.offset(lines.spot(offset)) == offset
    assert lines.spot(TEXT.index(b"third")) == Spot(2, 0)


@pytest.mark.parametrize("name", ["", "1a", "a-b", "a b", "class", "None", "__x__", "ﬁn", "same", "a\n"])
def test_what_is_no_name_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(InvalidName) as refused:
        check_python_name("same", name)
    assert refused.value.details["reason"]


@pytest.mark.parametrize("name", ["a", "_private", "größe", "match", "type", "__mangled"])
def test_what_is_a_name_is_taken(name: str) -> None:
    check_python_name("same", name)


def test_imports_start_where_packages_lie() -> None:
    paths = ["src/a/__init__.py", "src/a/b/__init__.py", "backend/app/__init__.py", "tools/x.py", "tests/__init__.py"]
    assert import_roots(paths) == ("backend", "src")
    assert import_roots(["a/__init__.py", "b.py"]) == ()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"x = 1\n", None),
        (b"\xff", "UTF-8"),
        (b"a\0b", "text"),
        (b"x" * 100_001, "line"),
        (b"(" * 1_001, "nested"),
        (b"()" * 5_000, None),
    ],
)
def test_what_a_parser_would_choke_on_is_not_read(data: bytes, problem: str | None) -> None:
    found = problem_with_text(data)
    assert (found is None) if problem is None else (problem in (found or ""))
