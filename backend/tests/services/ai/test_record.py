"""The kept context: equal records are equal bytes, and damage is found."""

from uuid import UUID

import pytest
import zstandard

from app.adapters.llm.port import SourceFile
from app.services.ai.context import Context, FileRedaction, LeftOut
from app.services.ai.errors import ContextNotKept
from app.services.ai.prompts import render
from app.services.ai.record import AskedFile, Question, Record, pack, storage_key, unpack

FILE = SourceFile("é.py", "b" * 40, "python", "x = '«redacted:jwt»'\n" * 200)
QUESTION = Question("inline-comment", ("é.py",), 1, 2, "Why?")
RECORD = Record(
    version=1,
    project_id=UUID(int=1),
    commit="c" * 40,
    manifest_hash="m" * 64,
    question=QUESTION,
    asked=(AskedFile("é.py", "b" * 40, "100644"),),
    context=Context((FILE,), (FileRedaction("é.py", "jwt", 1),), (LeftOut(".env", "secret"),), (LeftOut("b", "big"),)),
    prompt=render("inline-comment", [FILE], asked=["é.py"], focus=QUESTION.focus, question="Why?"),
    max_output_tokens=10,
)


def test_a_record_comes_back_as_it_was() -> None:
    packed = pack(RECORD)
    assert unpack(packed.data, sha256=packed.sha256) == RECORD
    assert len(packed.data) < len(FILE.text)


def test_equal_records_are_equal_bytes() -> None:
    assert pack(RECORD) == pack(unpack(pack(RECORD).data, sha256=pack(RECORD).sha256))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not zstd",
        pack(RECORD).data[:-5],
        zstandard.compress(b"{}"),
        zstandard.compress(b"\xff"),
        zstandard.compress(b"0" * 300_000_000),
    ],
)
def test_anything_else_is_not_the_kept_context(data: bytes) -> None:
    with pytest.raises(ContextNotKept, match="damaged"):
        unpack(data, sha256=pack(RECORD).sha256)


def test_a_record_of_another_shape_is_refused_even_with_its_own_hash() -> None:
    from_elsewhere = b'{"version":2}'
    digest = "3f4b8d0f0f4dd4a4a3b9f2a9d8d3f8a5" * 2
    with pytest.raises(ContextNotKept):
        unpack(zstandard.compress(from_elsewhere), sha256=digest)


def test_the_question_is_about_lines_only_when_it_names_them() -> None:
    assert Question("file-summary", ("a.py",)).focus is None
    focus = QUESTION.focus
    assert focus is not None
    assert (focus.path, focus.start_line, focus.end_line) == ("é.py", 1, 2)


def test_the_storage_key_holds_ids_only() -> None:
    assert storage_key(UUID(int=1), UUID(int=2)) == f"ai/{UUID(int=1)}/{UUID(int=2)}/context.json.zst"


def test_a_file_is_found_by_its_path() -> None:
    assert RECORD.file("é.py") == FILE
    assert RECORD.file("nowhere") is None
    assert RECORD.asked_paths == ("é.py",)


def test_a_question_covers_the_files_and_folders_it_names_or_everything() -> None:
    question = Question("documentation", ("a.py", "lib"))
    assert [question.covers(path) for path in ("a.py", "lib/b.py", "library/b.py", "b.py")] == [
        True,
        True,
        False,
        False,
    ]
    assert Question("documentation").covers("anything")
