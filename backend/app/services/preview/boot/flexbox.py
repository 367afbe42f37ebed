"""Lays views out as a phone does: flexbox with React Native's defaults (which are Yoga's), computed by Taffy.

Taffy keeps every node it was given for ever: lay out in a process that ends.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isnan
from typing import Any

from pydantic import JsonValue
from stretchable import Node
from stretchable.style import (
    AUTO,
    PCT,
    PT,
    AlignContent,
    AlignItems,
    AlignSelf,
    Display,
    FlexDirection,
    FlexWrap,
    JustifyContent,
    Overflow,
    Position,
)
from stretchable.style.geometry.size import SizeAvailableSpace, SizePoints

from app.services.preview.boot.lettering import TEXTS, Block, Fonts, Piece, pieces_of, set_text
from app.services.preview.boot.report import View
from app.services.preview.boot.styles import Props, edges, is_set, number, text, widths

SCREEN = (390.0, 844.0)
INSETS = (47.0, 0.0, 34.0, 0.0)
HEADER = 44.0
INPUTS = {"RCTSinglelineTextInputView", "RCTMultilineTextInputView", "AndroidTextInput"}
SPINNERS = {"RCTActivityIndicatorView", "AndroidProgressBar"}
SWITCHES = {"RCTSwitch", "AndroidSwitch"}
SCROLLERS = {"RCTScrollView", "AndroidHorizontalScrollView"}
_SAFE = {"RNCSafeAreaView", "RCTSafeAreaView"}
_HEADER_CONFIG = "RNSScreenStackHeaderConfig"
# What native code sizes itself, in points.
_OWN_SIZES = dict.fromkeys(SWITCHES, (51.0, 31.0)) | dict.fromkeys(SPINNERS, (20.0, 20.0))
# Shown by gestures only, or not by itself.
_UNSEEN = {"RCTRefreshControl", "PullToRefreshView", "RCTInputAccessoryView", "RCTDebuggingOverlay", "DebuggingOverlay"}
_WIDEST = 10_000.0

_SELF = {
    "flex-start": AlignSelf.START,
    "flex-end": AlignSelf.END,
    "center": AlignSelf.CENTER,
    "stretch": AlignSelf.STRETCH,
    "baseline": AlignSelf.BASELINE,
}
_ITEMS = {name: AlignItems[kind.name] for name, kind in _SELF.items()}
_SPREADS = {
    "flex-start": "START",
    "flex-end": "END",
    "center": "CENTER",
    "space-between": "SPACE_BETWEEN",
    "space-around": "SPACE_AROUND",
    "space-evenly": "SPACE_EVENLY",
    "stretch": "STRETCH",
}
_DIRECTIONS = {
    "row": FlexDirection.ROW,
    "row-reverse": FlexDirection.ROW_REVERSE,
    "column": FlexDirection.COLUMN,
    "column-reverse": FlexDirection.COLUMN_REVERSE,
}
_WRAPS = {"wrap": FlexWrap.WRAP, "wrap-reverse": FlexWrap.WRAP_REVERSE}


@dataclass(slots=True)
class Placed:
    """A view where it is: its place is that of its parent's left upper corner onwards. In points."""

    view: View
    x: float
    y: float
    width: float
    height: float
    children: "list[Placed]" = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)


def lay_out(views: tuple[View, ...], fonts: Fonts) -> list[Placed]:
    """Place views on a phone's screen."""
    root = Node(size=SCREEN, flex_direction=FlexDirection.COLUMN)
    grown = [_grow(view, fonts, has_header=False) for view in views if not _is_hidden(view)]
    for each in grown:
        root.add(each.node)
    root.compute_layout(SCREEN)
    return [_placed(each) for each in grown]


@dataclass(slots=True)
class _Grown:
    view: View
    node: Node
    children: "list[_Grown]"
    pieces: list[Piece]


def _placed(grown: _Grown) -> Placed:
    box = grown.node.get_box()
    children = [_placed(child) for child in grown.children]
    return Placed(grown.view, box.x, box.y, box.width, box.height, children, grown.pieces)


def _is_hidden(view: View) -> bool:
    props = view.props
    if view.name in _UNSEEN or (view.name == _HEADER_CONFIG and is_set(props, "hidden")):
        return True
    return view.name == "RNSScreen" and props.get("activityState") == 0


def _grow(view: View, fonts: Fonts, *, has_header: bool) -> _Grown:
    style = _style_of(view)
    if has_header:
        style["margin"] = (INSETS[0] + HEADER, 0, 0, 0)
    if view.name in TEXTS or view.name in INPUTS:
        pieces = list(pieces_of(view)) if view.name in TEXTS else _written(view)
        node = Node(measure=_measure(pieces, fonts, int(number(view.props, "numberOfLines"))), **style)
        return _Grown(view, node, [], pieces)
    if view.name in _OWN_SIZES and not view.children:
        style["size"] = _OWN_SIZES[view.name]
    node = Node(**style)
    header = view.name == "RNSScreen" and any(
        child.name == _HEADER_CONFIG and not _is_hidden(child) for child in view.children
    )
    children = [
        _grow(child, fonts, has_header=header and child.name == "RNSScreenContentWrapper")
        for child in view.children
        if not _is_hidden(child)
    ]
    for child in children:
        node.add(child.node)
    return _Grown(view, node, children, [])


