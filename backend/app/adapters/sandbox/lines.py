"""Output of foreign programs as lines that are safe to show: bounded, decoded, without a terminal's commands."""

import re
import unicodedata
from collections.abc import Callable

LONGEST_LINE = 4096

# Colours and the like (ECMA-48): control sequences, strings up to their end, and single escapes.
_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")


def plain(text: str) -> str:
    """Take a terminal's commands out, and write other characters that do not show as their number."""
    text = _TERMINAL.sub("", text)
    if text.isprintable():
        return text
    return "".join(char if _shows(char) else f"\\u{{{ord(char):x}}}" for char in text)


def _shows(char: str) -> bool:
    # Cf holds what turns the direction of writing around, and marks that emoji and some scripts need.
    return char in "\t\u200c\u200d" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class Lines:
    """Cuts bytes into lines, at line feeds and at the carriage returns of progress meters, and tells each of them."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._rest = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what was written next."""
        self._rest += data.replace(b"\r", b"\n")
        *whole, rest = bytes(self._rest).split(b"\n")
        for line in whole:
            self._say(line)
        self._rest[:] = rest
        while len(self._rest) > LONGEST_LINE:
            self._say(bytes(self._rest[:LONGEST_LINE]))
            del self._rest[:LONGEST_LINE]

    def close(self) -> None:
        """Tell the last line, which need not have an end."""
        self._say(bytes(self._rest))
        self._rest.clear()

    def _say(self, line: bytes) -> None:
        shown = plain(line[:LONGEST_LINE].decode("utf-8", "replace")).rstrip()
        if shown:
            self._tell(f"{shown} …" if len(line) > LONGEST_LINE else shown)
