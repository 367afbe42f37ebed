"""Draws why an app did not start, as a phone in development does: what was thrown, where, and the lines around it."""

from app.services.preview.boot.canvas import Canvas
from app.services.preview.boot.flexbox import INSETS, SCREEN
from app.services.preview.boot.lettering import Fonts, Lettering, Piece, set_text, write_line
from app.services.preview.boot.report import BootReport, Frame

_RED, _DARK = (178, 34, 34, 255), (34, 24, 26, 255)
_WHITE, _PALE = (255, 255, 255, 255), (235, 205, 205, 255)
_MARGIN = 20.0
_MOST_WORDS = 1_200


def draw_failure(report: BootReport, canvas: Canvas, fonts: Fonts) -> None:
    """Draw the error of a report over a whole canvas."""
    error = report.error
    if error is None:
        return
    scale = fonts.scale
    canvas.fill(canvas.area, _DARK)
    canvas.fill((0, 0, canvas.area[2], round((INSETS[0] + 56) * scale)), _RED)
    down = INSETS[0] + 16
    parts = (
        ("The app did not start", Lettering(20, 700, color=_WHITE), 1, 24.0),
        (f"{error.name}: {error.message}"[:_MOST_WORDS], Lettering(17, 600, color=_WHITE), 8, 16.0),
        *((line, Lettering(12, color=_PALE), 1, 0.0) for line in error.excerpt.split("\n")[:9]),
        (" ", Lettering(12, color=_PALE), 1, 0.0),
        *((_place(frame), Lettering(12, color=_PALE), 1, 4.0) for frame in error.frames[:12]),
    )
    for words, letters, most_lines, after in parts:
        block = set_text([Piece(words, letters)], fonts, SCREEN[0] - 2 * _MARGIN, most_lines)
        for line in block.lines:
            write_line(canvas, line, (_MARGIN * scale, down * scale), fonts)
            down += line.height
        down += after


def _place(frame: Frame) -> str:
    """Give a frame in one line: of a long path its end says more."""
    name = frame.file.rpartition("/")[2] if "node_modules/" in frame.file else frame.file
    return f"{frame.function or '(anonymous)'}   {name[-60:]}:{frame.line}"
