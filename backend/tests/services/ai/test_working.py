"""From record and raw reply to result and new files, without a database: the part that a replay repeats."""

import ast
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.llm.port import SourceFile
from app.core.hashing import git_blob_id
from app.schemas.replies import SymbolDocumentation
from app.services.ai.context import Context, LeftOut
from app.services.ai.docstrings.document import document_file
from app.services.ai.docstrings.edits import SymbolEdit
from app.services.ai.drafting import draft_of, symbol_hunks
from app.services.ai.errors import AiOutputInvalid, ContextNotKept
from app.services.ai.prompts import render
from app.services.ai.record import AskedFile, Question, Record
from app.services.ai.working import WorkedOut, work_out
from app.services.proposals.drafts import check_draft
from app.services.proposals.edits import apply_edits

CODE = b"def one():\n    return 1\n\n\nclass Two:\n    def three(self, four):\n        return four\n"
OTHER = b"function five(a) {\n  return a;\n}\n"


def _record(*paths: str) -> Record:
    files = {"a.py": ("python", CODE), "b.js": ("javascript", OTHER), "c.txt": ("text", b"words\n")}
    sources = tuple(SourceFile(path, git_blob_id(data), name, data.decode()) for path, (name, data) in files.items())
    asked = tuple(AskedFile(path, git_blob_id(files[path][1]), "100755") for path in paths)
    return Record(
        version=1,
        project_id=UUID(int=1),
        commit="c" * 40,
        manifest_hash="m" * 64,
        question=Question("documentation", paths),
        asked=asked,
        context=Context(sources),
        prompt=render("documentation", sources, asked=paths),
        max_output_tokens=10,
    )


def _document(symbol: str, quote: str, text: str, path: str = "a.py") -> dict[str, Any]:
    return {"path": path, "symbol": symbol, "quote": quote, "documentation": text, "claims": []}


def _reply(*documents: dict[str, Any]) -> str:
    return json.dumps({"documents": documents, "skipped": []})


ORIGINALS = {"a.py": CODE, "b.js": OTHER, "c.txt": b"words\n"}
ONE = _document("one", "def one():", "Return one.")
THREE = _document("Two.three", "    def three(self, four):", "Return what came in.")
FIVE = _document("five", "function five(a) {", "Return a.", path="b.js")


def test_files_of_several_languages_are_documented_in_one_go() -> None:
    worked = work_out(_record("a.py", "b.js"), _reply(ONE, THREE, FIVE), ORIGINALS)
    assert [(file.path, file.documented) for file in worked.result.files] == [("a.py", 2), ("b.js", 1)]
    assert b'"""Return one."""' in worked.files[0].documented.new_data
    assert b"Return a." in worked.files[1].documented.new_data


def test_equal_input_gives_equal_bytes() -> None:
    first, second = (work_out(_record("a.py"), _reply(ONE, THREE), ORIGINALS) for _ in range(2))
    assert first.result.sha256 == second.result.sha256
    assert first.files == second.files


def test_a_file_that_cannot_be_handled_is_listed_with_the_reason() -> None:
    text = _document("", "", "Words.", path="c.txt")
    worked = work_out(_record("a.py", "c.txt"), _reply(ONE, text), ORIGINALS)
    assert [file.path for file in worked.result.files] == ["a.py"]
    assert [one.path for one in worked.result.skipped] == ["c.txt"]
    assert worked.result.skipped[0].reason


@pytest.mark.parametrize("path", ["b.js", "../../etc/passwd", ".git/config", "/abs", ""])
def test_files_that_were_not_asked_about_are_never_changed(path: str) -> None:
    hostile = _document("five", "function five(a) {", "Owned.", path=path)
    worked = work_out(_record("a.py"), _reply(ONE, hostile), ORIGINALS)
    assert [file.asked.path for file in worked.files] == ["a.py"]
    assert worked.result.skipped[0].reason == "the question was not about that file"


