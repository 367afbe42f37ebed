"""What is seen in Python files."""

import textwrap

from app.adapters.syntax.describe import describe
from app.adapters.syntax.structure import FileStructure, Symbol

SAMPLE = '''\
#!/usr/bin/env python3
"""Keeps jobs."""

import subprocess as sp
from os import remove

LIMIT: int = 3


class Store(dict[str, int]):
    """A store."""

    size: int = 0

    @property
    def is_empty(self) -> bool:
        return not self

    async def save(self, path, /, data: bytes = b"", *rest, mode="w", **more) -> None:
        """Save."""
        if not data:
            raise ValueError("empty")
        try:
            self.size = len(data)
            remove(path)
        except OSError as error:
            raise RuntimeError from error
        with open(path, mode="wb") as file:
            file.write(data)
        print(path)

    def each(self):
        for key in self:
            yield key

    def _hidden(self): ...


def run(command, log):
    global LAST
    LAST = command
    log.info("run")

    def inner():
        return 1

    return sp.run(command) if command else None
'''


def see(text: str, path: str = "a.py") -> FileStructure:
    structure = describe(path, "python", textwrap.dedent(text))
    assert isinstance(structure, FileStructure)
    return structure


def symbol(structure: FileStructure, name: str) -> Symbol:
    return next(it for it in structure.symbols if it.qualified_name == name)


def test_the_module_its_imports_and_definitions_are_seen() -> None:
    seen = see(SAMPLE)
    assert (seen.documentation, seen.complete, seen.parser) == ("Keeps jobs.", True, "ast")
    assert [(entry.module, entry.names) for entry in seen.imports] == [("subprocess", ("sp",)), ("os", ("remove",))]
    assert [(it.kind, it.qualified_name, it.is_public) for it in seen.symbols] == [
        ("constant", "LIMIT", True),
        ("class", "Store", True),
        ("method", "Store.is_empty", True),
        ("method", "Store.save", True),
        ("method", "Store.each", True),
        ("method", "Store._hidden", False),
        ("function", "run", True),
        ("function", "run.inner", False),
    ]


def test_a_signature_is_written_as_python_writes_it() -> None:
    save = symbol(see(SAMPLE), "Store.save")
    assert save.signature == ('async def save(path, /, data: bytes = b"", *rest, mode="w", **more) -> None')
    assert [it.kind for it in save.parameters] == ["positional-only", "plain", "rest", "keyword-only", "keywords"]
    assert save.head.text == '    async def save(self, path, /, data: bytes = b"", *rest, mode="w", **more) -> None:'


def test_raises_carry_what_guards_them() -> None:
    raises = symbol(see(SAMPLE), "Store.save").body.raises
    assert [(it.error, it.guard.kind if it.guard else "", it.guard.condition if it.guard else "") for it in raises] == [
        ("ValueError", "if", "not data"),
        ("RuntimeError", "except", "OSError"),
    ]


def test_side_effects_are_seen_through_import_names() -> None:
    seen = see(SAMPLE)
    effects = [(it.kind, it.subject) for it in symbol(seen, "Store.save").body.effects]
    assert effects == [
        ("changes-attribute", "self.size"),
        ("writes-files", "remove"),
        ("writes-files", "open"),
        ("prints", "print"),
    ]
    more = [(it.kind, it.subject) for it in symbol(seen, "run").body.effects]
    assert more == [("changes-global", "LAST"), ("logs", "log.info"), ("processes", "sp.run")]


def test_a_name_that_is_bound_anew_is_no_known_effect() -> None:
    seen = see(
        """
        import random

        def gather(n, socket):
            requests, secrets = [], {}
            for i in range(n):
                requests.append(i)
                secrets.update(a=i)
                socket.send(i)

        def pick(random, print):
            print("x")
            return random.choice([1])

        def draw():
            return random.choice([1])

        def fall_back():
            try:
                import subprocess
            except ImportError:
                subprocess = None
            return subprocess.run("ls")
        """
    )
    kinds = {it.name: [effect.kind for effect in it.body.effects] for it in seen.symbols}
    assert kinds == {"gather": [], "pick": [], "draw": ["random"], "fall_back": ["processes"]}


def test_an_error_that_is_caught_again_is_told_apart_from_one_that_escapes() -> None:
    seen = see(
        """
        def f(a):
            try:
                if a: raise KeyError(a)
                raise CustomError(a)
            except LookupError:
                return None

        def g(a):
            try:
                try:
                    raise ValueError(a)
                except KeyError:
                    pass
                raise CustomError(a)
            except Exception:
                return None

        def h(a):
            try:
                raise ValueError(a)
            except ValueError:
                if a: raise
            else:
                raise TypeError
            try:
                a()
            except ValueError as error:
                raise error
        """
    )
    raises = {it.name: [(one.error, one.is_caught) for one in it.body.raises] for it in seen.symbols}
    assert raises == {
        "f": [("KeyError", True), ("CustomError", False)],
        "g": [("ValueError", True), ("CustomError", True)],
        "h": [("ValueError", False), ("", False), ("TypeError", False), ("", False)],
    }


