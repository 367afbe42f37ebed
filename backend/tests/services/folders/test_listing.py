"""The list of files that a folder sync begins with."""

import json
from typing import Any

import pytest

from app.adapters.git.errors import FolderRefused
from app.config.folders import FolderSettings
from app.core.errors import AppError, Invalid
from app.services.folders.errors import FolderTooLarge
from app.services.folders.listing import Listing, decode_files, parse_listing

from tests.fixtures.sent_folders import digest, told

LIMITS = FolderSettings.from_env(
    {"FOLDER_SYNC_MAX_FILES": "200", "FOLDER_SYNC_MAX_FILE_BYTES": "100", "FOLDER_SYNC_MAX_BYTES": "150"}
)
ONE = told(b"one")


def parsed(body: Any) -> Listing:
    """Read a list as it comes over the wire."""
    return parse_listing(body if isinstance(body, bytes) else json.dumps(body).encode(), LIMITS)


def refusal(body: Any) -> AppError:
    """What is said to a list that is refused."""
    with pytest.raises(AppError) as caught:
        parsed(body)
    return caught.value


def test_a_list_is_read_sorted_summed_and_written_down() -> None:
    listing = parsed({"files": {"b": told(b"two", "100755"), "a/c": ONE, "a/b": ONE}, "base_commit": "ab" * 20})
    assert [(file.path, file.mode, file.size) for file in listing.files] == [
        ("a/b", "100644", 3), ("a/c", "100644", 3), ("b", "100755", 3),
    ]  # fmt: skip
    assert (listing.base_commit, listing.total_bytes) == ("ab" * 20, 9)
    assert listing.sizes == {bytes.fromhex(digest(b"one")): 3, bytes.fromhex(digest(b"two")): 3}
    assert decode_files(listing.encode()) == listing.files


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"NaN",
        [],
        {},
        {"files": None},
        {"files": [["a", ONE]]},
        {"files": {"a": ONE}, "more": 1},
        {"files": {"a": ONE}, "base_commit": "abc"},
        {"files": {"a": ONE}, "base_commit": "AB" * 20},
        {"files": {"a": ONE}, "base_commit": 5},
    ],
)
def test_what_is_no_list_is_refused(body: Any) -> None:
    problem = refusal(body)
    assert isinstance(problem, Invalid)
    assert (problem.code, problem.status) == ("VALIDATION_ERROR", 422)


def test_an_empty_folder_deletes_nothing() -> None:
    assert isinstance(refusal({"files": {}}), FolderRefused)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (None, "told by"),
        ({}, "told by"),
        ({**ONE, "more": 1}, "told by"),
        ({**ONE, "sha256": "AB" * 32}, "sha256"),
        ({**ONE, "sha256": "ab" * 31}, "sha256"),
        ({**ONE, "sha256": None}, "sha256"),
        ({**ONE, "size": -1}, "size"),
        ({**ONE, "size": True}, "size"),
        ({**ONE, "size": 3.0}, "size"),
        ({**ONE, "size": "3"}, "size"),
        ({**ONE, "size": 101}, "101 bytes"),
        ({**ONE, "size": 2**70}, "size"),
        ({**ONE, "mode": "120000"}, "symbolic link"),
        ({**ONE, "mode": "160000"}, "mode"),
        ({**ONE, "mode": "040000"}, "mode"),
        ({**ONE, "mode": "100664"}, "mode"),
        ({**ONE, "mode": 33188}, "mode"),
        ({**ONE, "mode": ["100644"]}, "mode"),
        ({**ONE, "sha256": digest(b"there"), "size": 4}, "another size"),
    ],
)
def test_a_file_that_cannot_be_kept_is_named_with_the_reason(file: Any, said: str) -> None:
    problem = refusal({"files": {"a": told(b"there"), "b/file": file}})
    assert (problem.code, problem.status) == ("FOLDER_REFUSED", 422)
    (only,) = problem.details["problems"]
    assert only["path"] == "b/file"
    assert said in only["problem"]
    assert "'b/file'" in problem.message


def test_many_problems_are_counted_and_some_listed() -> None:
    problem = refusal({"files": {f"dir{number}/.git": ONE for number in range(150)} | {"good": ONE}})
    assert (problem.details["count"], len(problem.details["problems"])) == (150, 100)
    assert "149 more" in problem.message


@pytest.mark.parametrize(
    "files",
    [
        {f"f{number}": told(b"") for number in range(201)},
        {"a": told(b"x" * 80), "b": told(b"y" * 80)},
    ],
)
def test_a_folder_beyond_a_limit_is_refused(files: Any) -> None:
    problem = refusal({"files": files})
    assert isinstance(problem, FolderTooLarge)
    assert (problem.code, problem.status) == ("PAYLOAD_TOO_LARGE", 413)
