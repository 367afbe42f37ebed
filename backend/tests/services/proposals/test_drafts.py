"""A draft is opened only if its hunks fit their files and lead to what it promises."""

from dataclasses import replace
from uuid import UUID

import pytest

from app.core.paths import PathRefused
from app.services.proposals.drafts import MOST_BYTES, MOST_FILES, Draft, DraftFile, DraftHunk, check_draft
from app.services.proposals.edits import Edit, FileEdits
from app.services.proposals.errors import DraftRefused

FILE = DraftFile.of(FileEdits.between("a.py", b"1\n2\n", b"1\ntwo\n"), base_blob="b0")
CONFLICT = DraftHunk(Edit(1, b"1\n", b"one\n"), selectable=False)


def draft(*files: DraftFile) -> Draft:
    return Draft(UUID(int=1), "documentation", "Title", "refs/heads/main", "c0", None, "m0", files)


def test_fitting_changes_are_accepted() -> None:
    created = DraftFile.of(FileEdits.between("b.py", None, b""), base_blob=None)
    deleted = DraftFile.of(FileEdits.between("c.py", b"x", None), base_blob="b1")
    check_draft(draft(FILE, created, deleted))


def test_a_hunk_that_is_shown_only_need_not_fit_the_result() -> None:
    check_draft(draft(replace(FILE, hunks=(CONFLICT, *FILE.hunks))))


@pytest.mark.parametrize(
    "files",
    [
        (),
        (FILE, FILE),
        (replace(FILE, hunks=(CONFLICT,), new=FILE.old),),
        (replace(FILE, mode="120000"),),
        (replace(FILE, mode="160000"),),
        (replace(FILE, base_blob=None),),
        (replace(FILE, old=b"1\nother\n"),),
        (replace(FILE, new=b"1\nthree\n"),),
        (replace(FILE, hunks=(*FILE.hunks, *FILE.hunks)),),
        (DraftFile("d", "100644", None, None, None, (DraftHunk(Edit(1, b"", b"")),)),),
    ],
)
def test_changes_that_do_not_fit_are_refused(files: tuple[DraftFile, ...]) -> None:
    with pytest.raises(DraftRefused):
        check_draft(draft(*files))


@pytest.mark.parametrize("path", ["../a", "/etc/passwd", ".git/hooks/pre-commit", "a//b", "a\\b", "a/./b", "a\nb"])
def test_paths_that_leave_the_repository_are_refused(path: str) -> None:
    with pytest.raises(PathRefused):
        check_draft(draft(replace(FILE, path=path)))


def test_too_many_files_are_refused() -> None:
    with pytest.raises(DraftRefused, match="at most"):
        check_draft(draft(*(replace(FILE, path=f"{number}.py") for number in range(MOST_FILES + 1))))


def test_too_many_bytes_are_refused() -> None:
    huge = DraftFile.of(FileEdits.between("a", None, b"x" * (MOST_BYTES + 1)), base_blob=None)
    with pytest.raises(DraftRefused, match="MiB"):
        check_draft(draft(huge))


def test_the_digest_covers_hunks_that_are_shown_only() -> None:
    assert draft(FILE).digest != draft(replace(FILE, hunks=(*FILE.hunks, CONFLICT))).digest
