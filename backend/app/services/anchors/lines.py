"""Lines of a file as bytes, and which of them two versions of it share.

The answer depends on the two versions alone, and time is bounded on any input. Small differences are
minimal (a longest common subsequence); in large ones, lines that are unique on both sides are kept first.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_DEPTH = 256  # edits a search looks ahead; its cost is the square of this
_DEPTH_WHEN_POOR = 16  # the same once the budget is spent
_BUDGET = 4_000_000  # steps per comparison, a second or two: only hostile input comes near
_MOST_SPLITS = 24  # nested splits at unique lines, each linear


class Change(NamedTuple):
    """Lines [old_start, old_end) of one version stand for [new_start, new_end) of the other; 0-based."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int

    def moved(self, by: int) -> "Change":
        """Give the same change that many lines further down on both sides."""
        return Change(self.old_start + by, self.old_end + by, self.new_start + by, self.new_end + by)

    def joined(self, later: "Change") -> "Change":
        """Give one change from the start of this to the end of a later one."""
        return Change(self.old_start, later.old_end, self.new_start, later.new_end)


def split_lines(data: bytes) -> list[bytes]:
    """Split after every LF and nowhere else; joining the lines gives the data back."""
    lines = data.split(b"\n")
    last = lines.pop()
    result = [line + b"\n" for line in lines]
    if last:
        result.append(last)
    return result


def changed_runs(old: Sequence[bytes], new: Sequence[bytes]) -> list[Change]:
    """Find the runs of lines that differ, in order, with at least one equal line between any two."""
    numbers: dict[bytes, int] = {}
    a = [numbers.setdefault(line, len(numbers)) for line in old]
    b = [numbers.setdefault(line, len(numbers)) for line in new]
    top = _shared_top(a, b, (0, len(a)), (0, len(b)))
    tail = _shared_tail(a, b, (top, len(a)), (top, len(b)))
    middle = _Search(a[top : len(a) - tail], b[top : len(b) - tail]).pairs()
    return _settled(_gaps([(i + top, j + top) for i, j in middle], (top, top), (len(a) - tail, len(b) - tail)), a, b)


def _shared_top(a: Sequence[int], b: Sequence[int], in_a: tuple[int, int], in_b: tuple[int, int]) -> int:
    most = min(in_a[1] - in_a[0], in_b[1] - in_b[0])
    return next((count for count in range(most) if a[in_a[0] + count] != b[in_b[0] + count]), most)


def _shared_tail(a: Sequence[int], b: Sequence[int], in_a: tuple[int, int], in_b: tuple[int, int]) -> int:
    most = min(in_a[1] - in_a[0], in_b[1] - in_b[0])
    return next((count for count in range(most) if a[in_a[1] - 1 - count] != b[in_b[1] - 1 - count]), most)


def _gaps(pairs: Sequence[tuple[int, int]], start: tuple[int, int], end: tuple[int, int]) -> list[Change]:
    """Turn the lines both sides share into the runs between them."""
    runs = []
    i, j = start
    for next_i, next_j in (*pairs, end):
        if next_i > i or next_j > j:
            runs.append(Change(i, next_i, j, next_j))
        i, j = next_i + 1, next_j + 1
    return runs


def _settled(runs: Sequence[Change], a: Sequence[int], b: Sequence[int]) -> list[Change]:
    """Move runs that could as well stand elsewhere: together where they can meet, else as far down as they go."""
    waiting = list(reversed(runs))
    settled: list[Change] = []
    while waiting:
        run = waiting.pop()
        while settled:
            up = _slide(run, a, b, step=-1, most=run.old_start - settled[-1].old_end)
            if up.old_start > settled[-1].old_end:
                break
            run = settled.pop().joined(up)
        after = waiting[-1] if waiting else Change(len(a), len(a), len(b), len(b))
        run = _slide(run, a, b, step=1, most=after.old_start - run.old_end)
        if waiting and run.old_end == after.old_start:
            waiting[-1] = run.joined(after)
        else:
            settled.append(run)
    return settled


def _slide(run: Change, a: Sequence[int], b: Sequence[int], *, step: int, most: int) -> Change:
    """Move a pure insertion or deletion while the line it gives up equals the line it takes in."""
    if run.old_start == run.old_end:
        lines, start, end = b, run.new_start, run.new_end
    elif run.new_start == run.new_end:
        lines, start, end = a, run.old_start, run.old_end
    else:
        return run
    first, last = (start - 1, end - 1) if step < 0 else (start, end)
    moved = 0
    while moved < most and lines[first + moved * step] == lines[last + moved * step]:
        moved += 1
    return run.moved(moved * step)


class _Part(NamedTuple):
    """A stretch of both sides that is still to be compared, after so many splits."""

    a: int
    a_end: int
    b: int
    b_end: int
    splits: int


class _Reach(NamedTuple):
    """How far a search came: the point inside the part, and the pairs of equal lines on the way there."""

    a: int
    b: int
    pairs: list[tuple[int, int]]


