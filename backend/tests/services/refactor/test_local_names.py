"""A local variable is looked for in its own file, everything else wherever it may be seen."""

import pytest

from app.services.refactor.asked import RenameRequest
from app.services.refactor.local_names import files_that_see

OTHERS = {"b.py": b"from a import f\nf(rows=1)\n"}


def seen(code: str, line: int, column: int, old: str = "rows") -> set[str]:
    """The files that are looked at for a place in `a.py`."""
    files = {"a.py": code.encode(), **OTHERS}
    return {*files_that_see(RenameRequest("a.py", line, column, "lines"), files, old)}


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ("def f():\n    rows = 1\n    return rows\n", 2, 5),
        ("def f():\n    for rows in ():\n        print(rows)\n", 3, 15),
        ("x = [rows for rows in ()]\n", 1, 6),
        ("def f():\n    rows = 1\n    def g():\n        nonlocal rows\n        rows = 2\n", 5, 9),
        ("class A:\n    def f(self):\n        with open('') as rows:\n            pass\n", 3, 26),
    ],
)
def test_a_local_variable_is_seen_by_its_file(code: str, line: int, column: int) -> None:
    assert seen(code, line, column) == {"a.py"}


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ("rows = 1\n", 1, 1),
        ("def f(rows):\n    return rows\n", 2, 12),
        ("f = lambda rows: rows\n", 1, 12),
        ("def f():\n    from b import rows\n    return rows\n", 3, 12),
        ("def f():\n    import rows\n    return rows\n", 3, 12),
        ("def f():\n    class rows:\n        pass\n    return rows\n", 4, 12),
        ("def f():\n    def rows():\n        pass\n    return rows\n", 4, 12),
        ("def f():\n    global rows\n    rows = 1\n", 3, 5),
        ("class A:\n    rows = 1\n", 2, 5),
        ("def f(x):\n    return x.rows\n", 2, 14),
        ("def f():\n    rows = (1\n", 2, 5),
    ],
)
def test_what_others_may_see_is_looked_for_everywhere(code: str, line: int, column: int) -> None:
    assert seen(code, line, column) == {"a.py", *OTHERS}
