"""Docstrings put into Python files leave everything else as it was."""

import ast
import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schemas.replies import SymbolDocumentation
from app.services.ai.docstrings.document import document_file
from app.services.ai.docstrings.edits import DocumentedFile


def document(data: bytes | str, *symbols: str, text: str = "Say what it does.", quote: str = "") -> DocumentedFile:
    raw = data.encode() if isinstance(data, str) else data
    wanted = [SymbolDocumentation(path="a.py", symbol=it, quote=quote, documentation=text) for it in symbols]
    done = document_file("a.py", "python", raw, wanted)
    assert {edit.symbol for edit in done.edits} | {skip.symbol for skip in done.skipped} == set(symbols)
    return done


def new_text(data: str, *symbols: str, text: str = "It.") -> str:
    done = document(data, *symbols, text=text)
    assert not done.skipped, done.skipped
    return done.new_data.decode()


CASES = {
    "plain": ("def f(a):\n    return a\n", 'def f(a):\n    """It."""\n    return a\n'),
    "one line": ("def f(a): return a\n", 'def f(a):\n    """It."""\n    return a\n'),
    "one line, tight": ("def f(a):return a", 'def f(a):\n    """It."""\n    return a'),
    "stub": ("def f(a) -> int: ...\n", 'def f(a) -> int:\n    """It."""\n    ...\n'),
    "several statements on the line": (
        "def f(): a = 1; b = 2  # c\n",
        'def f():\n    """It."""\n    a = 1; b = 2  # c\n',
    ),
    "comment behind the head": (
        "def f():  # c: d\n    # e\n    pass\n",
        'def f():  # c: d\n    """It."""\n    # e\n    pass\n',
    ),
    "tabs": ("def f():\n\tpass\n", 'def f():\n\t"""It."""\n\tpass\n'),
    "tabs in the file, body on the line": (
        "class A:\n\tx = 1\n\tpass\ndef f():pass\n",
        'class A:\n\tx = 1\n\tpass\ndef f():\n\t"""It."""\n\tpass\n',
    ),
    "windows lines": ("def f():\r\n    pass\r\n", 'def f():\r\n    """It."""\r\n    pass\r\n'),
    "mixed lines": ("x = 1\r\ndef f():\n    pass\r\n", 'x = 1\r\ndef f():\n    """It."""\n    pass\r\n'),
    "head over lines": (
        "def f(\n    a: 'x:y' = {1: 2},\n) -> (\n    int\n):\n    pass\n",
        'def f(\n    a: \'x:y\' = {1: 2},\n) -> (\n    int\n):\n    """It."""\n    pass\n',
    ),
    "lambda as annotation": ("def f() -> lambda: 1: pass\n", 'def f() -> lambda: 1:\n    """It."""\n    pass\n'),
    "continued head": ("def f(a) \\\n  -> int:\n    pass\n", 'def f(a) \\\n  -> int:\n    """It."""\n    pass\n'),
    "f-string first": ('def f():\n    f"{1}"\n', 'def f():\n    """It."""\n    f"{1}"\n'),
    "bytes first": ('def f():\n    b"x"\n', 'def f():\n    """It."""\n    b"x"\n'),
    "decorated body": ("def f():\n    @g\n    def h(): pass\n", 'def f():\n    """It."""\n    @g\n    def h(): pass\n'),
    "async and decorated": (
        "@a(\n  b)\nasync def f():\n  await x\n",
        '@a(\n  b)\nasync def f():\n  """It."""\n  await x\n',
    ),
    "type comment": (
        "def f(a):\n    # type: (int) -> int\n    return a\n",
        'def f(a):\n    # type: (int) -> int\n    """It."""\n    return a\n',
    ),
    "no final line end": ("def f():\n    pass", 'def f():\n    """It."""\n    pass'),
    "placeholder": ('def f():\n    """TODO"""\n    pass\n', 'def f():\n    """It."""\n    pass\n'),
    "single quotes prevail": (
        "def f(): pass\ndef g():\n    '''G.'''\n",
        "def f():\n    '''It.'''\n    pass\ndef g():\n    '''G.'''\n",
    ),
    "documentation elsewhere that is not English": (
        'def f(): pass\ndef g():\n    """a说明。"""\n',
        'def f():\n    """It."""\n    pass\ndef g():\n    """a说明。"""\n',
    ),
    "inside conditions": (
        "try:\n    x\nexcept E:\n    def f(): pass\n",
        'try:\n    x\nexcept E:\n    def f():\n        """It."""\n        pass\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES.keys())
def test_a_function_gets_its_docstring_and_nothing_else_moves(before: str, after: str) -> None:
    assert new_text(before, "f") == after


MODULES = {
    "import first": ("import a\n", '"""It."""\n\nimport a\n'),
    "future": ("from __future__ import annotations\n", '"""It."""\n\nfrom __future__ import annotations\n'),
    "shebang and cookie": (
        "#!/bin/python\n# coding: utf-8\nimport a\n",
        '#!/bin/python\n# coding: utf-8\n\n"""It."""\n\nimport a\n',
    ),
    "licence": (
        "# Copyright A\n# All rights.\n\nimport a\n",
        '# Copyright A\n# All rights.\n\n"""It."""\n\nimport a\n',
    ),
    "comment on the import": ("# why a\nimport a\n", '"""It."""\n\n# why a\nimport a\n'),
    "order for a type checker": (
        "# x\n\n# type: ignore\nimport a\n",
        '# x\n\n# type: ignore\n\n"""It."""\n\nimport a\n',
    ),
    "empty": ("", '"""It."""\n'),
    "comment only": ("# x", '# x\n\n"""It."""'),
    "comment only, ended": ("# x\n", '# x\n\n"""It."""\n'),
    "windows lines": ("import a\r\n", '"""It."""\r\n\r\nimport a\r\n'),
}


@pytest.mark.parametrize(("before", "after"), MODULES.values(), ids=MODULES.keys())
def test_a_module_gets_its_docstring_below_its_header(before: str, after: str) -> None:
    assert new_text(before, "") == after


def test_a_class_is_set_apart_from_its_first_member() -> None:
    assert new_text("class A:\n    x = 1\n", "A") == 'class A:\n    """It."""\n\n    x = 1\n'
    assert new_text("class A(E): pass\n", "A") == 'class A(E):\n    """It."""\n    pass\n'


def test_everything_in_one_file_at_once() -> None:
    source = "import a\n\nclass A:\n class B:\n  def m(self): pass\n\n async def n(self):\n  def o(): ...\n"
    done = document(source, "", "A", "A.B", "A.B.m", "A.n", "A.n.o")
    assert len(done.edits) == 6
    tree = ast.parse(done.new_data)
    nodes = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert {ast.get_docstring(node) for node in nodes} == {"Say what it does."}
    assert [edit.line for edit in done.edits] == [1, 3, 4, 5, 7, 8]


@pytest.mark.parametrize(
    ("source", "symbol", "reason"),
    [
        ('def f():\n    "It."\n', "f", "documentation already"),
        ('def f():\n    "a" "b"\n', "f", "documentation already"),
        ('def f():\n    "计算两个数的和。"\n', "f", "documentation already"),
        ("@overload\ndef f(): ...\n", "f", "overload"),
        ("class A:\n  @x.setter\n  def x(self, v): pass\n", "A.x", "getter"),
        ("def f(): pass\ndef f(): pass\n", "f", "several definitions"),
        ("def f(): \\\n  pass\n", "f", "continued line"),
        ("def g(): pass\n", "f", "no definition"),
        ("def f(:\n", "f", "does not parse"),
        ("def f(): pass\0", "f", "NUL"),
        ("x = " + "-" * 20_000 + "1\ndef f(): pass\n", "f", "nested too deeply"),
    ],
)
def test_what_cannot_be_documented_is_left_alone_with_the_reason(source: str, symbol: str, reason: str) -> None:
    done = document(source, symbol)
    assert done.new_data == source.encode()
    assert reason in done.skipped[0].reason


def test_the_quoted_line_tells_namesakes_apart() -> None:
    source = "if a:\n    def f(x): pass\nelse:\n    def f(y): pass\n"
    done = document(source, "f", quote="    def f(y): pass")
    assert (
        done.new_data.decode()
        == 'if a:\n    def f(x): pass\nelse:\n    def f(y):\n        """Say what it does."""\n        pass\n'
    )
    wrong = document(source, "f", quote="def f(z): pass")
    assert "does not read as quoted" in wrong.skipped[0].reason


def test_one_line_that_only_just_fits_reads_as_written() -> None:
    for length in range(80, 110):
        done = document("class A:\n    def f(self): pass\n", "A.f", text="word " * (length // 5) + "x" * (length % 5))
        assert len(done.edits) == 1
        assert max(len(line) for line in done.new_data.decode().split("\n")) <= 100


def test_the_same_definition_is_documented_once() -> None:
    wanted = [SymbolDocumentation(path="a", symbol="f", quote="", documentation=text) for text in ("One.", "Two.")]
    done = document_file("a.py", "python", b"def f(): pass\n", wanted)
    assert b"One." in done.new_data
    assert [skip.reason for skip in done.skipped] == ["it was documented twice; the first text is kept"]


def test_encodings_are_kept() -> None:
    latin = "# coding: latin-1\n\ndef f():\n    return 'é'\n".encode("latin-1")
    done = document(latin, "f", text="Naïve — “quoted” 漢.")
    assert 'Naïve - "quoted" ?.'.encode("latin-1") in done.new_data
    marked = b"\xef\xbb\xbfdef f(): pass\n"
    assert document(marked, "f").new_data.startswith(b'\xef\xbb\xbfdef f():\n    """Say')


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"def f(): return '\xff'\n", "not valid utf-8"),
        (b"# coding: utf-7\ndef f(): pass\n", "cannot be edited safely"),
        (b"# coding: rot13\ndef f(): pass\n", "encoding"),
        (b"# coding: no-such\ndef f(): pass\n", "unknown"),
        (b"\xef\xbb\xbf# coding: latin-1\ndef f(): pass\n", "contradicts"),
        ("def f(): pass\n".encode("utf-16"), "valid|NUL"),
    ],
)
def test_bytes_that_cannot_be_read_are_left_alone(data: bytes, reason: str) -> None:
    done = document(data, "f")
    assert done.new_data == data
    assert any(word in done.skipped[0].reason for word in reason.split("|"))


HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            ['"""', "'''", '"', "'", "\\", "\\\n", "\n", "\r\n", "\n\n    ", "\t", "{", "\\N{", "\\u12", "\0", "é", " "]
        ),
        st.text(max_size=12),
    ),
    max_size=14,
).map("".join)
SHAPES = [
    "def f(): pass\n",
    "def f():\n    return 1\n",
    "def f():\r\n\treturn 1\r\n",
    "x = 1\ndef f(a,\n  b): ...",
    "class f: x = 1\n",
    "def g():\n    '''G.'''\ndef f():\n    f'{1}'\n",
    "class f:\n    '''todo'''\n",
    "# coding: latin-1\nasync def f():\n  # c\n  pass\n",
]


@given(st.sampled_from(SHAPES), HOSTILE)
def test_no_text_breaks_out_of_its_docstring(shape: str, text: str) -> None:
    done = document(shape, "f", "", text=text)
    before, after = ast.parse(shape), ast.parse(done.new_data)
    for edit in done.edits:
        owner = after if not edit.symbol else next(node for node in after.body if getattr(node, "name", "") == "f")
        assert isinstance(owner, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        assert inspect.cleandoc(ast.get_docstring(owner) or "") == inspect.cleandoc(edit.documentation)
    assert _without_docstrings(before) == _without_docstrings(after)
    assert document(shape, "f", "", text=text) == done


def _without_docstrings(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node) is not None
        ):
            del node.body[0]
    return ast.dump(tree)


def test_thousands_of_one_line_functions_are_no_trouble() -> None:
    names = [f"f{number}" for number in range(1_500)]
    done = document("".join(f"def {name}(a): return a\n" for name in names), *names)
    assert len(done.edits) == len(names)
