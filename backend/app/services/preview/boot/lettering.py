"""Sets text: which font, how wide, where lines break, and drawing it. Sizes are in points unless they say pixels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.services.preview.boot.canvas import Canvas, intersection, is_empty
from app.services.preview.boot.report import View
from app.services.preview.boot.styles import Color, Props, color, number, text

_INTER = "Inter{}[opsz,wght].ttf"
_WEIGHTS = {"normal": 400, "bold": 700, "ultralight": 200, "thin": 100, "light": 300, "medium": 500, "semibold": 600}
_SMALLEST, _LARGEST = 1.0, 300.0
_ELLIPSIS = "…"
# In pixels; no screen is wider.
_WIDEST_PIECE = 4_000
# Tags of a text's content, on either platform and in older names.
TEXTS = {"RCTText", "RCTParagraph"}
_INNER = {"RCTVirtualText", *TEXTS}
_RAW = {"RCTRawText", "RawText"}


@dataclass(frozen=True, slots=True)
class Lettering:
    """How letters look."""

    size: float = 14.0
    weight: int = 400
    is_italic: bool = False
    family: str = ""
    color: Color = (0, 0, 0, 255)
    line_height: float = 0.0
    spacing: float = 0.0
    case: str = ""
    underline: str = ""

    def with_props(self, props: Props) -> "Lettering":
        """Give what letters of a text within these look like: as it says itself, the rest as around it."""
        weight = str(props.get("fontWeight", ""))
        return replace(
            self,
            size=max(_SMALLEST, min(_LARGEST, number(props, "fontSize", default=self.size))),
            weight=_WEIGHTS.get(weight, int(weight) if weight.isdecimal() and len(weight) < 5 else self.weight),
            is_italic={"italic": True, "normal": False}.get(str(props.get("fontStyle")), self.is_italic),
            family=text(props, "fontFamily", self.family),
            color=color(props, "color") or self.color,
            line_height=number(props, "lineHeight", default=self.line_height),
            spacing=number(props, "letterSpacing", default=self.spacing),
            case=text(props, "textTransform", self.case),
            underline=text(props, "textDecorationLine", self.underline),
        )


@dataclass(slots=True)
class Fonts:
    """The fonts of a picture: Inter for the system's, and those that the app brought, by the name it gave them."""

    scale: int
    brought: Mapping[str, Path] = field(default_factory=dict)
    _known: dict[tuple[str, int, int, bool], ImageFont.FreeTypeFont] = field(default_factory=dict)

    def of(self, letters: Lettering) -> ImageFont.FreeTypeFont:
        """Give the font of some letters, at its size in pixels."""
        weight = max(100, min(900, letters.weight))
        key = (letters.family, round(letters.size * self.scale), weight, letters.is_italic)
        if key not in self._known:
            self._known[key] = self._load(*key)
        return self._known[key]

    def _load(self, family: str, size: int, weight: int, is_italic: bool) -> ImageFont.FreeTypeFont:
        if family in self.brought:
            try:
                return ImageFont.truetype(self.brought[family], size)
            except (OSError, ValueError):
                del family
        name = _INTER.format("-Italic" if is_italic else "")
        font = ImageFont.truetype(str(files("fontpkg_inter") / "files" / name), size)
        font.set_variation_by_axes([min(32, max(14, size / self.scale)), weight])
        return font

    def width(self, words: str, letters: Lettering) -> float:
        """Say how wide words are."""
        return self.of(letters).getlength(words) / self.scale + letters.spacing * len(words)

    def height(self, letters: Lettering) -> float:
        """Say how high a line is."""
        return letters.line_height or sum(self.of(letters).getmetrics()) / self.scale


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that look alike."""

    words: str
    letters: Lettering


def pieces_of(view: View, around: Lettering | None = None) -> Iterator[Piece]:
    """Give the pieces of a text and of the texts in it."""
    letters = (around or Lettering()).with_props(view.props)
    for child in view.children:
        if child.name in _RAW:
            yield Piece(_cased(text(child.props, "text"), letters.case), letters)
        elif child.name in _INNER:
            yield from pieces_of(child, letters)


def _cased(words: str, case: str) -> str:
    changes = {"uppercase": str.upper, "lowercase": str.lower, "capitalize": str.title}
    return changes[case](words) if case in changes else words


@dataclass(slots=True)
class SetLine:
    """One line: its pieces, how wide it is and how high."""

    pieces: list[Piece] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text, one below the other."""

    lines: tuple[SetLine, ...]

    @property
    def width(self) -> float:
        """How wide its widest line is."""
        return max((line.width for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """How high all of it is."""
        return sum(line.height for line in self.lines)


def set_text(pieces: list[Piece], fonts: Fonts, width: float, most_lines: int = 0) -> Block:
    """Break text into lines no wider than that where words allow it; with at most so many lines, if any."""
    lines = [SetLine()]
    for piece in pieces:
        for number_of, part in enumerate(piece.words.split("\n")):
            if number_of:
                lines.append(SetLine(height=fonts.height(piece.letters)))
            for word in _words(part):
                _add(lines, Piece(word, piece.letters), fonts, width)
    if 0 < most_lines < len(lines):
        lines = lines[:most_lines]
        _shorten(lines[-1], fonts, width)
    return Block(tuple(lines))


def _words(part: str) -> Iterator[str]:
    """Give the words of a text, each with the blanks that follow it."""
    at = 0
    while at < len(part):
        end = part.find(" ", at)
        end = len(part) if end < 0 else end
        while end < len(part) and part[end] == " ":
            end += 1
        yield part[at:end]
        at = end


def _add(lines: list[SetLine], piece: Piece, fonts: Fonts, width: float) -> None:
    bare = fonts.width(piece.words.rstrip(" "), piece.letters)
    # Rounding must not break what was measured to fit.
    if lines[-1].pieces and lines[-1].width + bare > width + 0.5:
        lines.append(SetLine())
    if bare > width + 0.5 and width > 0 and len(piece.words) > 1:
        fits = _letters_that_fit(piece, fonts, width)
        _add(lines, Piece(piece.words[:fits], piece.letters), fonts, width)
        _add(lines, Piece(piece.words[fits:], piece.letters), fonts, width)
        return
    line = lines[-1]
    line.height = max(line.height, fonts.height(piece.letters))
    line.width += fonts.width(piece.words, piece.letters)
    if line.pieces and line.pieces[-1].letters == piece.letters:
        line.pieces[-1] = Piece(line.pieces[-1].words + piece.words, piece.letters)
    else:
        line.pieces.append(piece)


def _letters_that_fit(piece: Piece, fonts: Fonts, width: float) -> int:
    """Say how many letters of a word that is wider than a line fit in one; at least one, and not all."""
    low, high = 1, len(piece.words) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fonts.width(piece.words[:middle], piece.letters) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _shorten(line: SetLine, fonts: Fonts, width: float) -> None:
    """End a line with an ellipsis, and take away what does not fit before it."""
    while line.pieces:
        last = line.pieces[-1]
        words = last.words.rstrip(" ")
        before = sum(fonts.width(piece.words, piece.letters) for piece in line.pieces[:-1])
        while words and before + fonts.width(words + _ELLIPSIS, last.letters) > width + 0.5:
            words = words[:-1]
        if words or len(line.pieces) == 1:
            line.pieces[-1] = Piece(words.rstrip(" ") + _ELLIPSIS, last.letters)
            line.width = before + fonts.width(line.pieces[-1].words, last.letters)
            return
        line.pieces.pop()


def write_line(canvas: Canvas, line: SetLine, at: tuple[float, float], fonts: Fonts) -> None:
    """Write a line with its left upper corner at a place of the screen, in pixels; pieces stand on one base line."""
    across, down = at
    tops = [fonts.of(piece.letters).getmetrics() for piece in line.pieces]
    ascent = max((up for up, _ in tops), default=0)
    descent = max((below for _, below in tops), default=0)
    base = down + (line.height * fonts.scale - ascent - descent) / 2 + ascent
    for piece in line.pieces:
        across = _write(canvas, piece, (across, base), fonts)


def _write(canvas: Canvas, piece: Piece, at: tuple[float, float], fonts: Fonts) -> float:
    """Write words on a base line, and give where they end."""
    font, letters, scale = fonts.of(piece.letters), piece.letters, fonts.scale
    width = fonts.width(piece.words, letters) * scale
    # Letters reach out of their places: there is a line's height around them.
    margin = round(letters.size * scale)
    left, top = round(at[0]) - margin, round(at[1]) - 2 * margin
    size = (min(round(width) + 2 * margin, _WIDEST_PIECE), 4 * margin)
    if is_empty(intersection((left, top, left + size[0], top + size[1]), canvas.area)):
        return at[0] + width
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    across, base = at[0] - left, at[1] - top
    end = across + width
    words = piece.words if letters.spacing else (piece.words,)
    for part in words:
        pen.text((across, base), part, fill=255, font=font, anchor="ls")
        across += font.getlength(part) + letters.spacing * scale
    for kind, rise in (("underline", 0.12), ("line-through", -0.28)):
        if kind in letters.underline:
            height = base + rise * letters.size * scale
            pen.line((at[0] - left, height, end, height), fill=255, width=scale)
    canvas.stamp(mask, (left, top), letters.color)
    return at[0] + width
