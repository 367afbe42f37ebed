"""What a source file may look like to be read: nothing that a parser would choke on. Pure."""

LONGEST_LINE = 100_000  # bytes; longer ones were written by a program, as a chain or a table
DEEPEST = 1_000  # brackets in one another; parsers recurse, and people stop at ten
MOST_MENTIONS = 40_000  # of one name; each is asked about twice
# What costs much is done for all files of a tree up to this size; in larger ones, for those that matter most.
SMALL_TREE = 400
_OPENING, _CLOSING = frozenset(b"([{"), frozenset(b")]}")
_NO_BRACKETS = bytes(set(range(256)) - _OPENING - _CLOSING)


def problem_with_text(data: bytes) -> str | None:
    """Say why a file is not read; None when it is."""
    if b"\0" in data:
        return "it is not text"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "it is not UTF-8"
    if len(data) > LONGEST_LINE and max(map(len, data.splitlines())) > LONGEST_LINE:
        return f"a line is longer than {LONGEST_LINE:,} bytes"
    if len(data) > DEEPEST and _depth(data) > DEEPEST:
        return f"brackets are nested more than {DEEPEST:,} deep"
    return None


def _depth(data: bytes) -> int:
    """How deep brackets lie in one another; those in strings count too, which real files survive."""
    depth = deepest = 0
    for char in data.translate(None, _NO_BRACKETS):
        if char in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth = max(depth - 1, 0)
    return deepest