class _Search:
    """One search for the lines that two numbered versions share."""

    def __init__(self, a: Sequence[int], b: Sequence[int]) -> None:
        """Leave out lines that stand on one side only: they cannot be shared."""
        in_a, in_b = set(a), set(b)
        self._places_in_a = [place for place, line in enumerate(a) if line in in_b]
        self._places_in_b = [place for place, line in enumerate(b) if line in in_a]
        self._a = [a[place] for place in self._places_in_a]
        self._b = [b[place] for place in self._places_in_b]
        self._budget = _BUDGET
        self._found: list[tuple[int, int]] = []

    def pairs(self) -> list[tuple[int, int]]:
        """Pair equal lines, ascending on both sides."""
        waiting = [_Part(0, len(self._a), 0, len(self._b), 0)]
        while waiting:
            part = self._without_equal_ends(waiting.pop())
            if part.a < part.a_end and part.b < part.b_end:
                waiting.extend(self._compare(part))
        return sorted((self._places_in_a[i], self._places_in_b[j]) for i, j in self._found)

    def _without_equal_ends(self, part: _Part) -> _Part:
        a, a_end, b, b_end, splits = part
        top = _shared_top(self._a, self._b, (a, a_end), (b, b_end))
        self._found.extend(zip(range(a, a + top), range(b, b + top), strict=True))
        a, b = a + top, b + top
        tail = _shared_tail(self._a, self._b, (a, a_end), (b, b_end))
        self._found.extend(zip(range(a_end - tail, a_end), range(b_end - tail, b_end), strict=True))
        return _Part(a, a_end - tail, b, b_end - tail, splits)

    def _compare(self, part: _Part) -> list[_Part]:
        """Settle a part, or as much of it as is cheap; answer with the parts that remain."""
        reach = self._look_ahead(part)
        complete = (reach.a, reach.b) == (part.a_end, part.b_end)
        if not complete and part.splits < _MOST_SPLITS:
            anchors = self._unique_pairs(part)
            if anchors:
                self._found.extend(anchors)
                runs = _gaps(anchors, (part.a, part.b), (part.a_end, part.b_end))
                return [_Part(*run, splits=part.splits + 1) for run in runs]
        self._found.extend(reach.pairs)
        return [] if complete else [_Part(reach.a, part.a_end, reach.b, part.b_end, _MOST_SPLITS)]

    def _look_ahead(self, part: _Part) -> _Reach:
        """Search for the shortest way through a part, up to a number of edits; else go as far as possible.

        Algorithm: Myers, "An O(ND) difference algorithm and its variations", 1986. Diagonal k holds the
        points (x, y) with x - y = k, counted from the part's start; `reach[k]` is the furthest x on it.
        """
        a, a_end, b, b_end, _ = part
        depth = min(_DEPTH if self._budget > 0 else _DEPTH_WHEN_POOR, a_end - a + b_end - b)
        goal = (a_end - a) - (b_end - b)
        reach = [a] * (2 * depth + 3)
        history: list[list[int]] = []
        for edits in range(depth + 1):
            history.append(reach[: edits + 2] + reach[-edits - 1 :])
            for k in range(-edits, edits + 1, 2):
                x = start = _step(reach, k, edits)[0]
                shift = a - b + k
                while x < a_end and x - shift < b_end and self._a[x] == self._b[x - shift]:
                    x += 1
                reach[k] = x
                self._budget -= x - start + 1
                if k == goal and x >= a_end:
                    return self._way_back(part, history, a_end, b_end)
        points = ((reach[k], reach[k] - (a - b + k)) for k in range(-depth, depth + 1, 2))
        furthest = max((point for point in points if point[0] <= a_end and point[1] <= b_end), key=sum)
        return self._way_back(part, history, *furthest)

    @staticmethod
    def _way_back(part: _Part, history: Sequence[Sequence[int]], x: int, y: int) -> _Reach:
        """Walk from a reached point back to the start of the part, collecting equal lines."""
        end = x, y
        pairs = []
        for edits in range(len(history) - 1, -1, -1):
            start, down = _step(history[edits], x - y - (part.a - part.b), edits)
            while x > start:
                x, y = x - 1, y - 1
                pairs.append((x, y))
            x, y = (x, y - 1) if down else (x - 1, y)
        return _Reach(*end, pairs)

    def _unique_pairs(self, part: _Part) -> list[tuple[int, int]]:
        """Pair lines that stand once on each side, as many as keep their order (patience diff, B. Cohen)."""
        a, b = self._a[part.a : part.a_end], self._b[part.b : part.b_end]
        count_a, count_b = Counter(a), Counter(b)
        place_in_b = {line: j for j, line in enumerate(b, part.b) if count_b[line] == 1 == count_a.get(line)}
        return _longest_rising([(i, place_in_b[line]) for i, line in enumerate(a, part.a) if line in place_in_b])


def _step(reach: Sequence[int], k: int, edits: int) -> tuple[int, bool]:
    """Enter diagonal k from the neighbour that is further: give the place, and whether `b` alone went on."""
    if k == -edits or (k != edits and reach[k - 1] < reach[k + 1]):
        return reach[k + 1], True
    return reach[k - 1] + 1, False


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep the longest run of pairs whose second numbers rise; the first ones do already."""
    ends: list[int] = []
    end_at: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(end_at[length - 1] if length else -1)
        if length == len(ends):
            ends.append(j)
            end_at.append(index)
        else:
            ends[length], end_at[length] = j, index
    chosen = []
    index = end_at[-1] if end_at else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]
