"""Undo restores what it can prove, lists what it cannot, and leaves later edits alone."""

from dataclasses import dataclass
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.anchors.lines import split_lines
from app.services.proposals.edits import Edit, FileEdits, apply_edits, diff_hunks
from app.services.proposals.undo import HunkUndo, KeptEdit, Obstacle, UndoPlan, UndoState, plan_undo

contents = st.lists(
    st.sampled_from([b"a\n", b"b\n", b"\n", b"a\r\n", b"\x00\n", b"c", b"d\n", b"\xff\n"]), max_size=12
).map(b"".join)
some_files = st.none() | contents


def states(plan: UndoPlan) -> list[str]:
    return [hunk.state for hunk in plan.hunks]


def only_hunk(plan: UndoPlan) -> HunkUndo:
    (hunk,) = plan.hunks
    return hunk


@dataclass(frozen=True)
class History:
    """A file before a change, after it, and after later edits outside its hunks; and what undo should give."""

    applied: FileEdits
    present: bytes
    expected: bytes
    beside_deletion: bool


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Build a file from stretches of untouched and changed lines. Every line is unique, so nothing is ambiguous."""
    numbers = count()

    def lines(most: int, least: int = 0) -> list[bytes]:
        return [b"%d\n" % next(numbers) for _ in range(draw(st.integers(least, most)))]

    old, new, present, expected = [], [], [], []
    edits = []
    beside_deletion = False
    deletion_before = False
    for _ in range(draw(st.integers(1, 5))):
        kept = lines(4, least=2)
        later = [
            part
            for line in kept
            for part in draw(st.sampled_from([[line], [line], [], lines(2, 1), [line, *lines(1)]]))
        ]
        removed, put = draw(st.sampled_from([(lines(3, 1), lines(3, 1)), ([], lines(3, 1)), (lines(3, 1), [])]))
        beside_deletion |= (deletion_before and later[:1] != kept[:1]) or (not put and later[-1:] != kept[-1:])
        deletion_before = not put
        old += kept
        edits.append(Edit(len(old) + 1, b"".join(removed), b"".join(put)))
        old += removed
        new += [*kept, *put]
        present += [*later, *put]
        expected += [*later, *removed]
    end = lines(2, 1)
    applied = FileEdits("f", "100644", b"".join([*old, *end]), b"".join([*new, *end]), tuple(edits))
    return History(applied, b"".join([*present, *end]), b"".join([*expected, *end]), beside_deletion)


@given(histories())
def test_later_edits_outside_the_hunks_survive_to_the_byte(history: History) -> None:
    assert apply_edits(history.applied.old or b"", history.applied.edits) == history.applied.new
    plan = plan_undo(history.applied, history.present)
    if not history.beside_deletion:
        assert set(states(plan)) == {"clean"}
    if set(states(plan)) == {"clean"}:
        assert plan.change.new == history.expected


@given(histories())
def test_replaced_and_inserted_lines_are_always_clean_when_untouched(history: History) -> None:
    for hunk in plan_undo(history.applied, history.present).hunks:
        assert hunk.state is UndoState.CLEAN or hunk.expected == b""


@given(histories(), st.data())
def test_an_edit_inside_a_hunk_is_a_conflict_and_is_kept(history: History, data: st.DataObject) -> None:
    inside = [edit for edit in history.applied.edits if edit.new]
    if not inside:
        return
    edit = data.draw(st.sampled_from(inside))
    line = data.draw(st.sampled_from(split_lines(edit.new)))
    present = history.present.replace(line, b"person\n")
    plan = plan_undo(history.applied, present)
    hunk = plan.hunks[history.applied.edits.index(edit)]
    assert (hunk.state, hunk.obstacle, hunk.edit) == (UndoState.CONFLICT, Obstacle.CHANGED, None)
    assert b"person\n" in split_lines(hunk.found)
    assert b"person\n" in split_lines(plan.change.new or b"")


@given(histories(), st.data())
def test_hunks_taken_back_by_hand_are_already_undone(history: History, data: st.DataObject) -> None:
    applied = history.applied
    back = {index for index in range(len(applied.edits)) if data.draw(st.booleans())}
    present = applied.only(set(range(len(applied.edits))) - back).new
    plan = plan_undo(applied, present)
    assert {hunk.index for hunk in plan.hunks if hunk.state is UndoState.ALREADY_UNDONE} == back
    assert plan.change.new == applied.old


@given(histories())
def test_undo_twice_has_nothing_left_to_do(history: History) -> None:
    again = plan_undo(history.applied, plan_undo(history.applied, history.applied.new).change.new)
    assert set(states(again)) == {"already_undone"}
    assert again.change.edits == ()


@given(some_files, some_files)
def test_undo_without_later_edits_restores_the_bytes(old: bytes | None, new: bytes | None) -> None:
    applied = FileEdits.between("f", old, new)
    plan = plan_undo(applied, new)
    assert set(states(plan)) <= {"clean"}
    assert plan.change.new == old
    assert plan.kept == ()


@given(contents, contents, st.data())
def test_undo_of_chosen_hunks_restores_the_bytes(old: bytes, new: bytes, data: st.DataObject) -> None:
    whole = FileEdits.between("f", old, new)
    applied = whole.only({index for index in range(len(whole.edits)) if data.draw(st.booleans())})
    assert plan_undo(applied, applied.new).change.new == old


@given(some_files, some_files, some_files, st.data())
def test_whatever_happened_since_clean_edits_fit_and_restore_old_lines(
    old: bytes | None, new: bytes | None, present: bytes | None, data: st.DataObject
) -> None:
    applied = FileEdits.between("f", old, new)
    plan = plan_undo(applied, present)
    assert [hunk.index for hunk in plan.hunks] == list(range(len(applied.edits)))
    for hunk in plan.hunks:
        assert (hunk.state is UndoState.CLEAN) == (hunk.edit is not None) == (hunk.edit in plan.change.edits)
        assert (hunk.state is UndoState.CONFLICT) == (hunk.obstacle is not None)
        assert (hunk.expected, hunk.restores) == (applied.edits[hunk.index].new, applied.edits[hunk.index].old)
    chosen = {index for index in range(len(plan.change.edits)) if data.draw(st.booleans())}
    assert plan.change.only(chosen).only(set()).new == present


@given(contents, contents, contents)
def test_what_stands_outside_the_edits_is_untouched(old: bytes, new: bytes, present: bytes) -> None:
    plan = plan_undo(FileEdits.between("f", old, new), present)
    assert apply_edits(present, plan.change.edits) == plan.change.new


@given(contents, contents, contents)
def test_kept_edits_are_where_they_are_said_to_be(old: bytes, new: bytes, present: bytes) -> None:
    lines = split_lines(present)
    for kept in plan_undo(FileEdits.between("f", old, new), present).kept:
        now = split_lines(kept.now)
        assert lines[kept.line - 1 : kept.line - 1 + len(now)] == now


def test_a_copy_elsewhere_does_not_confuse() -> None:
    applied = FileEdits.between("f", b"def a():\n    x\n", b"def a():\n    # note\n    x\n")
    present = b"def b():\n    # note\n    y\n" + (applied.new or b"")
    assert plan_undo(applied, present).change.new == b"def b():\n    # note\n    y\ndef a():\n    x\n"


def test_an_equal_line_right_beside_a_replaced_one_is_ambiguous() -> None:
    applied = FileEdits.between("f", b"top\nold\nend\n", b"top\nnew\nend\n")
    hunk = only_hunk(plan_undo(applied, b"top\nnew\nnew\nend\n"))
    assert (hunk.state, hunk.obstacle) == (UndoState.CONFLICT, Obstacle.AMBIGUOUS)


def test_an_equal_line_beside_an_inserted_one_is_not_ambiguous() -> None:
    applied = FileEdits.between("f", b"top\nend\n", b"top\nnew\nend\n")
    assert plan_undo(applied, b"top\nnew\nnew\nend\n").change.new == b"top\nnew\nend\n"


def test_text_inserted_where_lines_were_removed_is_a_conflict() -> None:
    applied = FileEdits.between("f", b"a\ngone\nb\n", b"a\nb\n")
    hunk = only_hunk(plan_undo(applied, b"a\nmine\nb\n"))
    assert (hunk.state, hunk.found, hunk.found_line) == (UndoState.CONFLICT, b"mine\n", 2)


@pytest.mark.parametrize("present", [b"a\nB\nc\n", b"A\nb\nc\n", b"A\nB\nc\n", b"a\nmine\nc\n"])
def test_removed_lines_do_not_return_beside_a_line_that_was_edited(present: bytes) -> None:
    applied = FileEdits.between("f", b"a\ngone\nb\nc\n", b"a\nb\nc\n")
    plan = plan_undo(applied, present)
    assert (states(plan), plan.change.new) == (["conflict"], present)


def test_removals_whose_neighbours_vanished_return_together() -> None:
    applied = FileEdits.between("f", b"a\n1\nx\n2\nb\n", b"a\nx\nb\n")
    plan = plan_undo(applied, b"a\nb\n")
    assert plan.change.edits == (Edit(2, b"", b"1\n2\n"),)
    assert [hunk.edit for hunk in plan.hunks] == [Edit(2, b"", b"1\n2\n")] * 2


def test_lines_to_restore_without_a_line_end_are_never_glued() -> None:
    applied = FileEdits.between("f", b"a\nold", b"a\nnew\n")
    hunk = only_hunk(plan_undo(applied, b"a\nnew\nmore\n"))
    assert (hunk.state, hunk.obstacle) == (UndoState.CONFLICT, Obstacle.LINE_END)


def test_nothing_is_added_after_a_last_line_that_lost_its_line_end() -> None:
    applied = FileEdits.between("f", b"a\nb\ngone\n", b"a\nb\n")
    assert only_hunk(plan_undo(applied, b"a\nB")).state is UndoState.CONFLICT


def test_kept_edits_are_listed_and_touched_hunks_are_not_among_them() -> None:
    applied = FileEdits.between("f", b"1\n2\n3\n4\n5\n", b"1\ntwo\n3\nfour\n5\n")
    plan = plan_undo(applied, b"0\n1\ntwo\n3\nFOUR\n5\n")
    assert states(plan) == ["clean", "conflict"]
    assert plan.kept == (KeptEdit(1, was=b"", now=b"0\n"),)


def test_a_hunk_with_shared_lines_inside_is_not_taken_for_undone() -> None:
    applied = FileEdits("f", "100644", b"f():\nx\n", b"f():\n  doc\nx\n", (Edit(1, b"f():\n", b"f():\n  doc\n"),))
    assert states(plan_undo(applied, b"f():\n  doc\nx\n")) == ["clean"]
    assert states(plan_undo(applied, b"f():\nx\n")) == ["already_undone"]
    assert states(plan_undo(applied, b"f():\n  mine\nx\n")) == ["conflict"]
    wide = FileEdits("f", "100644", b"1\nb\n2\n", b"1\nX\nb\nY\n2\n", (Edit(2, b"b\n", b"X\nb\nY\n"),))
    assert states(plan_undo(wide, b"1\nZ\nb\nY\n2\n")) == ["conflict"]
    assert states(plan_undo(wide, b"1\nb\n2\n")) == ["already_undone"]


def test_a_file_deleted_since_makes_every_hunk_a_conflict() -> None:
    plan = plan_undo(FileEdits.between("f", b"1\n2\n3\n", b"one\n2\nthree\n"), None)
    assert {(hunk.state, hunk.obstacle) for hunk in plan.hunks} == {(UndoState.CONFLICT, Obstacle.FILE_GONE)}
    assert plan.change.new is None


@pytest.mark.parametrize(
    ("old", "new", "present", "state", "after"),
    [
        (None, b"x\n", b"x\n", "clean", None),
        (None, b"x\n", None, "already_undone", None),
        (None, b"x\n", b"x\ny\n", "conflict", b"x\ny\n"),
        (None, b"", b"", "clean", None),
        (b"x\n", None, None, "clean", b"x\n"),
        (b"x\n", None, b"x\n", "already_undone", b"x\n"),
        (b"x\n", None, b"y\n", "conflict", b"y\n"),
        (b"", None, None, "clean", b""),
    ],
)
def test_created_and_deleted_files(
    old: bytes | None, new: bytes | None, present: bytes | None, state: str, after: bytes | None
) -> None:
    plan = plan_undo(FileEdits.between("f", old, new, mode="100755"), present)
    assert states(plan) == [state]
    assert (plan.change.new, plan.change.mode) == (after, "100755")


def test_nothing_applied_means_nothing_to_undo() -> None:
    assert plan_undo(FileEdits.between("f", None, b"x").only(set()), b"x").hunks == ()


def test_a_large_file_with_many_hunks_and_later_edits_is_planned_quickly() -> None:
    random = Random(1)
    old = [b"line %d\n" % random.randrange(30_000) for _ in range(50_000)]
    new = b"".join(line + b"# note\n" if at % 20 == 0 else line for at, line in enumerate(old))
    applied = FileEdits.between("f", b"".join(old), new)
    later = [b"person %d\n" % at if at % 977 == 5 else line for at, line in enumerate(split_lines(new))]
    plan = plan_undo(applied, b"".join(later))
    assert len(plan.hunks) == 2_500
    assert states(plan).count("clean") > 2_400
    assert len(diff_hunks(b"".join(old), plan.change.new or b"")) <= 2 * 54
