"""The bytes of a source file as text and back, without a byte lost: byte order mark, coding cookie, line ends."""

import codecs
import io
import re
import tokenize
from dataclasses import dataclass

from app.services.ai.docstrings.edits import LeftAlone

_BOM = codecs.BOM_UTF8
# Encodings in which every ASCII character is its own byte wherever it stands: text can be inserted anywhere.
_PLAIN_ENCODINGS = {
    "ascii",
    "cp437",
    "cp850",
    "cp866",
    "koi8-r",
    "koi8-u",
    "latin-1",
    "iso8859-1",
    "utf-8",
    *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859-{number}" for number in range(2, 17)),
}
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)
_LOOKALIKES = {
    0x2018: "'",
    0x2019: "'",
    0x201C: '"',
    0x201D: '"',
    0x2013: "-",
    0x2014: "-",
    0x2022: "*",
    0x2026: "...",
    0x2192: "->",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, and what is needed to write it back."""

    text: str
    encoding: str
    has_mark: bool

    def encode(self, text: str) -> bytes:
        """Write text the way the file was written."""
        return (_BOM if self.has_mark else b"") + text.encode(self.encoding)

    def writable(self, text: str) -> str:
        """Replace characters that the file's encoding does not have by what looks alike, or by `?`."""
        if self.encoding == "utf-8":
            return text
        plain = "".join(char if self._has(char) else char.translate(_LOOKALIKES) for char in text)
        return plain.encode(self.encoding, "replace").decode(self.encoding)

    def _has(self, char: str) -> bool:
        try:
            char.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True


def decode_utf8(data: bytes) -> Decoded:
    """Read JavaScript or TypeScript; LeftAlone when it is not UTF-8."""
    return _decoded(data.removeprefix(_BOM), "utf-8", has_mark=data.startswith(_BOM))


def decode_python(data: bytes) -> Decoded:
    """Read Python by its coding cookie; LeftAlone when it lies, is unknown or could not be written back."""
    try:
        named, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        encoding = codecs.lookup("utf-8" if named == "utf-8-sig" else named).name
    except (SyntaxError, LookupError):
        cookie = _COOKIE.search(b"".join(data.removeprefix(_BOM).splitlines(keepends=True)[:2]))
        why = "its encoding is unknown or contradicts its bytes" if cookie else "its bytes are not valid utf-8"
        raise LeftAlone(why) from None
    if encoding not in _PLAIN_ENCODINGS:
        raise LeftAlone(f"its encoding, {encoding}, cannot be edited safely")
    return _decoded(data.removeprefix(_BOM), encoding, has_mark=data.startswith(_BOM))


def _decoded(data: bytes, encoding: str, *, has_mark: bool) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LeftAlone(f"its bytes are not valid {encoding} (byte {error.start})") from None
    if text.encode(encoding) != data:
        raise LeftAlone("its bytes could not be written back unchanged")
    if "\0" in text:
        raise LeftAlone("it holds a NUL character")
    return Decoded(text, encoding, has_mark)