def test_of_very_many_files_that_were_not_shown_some_are_named_and_the_rest_counted() -> None:
    record = _record("a.py")
    cut = tuple(LeftOut(f"f{number}.py", "too many") for number in range(600))
    everything = replace(record, question=Question("documentation"), context=replace(record.context, cut=cut))
    skipped = work_out(everything, _reply(ONE), ORIGINALS).result.skipped
    assert (len(skipped), skipped[0].path, skipped[-1].reason) == (501, "f0.py", "and 100 more files")


def test_other_bytes_than_those_pinned_are_refused() -> None:
    for originals in ({}, {"a.py": CODE + b"#"}):
        with pytest.raises(ContextNotKept):
            work_out(_record("a.py"), _reply(ONE), originals)


def test_a_reply_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(AiOutputInvalid):
        work_out(_record("a.py"), "{", ORIGINALS)


HOSTILE = [
    '"""\nimport os\nos.remove("x")\n"""',
    "\\",
    '"' * 7,
    "*/ alert(1) /*",
    "\x00\x1b[2J",
    "a\r\nb\rc",
    "«redacted:jwt»",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_documentation_never_becomes_code(text: str) -> None:
    worked = work_out(_record("a.py"), _reply(_document("one", "def one():", text)), ORIGINALS)
    new = worked.files[0].documented.new_data if worked.files else CODE
    assert _without_docstrings(new) == _without_docstrings(CODE)


@given(text=st.text(max_size=80))
def test_no_documentation_changes_what_the_code_does(text: str) -> None:
    worked = work_out(_record("a.py"), _reply(_document("one", "def one():", text)), ORIGINALS)
    new = worked.files[0].documented.new_data if worked.files else CODE
    assert _without_docstrings(new) == _without_docstrings(CODE)


def _without_docstrings(data: bytes) -> str:
    tree = ast.parse(data)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree)


class _Pinned:
    """As much of a manifest as a draft needs."""

    project_id = UUID(int=1)
    id = UUID(int=2)
    ref = "refs/heads/main"
    commit = "c" * 40
    hash = "m" * 64


def _draft(worked: WorkedOut) -> Any:
    manifest: Any = _Pinned()
    return draft_of(worked, manifest, ai_job_id=UUID(int=3), answered_by="scripted script-1")


def test_a_draft_holds_a_labelled_hunk_for_every_symbol() -> None:
    draft = _draft(work_out(_record("a.py", "b.js"), _reply(ONE, THREE, FIVE), ORIGINALS))
    check_draft(draft)
    assert draft.title == "Document a.py, b.js"
    assert [[hunk.label for hunk in file.hunks] for file in draft.files] == [
        ["Document one", "Document Two.three"],
        ["Document five"],
    ]
    assert [file.mode for file in draft.files] == ["100755", "100755"]
    assert "scripted script-1" in draft.summary


def test_without_a_change_there_is_no_draft() -> None:
    assert _draft(work_out(_record("a.py"), _reply(), ORIGINALS)) is None


def test_symbols_on_one_line_share_a_hunk() -> None:
    symbols = [SymbolEdit("a", 1, "", 0, 1, 1), SymbolEdit("b", 1, "", 0, 1, 1), SymbolEdit("c", 2, "", 1, 2, 0)]
    hunks = symbol_hunks(b"a, b\nc\n", b"a\nb\n\nC\n", symbols)
    assert [(edit.new, [one.symbol for one in group]) for edit, group in hunks] == [
        (b"a\nb\n\n", ["a", "b"]),
        (b"C\n", ["c"]),
    ]


def test_no_symbols_no_hunks() -> None:
    assert symbol_hunks(b"a\n", b"a\n", []) == []


def test_every_hunk_of_a_documented_file_parses_by_itself() -> None:
    source = b"class A:\n    def one(self): ...\n\n\n    def two(self): ...\n"
    documents = [
        SymbolDocumentation(path="a.py", symbol=symbol, quote="", documentation="Do it.\n\nMore.\n\nAnd more.")
        for symbol in ("A", "A.one", "A.two")
    ]
    documented = document_file("a.py", "python", source, documents)
    hunks = symbol_hunks(source, documented.new_data, documented.edits)
    assert [[one.symbol for one in group] for _, group in hunks] == [["A", "A.one"], ["A.two"]]
    for edit, _ in hunks:
        ast.parse(apply_edits(source, [edit]))
