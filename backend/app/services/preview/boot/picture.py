"""Draws what a bundle showed at its start, as a phone would: a picture of 780 by 1688 pixels.

It decodes fonts and pictures of the bundle, and lays out in a process that keeps what it laid out: `painting.py` runs
this in the sandbox; nothing else should.
"""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from app.services.preview.boot.canvas import Canvas, Radii, Rect, intersection, is_empty, is_vast, mask_of, size_of
from app.services.preview.boot.failure import draw_failure
from app.services.preview.boot.flexbox import (
    HEADER,
    INSETS,
    SCREEN,
    SCROLLERS,
    SPINNERS,
    SWITCHES,
    Placed,
    lay_out,
)
from app.services.preview.boot.images import Images, file_of, source_of
from app.services.preview.boot.lettering import TEXTS, Fonts, Lettering, Piece, set_text, write_line
from app.services.preview.boot.report import BootReport
from app.services.preview.boot.styles import Color, color, edges, number, shift, text, widths

SCALE = 2
_WHITE, _BLACK = (255, 255, 255, 255), (0, 0, 0, 255)
_MARK, _MARK_FILL = (200, 90, 40, 255), (255, 240, 225, 160)
_NO_PICTURE = (225, 228, 232, 255)
_TRACK_ON, _TRACK_OFF, _SPINNER = (52, 199, 89, 255), (233, 233, 235, 255), (142, 142, 147, 255)
_LARGEST_SPINNER = 200
_CORNERS = ("TopLeft", "TopRight", "BottomRight", "BottomLeft")
# Layers cost a picture of their size each; beyond these, what is faint or round is drawn plainly.
_MOST_LAYERS = 300


def draw(report: BootReport, folder: Path) -> bytes:
    """Draw a report as PNG, with pictures and fonts from the unpacked bundle; an error where the app did not start."""
    brought = {name: path for name, uri in report.fonts.items() if (path := file_of(uri, folder)) is not None}
    fonts = Fonts(SCALE, brought)
    canvas = Canvas((0, 0, int(SCREEN[0]) * SCALE, int(SCREEN[1]) * SCALE))
    canvas.fill(canvas.area, _WHITE)
    if report.started:
        painter = _Painter(fonts, Images(folder), frozenset(report.missing_views))
        for placed in lay_out(report.views, fonts):
            painter.paint(placed, canvas, (0.0, 0.0))
    else:
        draw_failure(report, canvas, fonts)
    out = io.BytesIO()
    canvas.picture.convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(slots=True)