def _written(view: View) -> list[Piece]:
    """Give what a field for text shows: its text, or what it asks for."""
    said = next((text(view.props, name) for name in ("text", "value", "defaultValue") if view.props.get(name)), "")
    letters = next(iter(pieces_of(View("RCTText", view.props, (View("RCTRawText", {"text": " "}),)))))
    if said:
        return [Piece(said, letters.letters)]
    grey = {"color": view.props.get("placeholderTextColor", 0xFFA0A0A5)}
    return [Piece(text(view.props, "placeholder") or " ", letters.letters.with_props(grey))]


def _measure(pieces: list[Piece], fonts: Fonts, most_lines: int) -> Callable[..., SizePoints]:
    known_blocks: dict[float, Block] = {}

    def measure(_node: Node, known: SizePoints, space: SizeAvailableSpace) -> SizePoints:
        width = _room(space.width) if isnan(known.width.value) else known.width.value
        if width not in known_blocks:
            known_blocks[width] = set_text(pieces, fonts, width, most_lines)
        block = known_blocks[width]
        # A size of nothing would be read as one that is not known.
        return SizePoints(max(0.01, min(block.width, width or 0.01)), max(0.01, block.height))

    return measure


def _room(space: Any) -> float:
    """Say how much room there is across: what is given, none for "as narrow as can be", else as much as is wanted."""
    kind = space.scale.name
    if kind == "POINTS":
        return float(space.value)
    return 0.0 if kind == "MIN_CONTENT" else _WIDEST


def _length(value: JsonValue, otherwise: Any = AUTO) -> Any:
    if isinstance(value, bool):
        return otherwise
    if isinstance(value, int | float):
        return max(-_WIDEST, min(_WIDEST, float(value))) * PT
    if isinstance(value, str) and value.endswith("%"):
        try:
            return max(-_WIDEST, min(_WIDEST, float(value[:-1]))) * PCT
        except ValueError:
            return otherwise
    return AUTO if value == "auto" else otherwise


def _style_of(view: View) -> dict[str, Any]:
    props = view.props
    style: dict[str, Any] = {
        "flex_direction": _DIRECTIONS.get(text(props, "flexDirection"), FlexDirection.COLUMN),
        "align_content": AlignContent[_SPREADS.get(text(props, "alignContent"), "START")],
        "align_items": _ITEMS.get(text(props, "alignItems"), AlignItems.STRETCH),
        "justify_content": JustifyContent[_SPREADS.get(text(props, "justifyContent"), "START")],
        "flex_wrap": _WRAPS.get(text(props, "flexWrap"), FlexWrap.NO_WRAP),
        "size": (_length(props.get("width")), _length(props.get("height"))),
        # Unlike a browser's, a phone's views may become smaller than what is in them.
        "min_size": (_length(props.get("minWidth"), 0 * PT), _length(props.get("minHeight"), 0 * PT)),
        "max_size": (_length(props.get("maxWidth")), _length(props.get("maxHeight"))),
        "margin": tuple(_length(value, 0 * PT) for value in edges(props, "margin")),
        "padding": _padding(view),
        "border": widths(props),
        "gap": tuple(max(0.0, number(props, name, "gap")) for name in ("columnGap", "rowGap")),
        **_flex(props),
        **_position(props),
    }
    if text(props, "alignSelf") in _SELF:
        style["align_self"] = _SELF[text(props, "alignSelf")]
    if text(props, "display") == "none":
        style["display"] = Display.NONE
    ratio = number(props, "aspectRatio")
    if ratio > 0:
        style["aspect_ratio"] = ratio
    if view.name in SCROLLERS:
        style |= {"overflow_x": Overflow.HIDDEN, "overflow_y": Overflow.HIDDEN}
        if is_set(props, "horizontal") or view.name == "AndroidHorizontalScrollView":
            style["flex_direction"] = FlexDirection.ROW
    return style


def _points(value: JsonValue) -> float:
    return number({"value": value}, "value")


def _padding(view: View) -> tuple[Any, ...]:
    given = [_length(value, 0 * PT) for value in edges(view.props, "padding")]
    if view.name not in _SAFE:
        return tuple(0 * PT if each == AUTO else each for each in given)
    wanted = view.props.get("edges")
    names = ("top", "right", "bottom", "left")
    chosen = wanted if isinstance(wanted, list | dict) else names
    of = dict(wanted) if isinstance(wanted, dict) else {}
    own = [_points(value) for value in edges(view.props, "padding")]
    return tuple(
        (size + (inset if name in chosen and of.get(name) != "off" else 0.0)) * PT
        for name, size, inset in zip(names, own, INSETS, strict=True)
    )


def _flex(props: Props) -> dict[str, Any]:
    flex = number(props, "flex", default=0.0)
    grow, shrink, basis = max(0.0, flex), 1.0 if flex else 0.0, 0 * PT if flex > 0 else AUTO
    given = props.get("flexBasis")
    return {
        "flex_grow": max(0.0, number(props, "flexGrow", default=grow)),
        "flex_shrink": max(0.0, number(props, "flexShrink", default=shrink)),
        "flex_basis": basis if given is None else _length(given),
    }


def _position(props: Props) -> dict[str, Any]:
    kind = Position.ABSOLUTE if text(props, "position") == "absolute" else Position.RELATIVE
    sides = (("top",), ("right", "end"), ("bottom",), ("left", "start"))
    values = [next((props[name] for name in names if props.get(name) is not None), None) for names in sides]
    return {"position": kind, "inset": tuple(_length(value) for value in values)}
