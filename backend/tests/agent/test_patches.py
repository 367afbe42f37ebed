"""Patches as the server writes them, read again to the byte; what was tampered with is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.agent.errors import PatchRefused
from app.agent.patches import read_patch
from app.services.proposals.edits import FileEdits
from app.services.proposals.patch import unified_diff

LINES = st.lists(
    st.sampled_from([b"a\n", b"b\n", b"\n", b"c\r\n", b"\xff\0\n", b"-- x\n", b"@@ y\n", b"\\ z\n"]), max_size=30
)
CONTENT = st.builds(lambda lines, tail: b"".join(lines) + tail, LINES, st.sampled_from([b"", b"end", b"\\"]))
NAMES = ("a.py", "with blank/and  two.txt", 'quote".txt', "naïve/日本.py", "a b/a b", "tab\tname")


@given(st.lists(st.tuples(st.none() | CONTENT, st.none() | CONTENT), min_size=1, max_size=len(NAMES)))
def test_whatever_the_server_writes_is_read_to_the_byte(pairs: list[tuple[bytes | None, bytes | None]]) -> None:
    files = {name: pair for name, pair in zip(NAMES, pairs, strict=False) if pair[0] != pair[1]}
    patch = unified_diff(FileEdits.between(name, old, new) for name, (old, new) in files.items())
    read = {each.path: each for each in read_patch(patch)}
    assert read.keys() == files.keys()
    for name, (old, new) in files.items():
        assert read[name].applied(old) == new


def test_a_file_that_is_not_the_base_is_refused() -> None:
    (patch,) = read_patch(unified_diff([FileEdits.between("a.py", b"1\n2\n3\n", b"1\n4\n3\n")]))
    for other in (b"1\n2\n", b"1\r\n2\r\n3\r\n", b"", None):
        with pytest.raises(PatchRefused):
            patch.applied(other)


GOOD = unified_diff([FileEdits.between("a.py", b"1\n2\n3\n", b"1\n4\n3\n")])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"+4", b"+5"),  # other bytes than the result's hash says
        (b"@@ -1,3", b"@@ -2,3"),
        (b"@@ -1,3", b"@@ -0,3"),
        (b" 100644", b" 120000"),  # a link
        (b" 100644", b" 160000"),
        (b"b/a.py", b"b/b.py"),
        (b"@@ -1,3 +1,3", b"@@ -1,9 +1,9"),
        (b"diff --git", b"diff --cc"),
        (b"index ", b"similarity index "),
        (b"-2\n", b"?2\n"),
    ],
)  # fmt: skip
def test_a_patch_that_was_tampered_with_is_refused(before: bytes, after: bytes) -> None:
    def read_and_apply() -> None:
        for each in read_patch(GOOD.replace(before, after)):
            each.applied(b"1\n2\n3\n")

    with pytest.raises(PatchRefused):
        read_and_apply()


def test_a_file_that_is_named_twice_is_refused() -> None:
    with pytest.raises(PatchRefused):
        read_patch(GOOD + GOOD)
