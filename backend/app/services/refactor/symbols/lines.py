"""Lines of a file: offsets in bytes to places and back, and the columns that editors count. Pure."""

from bisect import bisect_right
from itertools import accumulate

from app.adapters.language.port import Spot


class LineTable:
    """Where the lines of a file begin. Lines end as language servers say: LF, CR LF, or CR."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [0, *accumulate(map(len, data.splitlines(keepends=True)))]
        if data and not data.endswith((b"\n", b"\r")):
            # The last line has no end, so that none begins behind it.
            self._starts.pop()

    def spot(self, offset: int) -> Spot:
        """Translate an offset into a place."""
        line = bisect_right(self._starts, offset) - 1
        return Spot(line, offset - self._starts[line])

    def offset(self, spot: Spot) -> int:
        """Translate a place into an offset."""
        return self._starts[spot.line] + spot.column if spot.line < len(self._starts) else len(self._data)

    def text(self, line: int) -> str:
        """Give a line, counted from 0, without its end; "" behind the last one."""
        if line >= len(self._starts):
            return ""
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self._data)
        return self._data[self._starts[line] : end].decode("utf-8", "replace").rstrip("\r\n")

    def offset_of_utf16(self, line: int, column: int) -> int | None:
        """Translate a place as people give it, both from 1, the column in UTF-16 units; None when it is not there."""
        if line > len(self._starts):
            return None
        before, units = 0, column - 1
        for char in self.text(line - 1):
            if units <= 0:
                break
            units -= 2 if ord(char) > 0xFFFF else 1
            before += len(char.encode("utf-8", "surrogatepass"))
        return self._starts[line - 1] + before if units <= 0 else None
