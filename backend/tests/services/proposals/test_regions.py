"""Known edits become one hunk each, whole, whatever their lines resemble."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.anchors.lines import split_lines
from app.services.proposals.edits import Edit, UnsoundEdits, apply_edits
from app.services.proposals.regions import Region, RegionalEdit, edits_in

texts = st.lists(st.sampled_from([b"a\n", b"b\n", b"\n", b"c\n"]), max_size=4)


@given(st.lists(st.tuples(texts, texts, texts), max_size=5), texts, st.data())
def test_every_selection_of_regional_hunks_applies(
    parts: list[tuple[list[bytes], list[bytes], list[bytes]]], end: list[bytes], data: st.DataObject
) -> None:
    old: list[bytes] = []
    new: list[bytes] = []
    regions = []
    for kept, before, after in parts:
        old, new = [*old, *kept], [*new, *kept]
        regions.append(Region(len(old), len(old) + len(before), len(after) - len(before)))
        old, new = [*old, *before], [*new, *after]
    whole_old, whole_new = b"".join([*old, *end]), b"".join([*new, *end])
    edits = [each.edit for each in edits_in(whole_old, whole_new, regions)]
    assert apply_edits(whole_old, edits) == whole_new
    apply_edits(whole_old, [edit for edit in edits if data.draw(st.booleans())])


def test_a_blank_line_inside_does_not_cut_an_edit_in_two() -> None:
    old = b"def f(): ...\n\ndef g(): ...\n"
    new = b'def f():\n    """Do it.\n\n    More.\n    """\n    ...\n\ndef g(): ...\n'
    (only,) = edits_in(old, new, [Region(0, 1, 5)])
    assert only.edit == Edit(1, b"def f(): ...\n", new.removesuffix(b"\ndef g(): ...\n"))


def test_equal_lines_at_the_ends_are_left_out() -> None:
    assert edits_in(b"1\n2\n3\n", b"1\n2\nx\n3\n", [Region(0, 3, 1)]) == (RegionalEdit(Edit(3, b"", b"x\n"), (0,)),)


def test_regions_that_share_a_line_share_a_hunk() -> None:
    found = edits_in(b"1\n2\n3\n", b"one\ntwo\n3\n", [Region(1, 2, 0), Region(0, 2, 0)])
    assert found == (RegionalEdit(Edit(1, b"1\n2\n", b"one\ntwo\n"), (1, 0)),)


def test_insertions_before_one_line_share_a_hunk() -> None:
    found = edits_in(b"1\n", b"a\nb\n1\n", [Region(0, 0, 1), Region(0, 1, 1)])
    assert found == (RegionalEdit(Edit(1, b"", b"a\nb\n"), (0, 1)),)


def test_a_region_that_changed_nothing_has_no_hunk() -> None:
    assert edits_in(b"1\n2\n", b"1\n2\n", [Region(0, 1, 0)]) == ()


@pytest.mark.parametrize("regions", [[], [Region(0, 1, 0)], [Region(1, 2, 1)], [Region(0, 3, -1)]])
def test_a_difference_elsewhere_is_refused(regions: list[Region]) -> None:
    with pytest.raises(UnsoundEdits):
        edits_in(b"1\n2\n3\n", b"1\n2\nx\n", regions)


def test_a_region_may_reach_past_the_end() -> None:
    old, new = b"1\n", b"1\nx\n"
    assert [each.edit for each in edits_in(old, new, [Region(1, 2, 1)])] == [Edit(2, b"", b"x\n")]
    assert len(split_lines(new)) == 2
