"""Paints with smooth edges: rectangles with round corners, borders, pictures, layers that are clipped or faint."""

from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw

from app.services.preview.boot.styles import Color

Rect = tuple[int, int, int, int]
Radii = tuple[int, int, int, int]
# How many times finer a corner is drawn before it is made smooth.
_FINER = 4
# A shape of more pixels, most of it off the screen, is drawn plainly: a mask of its size would cost too much.
_MOST_PIXELS = 12_000_000


def intersection(one: Rect, other: Rect) -> Rect:
    """Give what two rectangles (left, top, right, bottom) share; empty ones have no width or height."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    return left, top, max(left, min(one[2], other[2])), max(top, min(one[3], other[3]))


def is_empty(rect: Rect) -> bool:
    """Say whether there is nothing in a rectangle."""
    return rect[0] >= rect[2] or rect[1] >= rect[3]


@dataclass(slots=True)
class Canvas:
    """A part of the screen in pixels: its picture, and where its left upper corner is."""

    area: Rect
    picture: Image.Image = field(init=False)

    def __post_init__(self) -> None:
        self.picture = Image.new("RGBA", (self.area[2] - self.area[0], self.area[3] - self.area[1]))

    def paste(self, layer: Image.Image, at: tuple[int, int], mask: Image.Image | None = None) -> None:
        """Lay a picture over what is there, at a place of the screen, through a mask."""
        if mask is not None:
            layer = layer.copy()
            layer.putalpha(ImageChops.multiply(layer.getchannel("A"), mask))
        left, top = at[0] - self.area[0], at[1] - self.area[1]
        part = intersection((left, top, left + layer.width, top + layer.height), (0, 0, *self.picture.size))
        if not is_empty(part):
            source = (part[0] - left, part[1] - top, part[2] - left, part[3] - top)
            self.picture.alpha_composite(layer, part[:2], source)

    def stamp(self, mask: Image.Image, at: tuple[int, int], color: Color) -> None:
        """Lay one colour over what is there, where a mask says; edges stay smooth on layers with nothing behind."""
        layer = Image.new("RGBA", mask.size, color)
        layer.putalpha(mask.point(lambda value: value * color[3] // 255))
        self.paste(layer, at)

    def fill(self, rect: Rect, color: Color, radii: Radii = (0, 0, 0, 0)) -> None:
        """Fill a rectangle."""
        shown = intersection(rect, self.area)
        if is_empty(shown) or color[3] == 0:
            return
        if any(radii) and not is_vast(rect):
            self.paste(Image.new("RGBA", size_of(rect), color), rect[:2], mask_of(size_of(rect), radii))
        else:
            self.paste(Image.new("RGBA", size_of(shown), color), shown[:2])

    def frame(self, rect: Rect, color: Color, width: int, radii: Radii) -> None:
        """Draw a border of one width along the inside of a rectangle."""
        size = size_of(rect)
        if is_empty(intersection(rect, self.area)) or width <= 0 or color[3] == 0 or is_vast(rect):
            return
        ring = mask_of(size, radii)
        inner = (size[0] - 2 * width, size[1] - 2 * width)
        if inner[0] > 0 and inner[1] > 0:
            first, second, third, fourth = (max(0, radius - width) for radius in radii)
            hole = Image.new("L", size)
            hole.paste(mask_of(inner, (first, second, third, fourth)), (width, width))
            ring = ImageChops.subtract(ring, hole)
        self.paste(Image.new("RGBA", size, color), rect[:2], ring)


def is_vast(rect: Rect) -> bool:
    """Say whether a rectangle is too large for a picture of its own."""
    width, height = size_of(rect)
    return width * height > _MOST_PIXELS


def size_of(rect: Rect) -> tuple[int, int]:
    """Give the width and height of a rectangle."""
    return rect[2] - rect[0], rect[3] - rect[1]


def mask_of(size: tuple[int, int], radii: Radii) -> Image.Image:
    """Make a mask of a rectangle with round corners: left upper, right upper, right lower, left lower."""
    mask = Image.new("L", size, 255)
    width, height = size
    longest = max(0, min(width, height) // 2)
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    for radius, (right, low) in zip(radii, corners, strict=True):
        kept = min(radius, longest)
        if kept > 0:
            fine = kept * _FINER
            corner = Image.new("L", (fine, fine))
            left, top = -fine if right else 0, -fine if low else 0
            ImageDraw.Draw(corner).ellipse((left, top, left + 2 * fine - 1, top + 2 * fine - 1), fill=255)
            small = corner.resize((kept, kept), Image.Resampling.BOX)
            mask.paste(small, ((width - kept) if right else 0, (height - kept) if low else 0))
    return mask
