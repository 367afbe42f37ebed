"""Any choice of a documented file's hunks is a program, and the same one: on real modules, with awkward texts."""

import ast
from random import Random

from app.adapters.syntax.python_tree import parse_python, python_definitions
from app.schemas.replies import SymbolDocumentation
from app.services.ai.docstrings.document import document_file
from app.services.ai.drafting import symbol_hunks
from app.services.proposals.edits import apply_edits

from tests.services.ai.docstrings.test_standard_library import real_modules

# Blank lines, and lines like code's own: what a comparison of lines would take for unchanged.
TEXTS = ("Do it.", "Do it.\n\nMore.\n\nAnd more.", "...\n\npass\n\n\nreturn 0", "a\nb\n\n\n\nc")
DOCUMENTABLE = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def bare(data: bytes) -> str:
    """The syntax tree without its documentation."""
    tree = parse_python(data)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTABLE) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)


def test_each_hunk_and_any_others_leave_the_program_as_it_is() -> None:
    random = Random(11)
    hunks = 0
    for path in real_modules()[::3]:
        data = path.read_bytes()
        symbols = ["", *(found.qualified_name for found in python_definitions(parse_python(data)))]
        documents = [
            SymbolDocumentation(path="a.py", symbol=it, quote="", documentation=random.choice(TEXTS)) for it in symbols
        ]
        done = document_file("a.py", "python", data, documents)
        edits = [edit for edit, _ in symbol_hunks(data, done.new_data, done.edits)]
        assert apply_edits(data, edits) == done.new_data
        program = bare(data)
        choices = [[edit] for edit in edits] + [[edit for edit in edits if random.random() < 0.5] for _ in range(5)]
        assert all(bare(apply_edits(data, choice)) == program for choice in choices), path
        hunks += len(edits)
    assert hunks > 200
