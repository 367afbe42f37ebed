"""Finds and decodes the pictures of a bundle: its own files and data URLs, of few formats, within bounds."""

import base64
import binascii
import io
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from app.services.preview.boot.report import View

PLACE = "file:///app/"
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_MOST_BYTES = 20 * 1024**2
_MOST_PIXELS = 24_000_000
# Of all pictures together: decoding is what takes time and memory.
_MOST_IN_ALL = 96_000_000


def source_of(view: View) -> str:
    """Give the address of a picture's first source; empty without one."""
    for name in ("source", "src"):
        value = view.props.get(name)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict) and isinstance(first.get("uri"), str):
            return str(first["uri"])
        if isinstance(first, str):
            return first
    return ""


def file_of(address: str, folder: Path) -> Path | None:
    """Give the file of a bundle that an address means; None for one that is none of its files."""
    if not address.startswith(PLACE):
        return None
    try:
        path = (folder / address.removeprefix(PLACE)).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        return None
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None


@dataclass(slots=True)
class Images:
    """The pictures of one bundle; each is decoded once."""

    folder: Path
    _known: dict[str, Image.Image | None] = field(default_factory=dict)
    _pixels: int = 0

    def find(self, address: str) -> Image.Image | None:
        """Give a picture as RGBA; None for what is not there, not of a known format, or too large."""
        if address not in self._known:
            self._known[address] = self._decode(address)
        return self._known[address]

    def _decode(self, address: str) -> Image.Image | None:
        data = self._read(address)
        if data is None:
            return None
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                size = picture.width * picture.height
                if size > _MOST_PIXELS or self._pixels + size > _MOST_IN_ALL:
                    return None
                self._pixels += size
                return picture.convert("RGBA")
        except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
            return None

    def _read(self, address: str) -> bytes | None:
        if address.startswith("data:image/"):
            head, _, body = address.partition(",")
            try:
                return base64.b64decode(body, validate=True) if head.endswith(";base64") else None
            except binascii.Error:
                return None
        path = file_of(address, self.folder)
        return path.read_bytes() if path and path.stat().st_size <= _MOST_BYTES else None
