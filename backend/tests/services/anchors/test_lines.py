"""Two versions are compared by lines: correctly always, minimally when small, in bounded time when hostile."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.anchors.lines import Change, changed_runs, split_lines

versions = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"\n", b"d\n"]), max_size=25)


def rebuilt(old: Sequence[bytes], new: Sequence[bytes], runs: Sequence[Change]) -> list[bytes]:
    """Make the new version from the old one and the changed runs, checking that the rest is shared."""
    lines: list[bytes] = []
    at = 0
    for run in runs:
        lines += [*old[at : run.old_start], *new[run.new_start : run.new_end]]
        assert len(lines) == run.new_end
        at = run.old_end
    return [*lines, *old[at:]]


def shared_lines(old: Sequence[bytes], new: Sequence[bytes]) -> int:
    """Count the lines of a longest common subsequence, the slow and obvious way."""
    row = [0] * (len(new) + 1)
    for line in old:
        before = row
        row = [0]
        for j, other in enumerate(new):
            row.append(before[j] + 1 if line == other else max(before[j + 1], row[j]))
    return row[-1]


@given(st.binary(max_size=40))
def test_splitting_loses_nothing(data: bytes) -> None:
    lines = split_lines(data)
    assert b"".join(lines) == data
    assert all(line.count(b"\n") == 1 and line.endswith(b"\n") for line in lines[:-1])


def test_only_line_feeds_end_lines() -> None:
    assert split_lines(b"a\r\nb\rc\x00\x0b\n\xff") == [b"a\r\n", b"b\rc\x00\x0b\n", b"\xff"]
    assert split_lines(b"") == []


@given(versions, versions)
def test_the_runs_turn_one_version_into_the_other(old: list[bytes], new: list[bytes]) -> None:
    assert rebuilt(old, new, changed_runs(old, new)) == new


@given(versions, versions)
def test_as_few_lines_change_as_possible(old: list[bytes], new: list[bytes]) -> None:
    runs = changed_runs(old, new)
    changed = sum(run.old_end - run.old_start + run.new_end - run.new_start for run in runs)
    assert changed == len(old) + len(new) - 2 * shared_lines(old, new)


@given(versions, versions)
def test_runs_are_kept_apart_by_shared_lines(old: list[bytes], new: list[bytes]) -> None:
    runs = changed_runs(old, new)
    for run, later in pairwise(runs):
        assert later.old_start - run.old_end == later.new_start - run.new_end > 0


def test_equal_versions_have_no_runs() -> None:
    assert changed_runs([b"a\n"], [b"a\n"]) == changed_runs([], []) == []


def test_an_insertion_stands_as_far_down_as_it_can() -> None:
    old = [b"def a():\n", b"    pass\n", b"\n", b"def c():\n"]
    new = [b"def a():\n", b"    pass\n", b"\n", b"def b():\n", b"    pass\n", b"\n", b"def c():\n"]
    assert changed_runs(old, new) == [Change(3, 3, 3, 6)]


def test_two_insertions_that_can_meet_become_one() -> None:
    old = [b"top\n", b"\n", b"end\n"]
    new = [b"top\n", b"x\n", b"\n", b"y\n", b"\n", b"end\n"]
    assert len(changed_runs(old, new)) == 1


def test_insertions_meet_across_lines_that_look_alike() -> None:
    old = [b"f: ...\n", b"\n", b"\n", b"class B:\n", b"g: ...\n"]
    new = [b"f:\n", b"One.\n", b"\n", b"Two.\n", b"...\n", b"\n", b"\n", b"class B:\n", b"g:\n", b"...\n"]
    assert changed_runs(old, new) == [Change(0, 1, 0, 5), Change(4, 5, 8, 10)]


@pytest.mark.parametrize("seed", range(5))
def test_many_small_changes_in_a_long_file_stay_small(seed: int) -> None:
    random = Random(seed)
    old = [b"line %d\n" % random.randrange(20_000) if random.random() < 0.7 else b"\n" for _ in range(50_000)]
    new: list[bytes] = []
    for line in old:
        new += [b"new\n", b"\n", line] if random.random() < 0.04 else [line]
    runs = changed_runs(old, new)
    assert rebuilt(old, new, runs) == new
    assert sum(run.old_end - run.old_start for run in runs) == 0
    assert sum(run.new_end - run.new_start for run in runs) == len(new) - len(old)


@pytest.mark.parametrize("words", [2, 7, 300])
def test_large_unrelated_versions_of_few_words_take_bounded_time(words: int) -> None:
    random = Random(words)
    old, new = ([b"%d\n" % random.randrange(words) for _ in range(50_000)] for _ in range(2))
    assert rebuilt(old, new, changed_runs(old, new)) == new


def test_a_periodic_file_against_a_shifted_one_takes_bounded_time() -> None:
    old = [b"a\n", b"b\n"] * 25_000
    new = [b"c\n", *([b"a\n", b"b\n", b"a\n"] * 16_000), b"d\n"]
    assert rebuilt(old, new, changed_runs(old, new)) == new


def test_a_block_that_moved_far_is_one_removal_and_one_insertion() -> None:
    block = [b"block %d\n" % index for index in range(1_000)]
    rest = [b"rest %d\n" % index for index in range(5_000)]
    assert changed_runs([*block, *rest], [*rest, *block]) == [
        Change(0, 1_000, 0, 0),
        Change(6_000, 6_000, 5_000, 6_000),
    ]
