"""Reads the properties of views: numbers, colours, edges. What is not of its kind is as if it were not there."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

Props = Mapping[str, JsonValue]
Color = tuple[int, int, int, int]

# No screen is larger; what is beyond it comes from mistakes or malice, and arithmetic must stay finite.
_FARTHEST = 100_000.0


def number(props: Props, *names: str, default: float = 0.0) -> float:
    """Give the first of some properties that is a number, within what a screen can use."""
    for name in names:
        value = props.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return max(-_FARTHEST, min(_FARTHEST, float(value)))
    return default


def text(props: Props, name: str, default: str = "") -> str:
    """Give a property that is text."""
    value = props.get(name)
    return value if isinstance(value, str) else default


def is_set(props: Props, name: str) -> bool:
    """Say whether a property is on."""
    return props.get(name) is True


def color(props: Props, *names: str) -> Color | None:
    """Give the first of some properties that is a colour (0xAARRGGBB, signed or not) as red, green, blue and alpha."""
    for name in names:
        value = props.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            bits = value & 0xFFFFFFFF
            return (bits >> 16 & 255, bits >> 8 & 255, bits & 255, bits >> 24)
    return None


# How the four edges are called, from the one name that is meant most narrowly to the widest.
_EDGES = {
    "top": ("Top", "Vertical"),
    "right": ("Right", "End", "Horizontal"),
    "bottom": ("Bottom", "Vertical"),
    "left": ("Left", "Start", "Horizontal"),
}
Edges = tuple[JsonValue, JsonValue, JsonValue, JsonValue]


def edges(props: Props, prefix: str, suffix: str = "") -> Edges:
    """Give what is said of top, right, bottom and left (`marginTop`, `borderTopWidth`), None where nothing is."""

    def found(names: Sequence[str]) -> JsonValue:
        keys = [f"{prefix}{name}{suffix}" for name in (*names, "")]
        return next((props[key] for key in keys if props.get(key) is not None), None)

    top, right, bottom, left = (found(names) for names in _EDGES.values())
    return top, right, bottom, left


def widths(props: Props) -> tuple[float, float, float, float]:
    """Give how wide the borders are: top, right, bottom, left."""
    top, right, bottom, left = (max(0.0, number({"width": each}, "width")) for each in edges(props, "border", "Width"))
    return top, right, bottom, left


def shift(props: Props) -> tuple[float, float]:
    """Give how far a view is moved by its transform; turns and scales are left out."""
    parts = props.get("transform")
    across = down = 0.0
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict):
            across += number(part, "translateX")
            down += number(part, "translateY")
    return across, down