class _Painter:
    fonts: Fonts
    images: Images
    missing: frozenset[str]
    layers: int = 0

    def paint(self, placed: Placed, canvas: Canvas, origin: tuple[float, float]) -> None:
        """Paint a view and what is in it; `origin` is its parent's left upper corner in points."""
        props = placed.view.props
        across, down = shift(props)
        corner = (origin[0] + placed.x + across, origin[1] + placed.y + down)
        opacity = max(0.0, min(1.0, number(props, "opacity", default=1.0)))
        rect = _rect(corner, placed)
        if opacity == 0.0 or text(props, "display") == "none":
            return
        radii = _radii(placed, rect)
        clips = text(props, "overflow") in {"hidden", "scroll"} or placed.view.name in SCROLLERS
        # Without a shadow or a child outside, a view that clips needs a layer only for what is in it.
        if opacity < 1.0 and self.layers < _MOST_LAYERS:
            self.layers += 1
            layer = Canvas(intersection(rect, canvas.area) if clips else canvas.area)
            if not is_empty(layer.area):
                self._paint_whole(placed, layer, (corner, rect, radii), clips=clips)
                faint = layer.picture.getchannel("A").point(lambda value: round(value * opacity))
                layer.picture.putalpha(faint)
                canvas.paste(layer.picture, layer.area[:2])
            return
        self._paint_whole(placed, canvas, (corner, rect, radii), clips=clips)

    def _paint_whole(
        self, placed: Placed, canvas: Canvas, where: tuple[tuple[float, float], Rect, Radii], *, clips: bool
    ) -> None:
        corner, rect, radii = where
        self._paint_box(placed, canvas, rect, radii)
        self._paint_own(placed, canvas, rect, radii)
        children = sorted(placed.children, key=lambda child: number(child.view.props, "zIndex"))
        if not children:
            return
        if not clips or self.layers >= _MOST_LAYERS or not _reach_out(placed, any(radii)):
            for child in children:
                self.paint(child, canvas, corner)
            return
        area = intersection(rect, canvas.area)
        if is_empty(area):
            return
        self.layers += 1
        layer = Canvas(area)
        for child in children:
            self.paint(child, layer, corner)
        is_round = any(radii) and not is_vast(rect)
        mask = mask_of(size_of(rect), radii).crop(_within(area, rect)) if is_round else None
        canvas.paste(layer.picture, area[:2], mask)
        # A border stands above what it clips.
        self._paint_border(placed, canvas, rect, radii)

    def _paint_box(self, placed: Placed, canvas: Canvas, rect: Rect, radii: Radii) -> None:
        background = color(placed.view.props, "backgroundColor")
        if background and placed.view.name != "RNSScreenStackHeaderConfig":
            canvas.fill(rect, background, radii)
        self._paint_border(placed, canvas, rect, radii)

    def _paint_border(self, placed: Placed, canvas: Canvas, rect: Rect, radii: Radii) -> None:
        sides = [round(side * SCALE + 0.001) if side >= 0.5 else int(side > 0) for side in widths(placed.view.props)]
        if not any(sides):
            return
        values = edges(placed.view.props, "border", "Color")
        colors = [color({"color": value}, "color") or _BLACK for value in values]
        if len(set(sides)) == 1 and len(set(colors)) == 1:
            canvas.frame(rect, colors[0], sides[0], radii)
            return
        left, top, right, bottom = rect
        strips = (
            (left, top, right, top + sides[0]),
            (right - sides[1], top, right, bottom),
            (left, bottom - sides[2], right, bottom),
            (left, top, left + sides[3], bottom),
        )
        for strip, side, shade in zip(strips, sides, colors, strict=True):
            if side:
                canvas.fill(strip, shade)

    def _paint_own(self, placed: Placed, canvas: Canvas, rect: Rect, radii: Radii) -> None:
        """Paint what a view shows beside its box and its children."""
        name = placed.view.name
        if placed.pieces:
            self._paint_text(placed, canvas, rect)
        elif name in {"RCTImageView", "ViewManagerAdapter_ExpoImage"}:
            self._paint_picture(placed, canvas, rect, radii)
        elif name in SWITCHES:
            _paint_switch(placed, canvas, rect)
        elif name in SPINNERS:
            _paint_spinner(placed, canvas, rect)
        elif name == "RNSScreenStackHeaderConfig":
            self._paint_header(placed, canvas)
        elif name in self.missing and not is_empty(rect):
            canvas.fill(rect, _MARK_FILL)
            canvas.frame(rect, _MARK, SCALE, radii)
            label = name.removeprefix("ViewManagerAdapter_")
            self._write(canvas, label, (rect[0] + 8, rect[1] + 6), Lettering(10, color=_MARK))

    def _paint_text(self, placed: Placed, canvas: Canvas, rect: Rect) -> None:
        props = placed.view.props
        top, right, bottom, left = (
            number({"size": value}, "size") + side
            for value, side in zip(edges(props, "padding"), widths(props), strict=True)
        )
        room = placed.width - left - right
        block = set_text(placed.pieces, self.fonts, room, int(number(props, "numberOfLines")))
        # A field for text centres it; a text begins at its top.
        down = top if placed.view.name in TEXTS else (placed.height - bottom + top - block.height) / 2
        align = text(props, "textAlign")
        for line in block.lines:
            width = sum(self.fonts.width(piece.words, piece.letters) for piece in line.pieces)
            spare = {"center": (room - width) / 2, "right": room - width}.get(align, 0.0)
            at = (rect[0] + (left + spare) * SCALE, rect[1] + down * SCALE)
            write_line(canvas, line, at, self.fonts)
            down += line.height

    def _paint_picture(self, placed: Placed, canvas: Canvas, rect: Rect, radii: Radii) -> None:
        address = source_of(placed.view)
        if is_empty(intersection(rect, canvas.area)) or not address:
            return
        found = None if is_vast(rect) else self.images.find(address)
        if found is None:
            canvas.fill(rect, _NO_PICTURE, radii)
            return
        tint = color(placed.view.props, "tintColor")
        if tint:
            flat = Image.new("RGBA", found.size, tint)
            flat.putalpha(found.getchannel("A").point(lambda value: value * tint[3] // 255))
            found = flat
        mode = text(placed.view.props, "resizeMode", "cover")
        fitted, at = _fit(found, rect, mode)
        layer = Image.new("RGBA", size_of(rect))
        layer.alpha_composite(fitted, (max(0, at[0]), max(0, at[1])), (max(0, -at[0]), max(0, -at[1])))
        canvas.paste(layer, rect[:2], mask_of(size_of(rect), radii) if any(radii) else None)

    def _paint_header(self, placed: Placed, canvas: Canvas) -> None:
        props = placed.view.props
        bar = (0, 0, int(SCREEN[0]) * SCALE, int(INSETS[0] + HEADER) * SCALE)
        canvas.fill(bar, color(props, "backgroundColor") or _WHITE)
        canvas.fill((0, bar[3] - 1, bar[2], bar[3]), (0, 0, 0, 40))
        letters = Lettering(17, 600, color=color(props, "titleColor", "color") or _BLACK)
        title = text(props, "title")[:60]
        left = (SCREEN[0] - self.fonts.width(title, letters)) / 2
        self._write(canvas, title, (round(left * SCALE), round((INSETS[0] + 11) * SCALE)), letters)

    def _write(self, canvas: Canvas, words: str, at: tuple[int, int], letters: Lettering) -> None:
        for line in set_text([Piece(words, letters)], self.fonts, SCREEN[0], 1).lines:
            write_line(canvas, line, at, self.fonts)


def _rect(corner: tuple[float, float], placed: Placed) -> Rect:
    left, top = round(corner[0] * SCALE), round(corner[1] * SCALE)
    return left, top, round((corner[0] + placed.width) * SCALE), round((corner[1] + placed.height) * SCALE)


def _radii(placed: Placed, rect: Rect) -> Radii:
    props = placed.view.props
    longest = max(0, min(size_of(rect)) // 2)
    given = (number(props, f"border{corner}Radius", "borderRadius") for corner in _CORNERS)
    first, second, third, fourth = (min(longest, max(0, round(radius * SCALE))) for radius in given)
    return first, second, third, fourth


def _reach_out(placed: Placed, is_round: bool) -> bool:
    """Say whether something in a view may be cut off by its edge."""
    if is_round or placed.view.name in SCROLLERS:
        return True
    return any(
        child.x < 0
        or child.y < 0
        or child.x + child.width > placed.width + 0.01
        or child.y + child.height > placed.height + 0.01
        or child.children
        for child in placed.children
    )


def _within(area: Rect, rect: Rect) -> Rect:
    return area[0] - rect[0], area[1] - rect[1], area[2] - rect[0], area[3] - rect[1]


def _fit(picture: Image.Image, rect: Rect, mode: str) -> tuple[Image.Image, tuple[int, int]]:
    """Bring a picture to its size, and say where in its view it begins."""
    width, height = size_of(rect)
    if mode == "stretch":
        return picture.resize((width, height)), (0, 0)
    ratios = (width / picture.width, height / picture.height)
    ratio = max(ratios) if mode == "cover" else min(ratios)
    if mode == "center":
        ratio = min(1.0, ratio)
    if mode == "cover":
        # Cut first: what is cut off need not be enlarged.
        kept = (max(1.0, width / ratio), max(1.0, height / ratio))
        left, top = (picture.width - kept[0]) / 2, (picture.height - kept[1]) / 2
        box = (max(0.0, left), max(0.0, top), min(picture.width, left + kept[0]), min(picture.height, top + kept[1]))
        return picture.resize((width, height), box=box), (0, 0)
    size = (max(1, round(picture.width * ratio)), max(1, round(picture.height * ratio)))
    return picture.resize(size), ((width - size[0]) // 2, (height - size[1]) // 2)


def _paint_switch(placed: Placed, canvas: Canvas, rect: Rect) -> None:
    props = placed.view.props
    is_on = props.get("value") is True or props.get("on") is True
    track: Color = (color(props, "onTintColor") or _TRACK_ON) if is_on else _TRACK_OFF
    size = rect[3] - rect[1]
    half = size // 2
    canvas.fill(rect, track, (half, half, half, half))
    left = rect[2] - size + 4 if is_on else rect[0] + 4
    thumb = (left, rect[1] + 4, left + size - 8, rect[3] - 4)
    canvas.fill(thumb, _WHITE, (half, half, half, half))


def _paint_spinner(placed: Placed, canvas: Canvas, rect: Rect) -> None:
    if placed.view.props.get("animating") is False:
        return
    size = min(*size_of(rect), _LARGEST_SPINNER)
    if size <= 0:
        return
    mask = Image.new("L", (size, size))
    ImageDraw.Draw(mask).arc((0, 0, size - 1, size - 1), 0, 270, fill=255, width=max(2, size // 8))
    at = ((rect[0] + rect[2] - size) // 2, (rect[1] + rect[3] - size) // 2)
    canvas.stamp(mask, at, color(placed.view.props, "color") or _SPINNER)
