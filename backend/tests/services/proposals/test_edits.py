"""Edits turn one version into another, all of them or any selection, to the byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.anchors.lines import split_lines
from app.services.proposals.edits import (
    Edit,
    EditMismatch,
    FileEdits,
    UnsoundEdits,
    apply_edits,
    count_lines,
    diff_hunks,
    reverse,
)

pieces = st.sampled_from(
    [b"a\n", b"b\n", b"\n", b"a\r\n", b"\x00\n", b"\xff\xfe\n", b"\r", b"c", b"a", b"\xc3\n", b"d\n"]
)
contents = st.lists(pieces, max_size=14).map(b"".join)


@given(contents, contents)
def test_all_edits_give_the_new_version(old: bytes, new: bytes) -> None:
    assert apply_edits(old, diff_hunks(old, new)) == new


@given(contents, contents)
def test_reversed_edits_give_the_old_version(old: bytes, new: bytes) -> None:
    edits = diff_hunks(old, new)
    assert apply_edits(new, reverse(edits)) == old
    assert reverse(reverse(edits)) == edits


@given(contents, contents, st.data())
def test_any_selection_of_edits_applies_and_can_be_reversed(old: bytes, new: bytes, data: st.DataObject) -> None:
    edits = diff_hunks(old, new)
    chosen = tuple(edit for edit in edits if data.draw(st.booleans()))
    result = apply_edits(old, chosen)
    assert apply_edits(result, reverse(chosen)) == old


@given(contents, contents, st.data())
def test_a_selection_and_then_the_rest_give_the_new_version(old: bytes, new: bytes, data: st.DataObject) -> None:
    edits = diff_hunks(old, new)
    chosen = {index for index in range(len(edits)) if data.draw(st.booleans())}
    halfway = apply_edits(old, [edit for index, edit in enumerate(edits) if index in chosen])
    moved = 0
    rest = []
    for index, edit in enumerate(edits):
        if index in chosen:
            moved += count_lines(edit.new) - count_lines(edit.old)
        else:
            rest.append(Edit(edit.old_start + moved, edit.old, edit.new))
    assert apply_edits(halfway, rest) == new


@given(contents, contents)
def test_an_edit_changes_its_first_and_last_lines(old: bytes, new: bytes) -> None:
    for edit in diff_hunks(old, new):
        assert edit.old != edit.new
        assert split_lines(edit.old)[:1] != split_lines(edit.new)[:1]
        assert split_lines(edit.old)[-1:] != split_lines(edit.new)[-1:]


@given(contents)
def test_lines_are_counted_as_they_are_split(data: bytes) -> None:
    assert count_lines(data) == len(split_lines(data))


@given(contents, contents, contents)
def test_edits_for_another_version_are_refused_or_fit_its_bytes(old: bytes, new: bytes, other: bytes) -> None:
    edits = diff_hunks(old, new)
    try:
        result = apply_edits(other, edits)
    except (EditMismatch, UnsoundEdits):
        return
    assert apply_edits(result, reverse(edits)) == other


def test_a_mismatch_names_the_edit_and_both_texts() -> None:
    edits = [Edit(1, b"a\n", b"A\n"), Edit(3, b"c\n", b"C\n")]
    with pytest.raises(EditMismatch) as caught:
        apply_edits(b"a\nb\nx\n", edits)
    assert (caught.value.index, caught.value.expected, caught.value.found) == (1, b"c\n", b"x\n")


@pytest.mark.parametrize("old", [b"a\r\n", b"a", b"a \n", b"A\n", b""])
def test_one_other_byte_is_a_mismatch(old: bytes) -> None:
    with pytest.raises(EditMismatch):
        apply_edits(old, [Edit(1, b"a\n", b"b\n")])


def test_an_insertion_past_the_end_is_a_mismatch() -> None:
    assert apply_edits(b"a\n", [Edit(2, b"", b"b\n")]) == b"a\nb\n"
    with pytest.raises(EditMismatch):
        apply_edits(b"a\n", [Edit(3, b"", b"b\n")])


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(2, b"b\n", b""), Edit(1, b"a\n", b"")],
        [Edit(1, b"a\nb\n", b""), Edit(2, b"b\n", b"")],
        [Edit(1, b"", b"x\n"), Edit(1, b"", b"y\n")],
        [Edit(0, b"", b"x\n")],
        [Edit(-3, b"", b"x\n")],
    ],
)
def test_edits_that_overlap_or_run_backwards_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(UnsoundEdits):
        apply_edits(b"a\nb\n", edits)


@pytest.mark.parametrize(
    ("old", "edit"),
    [(b"a\nb", Edit(3, b"", b"c\n")), (b"a\nb\n", Edit(1, b"a\n", b"x")), (b"a\n", Edit(1, b"", b"x"))],
)
def test_edits_that_would_glue_lines_together_are_refused(old: bytes, edit: Edit) -> None:
    with pytest.raises(UnsoundEdits):
        apply_edits(old, [edit])


def test_adding_a_line_end_is_an_edit() -> None:
    assert diff_hunks(b"a\nb", b"a\nb\n") == (Edit(2, b"b", b"b\n"),)


def test_changed_line_ends_are_edits() -> None:
    assert diff_hunks(b"a\nb\n", b"a\r\nb\n") == (Edit(1, b"a\n", b"a\r\n"),)


def test_a_created_file_is_one_edit_even_when_empty() -> None:
    assert FileEdits.between("a", None, b"x\n").edits == (Edit(1, b"", b"x\n"),)
    assert FileEdits.between("a", None, b"").edits == (Edit(1, b"", b""),)


def test_a_deleted_file_is_one_edit_even_when_empty() -> None:
    assert FileEdits.between("a", b"x", None).edits == (Edit(1, b"x", b""),)
    assert FileEdits.between("a", b"", None).edits == (Edit(1, b"", b""),)


def test_no_change_has_no_edits() -> None:
    assert FileEdits.between("a", b"x", b"x").edits == ()
    assert FileEdits.between("a", None, None).edits == ()


def test_a_deletion_that_is_not_chosen_keeps_the_file() -> None:
    change = FileEdits.between("a", b"x\n", None)
    assert change.only({0}) == change
    assert change.only(set()) == FileEdits("a", "100644", b"x\n", b"x\n", ())


def test_a_creation_that_is_not_chosen_makes_no_file() -> None:
    assert FileEdits.between("a", None, b"x\n").only([]).new is None


def test_choosing_edits_gives_their_result() -> None:
    change = FileEdits.between("a", b"1\n2\n3\n", b"one\n2\nthree\n")
    assert change.only({1}).new == b"1\n2\nthree\n"


@given(st.none() | contents, st.none() | contents)
def test_a_reversed_change_leads_back(old: bytes | None, new: bytes | None) -> None:
    change = FileEdits.between("a", old, new)
    assert change.reversed().only({0, *range(len(change.edits))}).new == old
    assert change.reversed().reversed() == change