def test_a_raised_variable_is_no_type_of_error() -> None:
    raises = symbol(see("def f(a, kind):\n    made = kind()\n    raise made if a else kind\n"), "f").body.raises
    raises += symbol(see("def f(a):\n    made = a()\n    raise made\n"), "f").body.raises
    raises += symbol(see("def f(a):\n    raise a\n"), "f").body.raises
    raises += symbol(see("def f(a):\n    raise error\n"), "f").body.raises
    assert [it.is_variable for it in raises] == [False, True, True, False]


def test_only_what_is_named_like_a_log_logs() -> None:
    callees = ("log", "self.logger", "access_log", "LOGGER", "dialog", "catalog", "BLOG")
    seen = see("def f(self):\n" + "".join(f"    {callee}.info('x')\n" for callee in callees))
    assert [it.subject for it in symbol(seen, "f").body.effects] == [f"{callee}.info" for callee in callees[:4]]


def test_a_name_the_module_defines_itself_is_no_known_effect() -> None:
    seen = see("""
        def print(text): ...
        def go(): print("x")
    """)
    assert symbol(seen, "go").body.effects == ()


def test_uses_of_parameters_are_seen() -> None:
    command, log = symbol(see(SAMPLE), "run").parameters
    assert {(use.verb, use.object) for use in command.uses} == {("passed to", "sp.run"), ("tested", "")}
    assert {(use.verb, use.object) for use in log.uses} == {("method", "info")}


def test_answers_and_yields_are_quoted_without_those_of_inner_functions() -> None:
    seen = see(SAMPLE)
    assert [it.expression for it in symbol(seen, "run").body.returned] == ["sp.run(command) if command else None"]
    assert [it.expression for it in symbol(seen, "Store.each").body.yielded] == ["key"]
    assert symbol(seen, "Store.save").body.complexity == 3


def test_all_decides_what_is_public() -> None:
    seen = see("""
        __all__ = ["_kept"]
        def _kept(): ...
        def hidden(): ...
    """)
    assert [it.is_public for it in seen.symbols] == [True, False]


def test_definitions_inside_conditions_and_tries_are_seen() -> None:
    seen = see("""
        try:
            from a import f
        except ImportError:
            def f(): ...
        if True:
            class A:
                pass
        match 1:
            case 1:
                def g(): ...
    """)
    assert [it.qualified_name for it in seen.symbols] == ["f", "A", "g"]


def test_a_broken_file_is_outlined_by_tree_sitter() -> None:
    seen = see("""
        import os
        def f(:
            pass
        class A:
            def m(self): return 1
    """)
    assert (seen.parser, seen.complete) == ("tree-sitter", False)
    assert "A.m" in [it.qualified_name for it in seen.symbols]


def test_lines_are_counted_as_git_counts_them() -> None:
    seen = see('x = 1\r\ny = """a\rb"""\r\ndef f(): pass\r\n')
    assert symbol(seen, "f").start_line == 3
    assert symbol(seen, "f").head.text == "def f(): pass"


def test_only_what_is_known_to_be_a_path_changes_files_when_it_is_touched_or_unlinked() -> None:
    seen = see(
        """
        from pathlib import Path
        from typing import Optional

        def given(a: Path, b: Path | None, c: Optional[Path], d: str, *e: Path):
            a.unlink(); b.touch(); c.unlink()
            d.unlink(); e.touch()

        def made(name):
            folder = Path(name) / "x"
            folder.parent.touch()
            for each in folder.iterdir():
                each.unlink()
            folder = name
            folder.touch()

        def told(thing):
            thing.unlink(missing_ok=True)
            thing.touch()
            thing.unlink()
        """
    )
    lines = {it.name: [effect.subject for effect in it.body.effects] for it in seen.symbols}
    assert lines == {
        "given": ["a.unlink", "b.touch", "c.unlink"],
        "made": ["folder.parent.touch", "folder.iterdir", "each.unlink"],
        "told": ["thing.unlink"],
    }
    assert [effect.kind for effect in symbol(seen, "given").body.effects] == ["writes-files"] * 3


def test_what_is_suppressed_does_not_get_out() -> None:
    seen = see(
        """
        import contextlib
        from contextlib import suppress as hush

        def f(a):
            with contextlib.suppress(KeyError), hush(OSError):
                raise KeyError(a)
                raise FileNotFoundError(a)
                raise ValueError(a)

        def g(a, suppress):
            with suppress(KeyError):
                raise KeyError(a)
        """
    )
    assert [(it.error, it.is_caught) for it in symbol(seen, "f").body.raises] == [
        ("KeyError", True),
        ("FileNotFoundError", True),
        ("ValueError", False),
    ]
    assert [it.is_caught for it in symbol(seen, "g").body.raises] == [False]


def test_items_that_are_set_or_deleted_are_told_from_attributes() -> None:
    seen = symbol(see("def f(stock, name):\n    stock[name] = 1\n    del stock[name]\n    stock.name = 2\n"), "f")
    assert [(it.kind, it.subject) for it in seen.body.effects] == [
        ("changes-items", "stock[…]"),
        ("changes-items", "stock[…]"),
        ("changes-attribute", "stock.name"),
    ]
