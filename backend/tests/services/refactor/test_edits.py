"""Words replaced in lines: hunks, tiers and where offsets move to."""

from hypothesis import given
from hypothesis import strategies as st

from app.services.proposals.edits import apply_edits
from app.services.refactor.edits import WordEdit, apply_words, line_hunks, offset_map, one_tier_a_line
from app.services.refactor.tiers import Tier


def words(data: bytes, old: bytes, new: bytes, tier: Tier = Tier.PROVEN) -> list[WordEdit]:
    """Replace every occurrence."""
    found, at = [], data.find(old)
    while at >= 0:
        found.append(WordEdit("a.py", at, at + len(old), new, tier))
        at = data.find(old, at + len(old))
    return found


def test_every_line_is_a_hunk_of_its_own() -> None:
    data = b"a = x\nb = 1\nc = x + x\r\nx"
    hunks = line_hunks(data, words(data, b"x", b"yy"))
    assert [(hunk.edit.old_start, hunk.edit.old, hunk.edit.new) for hunk in hunks] == [
        (1, b"a = x\n", b"a = yy\n"),
        (3, b"c = x + x\r\n", b"c = yy + yy\r\n"),
        (4, b"x", b"yy"),
    ]
    assert len(hunks[1].words) == 2


def test_a_line_keeps_its_most_certain_tier() -> None:
    data = b"x  # x\n# x\n"
    edits = [
        *words(data[:2], b"x", b"y"),
        WordEdit("a.py", 5, 6, b"y", Tier.TEXT),
        WordEdit("a.py", 9, 10, b"y", Tier.TEXT),
    ]
    kept, left = one_tier_a_line(data, edits)
    assert [(edit.start, edit.tier) for edit in kept] == [(0, Tier.PROVEN), (9, Tier.TEXT)]
    assert [edit.start for edit in left] == [5]


@given(
    st.lists(st.sampled_from([b"x", b"ab\n", b" ", b"\r\n", "ö".encode()]), max_size=30), st.sampled_from([b"", b"yyy"])
)
def test_hunks_give_the_same_bytes_as_words_and_offsets_follow(parts: list[bytes], new: bytes) -> None:
    data = b"".join(parts)
    edits = words(data, b"x", new)
    changed = apply_words(data, edits)
    assert apply_edits(data, [hunk.edit for hunk in line_hunks(data, edits)]) == changed
    mapped = offset_map(edits)
    for edit in edits:
        assert changed[mapped(edit.start) :].startswith(new)
        assert changed[mapped(edit.end) :] == apply_words(data[edit.end :], words(data[edit.end :], b"x", new))
