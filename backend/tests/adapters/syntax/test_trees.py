"""Parsing is bounded in time, and leaves room for others."""

import pytest

from app.adapters.syntax.trees import SlowToParse, parse_tree, text_of, walk

CODE = b"def price(net: int) -> int:\n    return net * 2\n\n\n"


def test_a_large_file_gives_the_same_tree_as_a_small_one() -> None:
    large = parse_tree("python", CODE * 4_000).root_node
    small = parse_tree("python", CODE).root_node
    assert not large.has_error
    last = large.children[-1]
    assert (str(last), [text_of(node) for node in walk(last)]) == (
        str(small.children[0]),
        [text_of(node) for node in walk(small.children[0])],
    )


@pytest.mark.parametrize("language", ["python", "typescript"])
def test_a_file_that_takes_too_long_is_given_up(language: str) -> None:
    with pytest.raises(SlowToParse) as given_up:
        parse_tree(language, b"a?b:\n" * 60_000, seconds=0.05)
    assert given_up.value.details == {"bytes": 300_000, "most_seconds": 0.05}
