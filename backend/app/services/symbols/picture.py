"""A symbol's neighbourhood as one SVG (pure): who uses it on the left, what it uses on the right; light and dark.

Every box has a title and can be reached by the keyboard. Certain ties are drawn through, likely ones are dashed, so
that nothing is told by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.services.symbols.describing import Described
from app.services.symbols.neighbourhood import Neighbour, Neighbourhood, Role

_WIDTH, _BOX, _HEIGHT, _GAP, _MARGIN = 1180, 300, 46, 10, 24
_LEFT, _MIDDLE, _RIGHT = _MARGIN, (_WIDTH - _BOX) // 2, _WIDTH - _BOX - _MARGIN
_TOP, _HEADING, _BETWEEN = 64, 24, 18
# What fits into a box in the fonts below, by the widest of usual letters.
_NAME_LETTERS, _PLACE_LETTERS = 29, 44
_STYLE = """
  svg { background: #ffffff; font: 14px system-ui, sans-serif }
  text { fill: #1f2328 } .dim { fill: #59636e; font-size: 11.5px } .head { fill: #59636e; font-size: 12.5px }
  .box rect { fill: #f6f8fa; stroke: #8c959f; stroke-width: 1.2 }
  .centre rect { fill: #ddf4ff; stroke: #0969da; stroke-width: 2.2 } .likely rect { stroke-dasharray: 5 4 }
  .box:focus rect, .box:hover rect { stroke: #0969da; stroke-width: 3 } .box:focus { outline: none }
  .tie { fill: none; stroke: #6e7781; stroke-width: 1.6; stroke-linejoin: round } .likely.tie { stroke-dasharray: 5 4 }
  .uses { stroke: #0072b2 } .used { stroke: #b45309 } .kin { stroke: #1a7f37 }
  .tip-uses { fill: #0072b2 } .tip-used { fill: #b45309 } .tip-kin { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117 } text { fill: #e6edf3 } .dim, .head { fill: #9198a1 }
    .box rect { fill: #161b22; stroke: #6e7681 } .centre rect { fill: #0c2d6b; stroke: #58a6ff }
    .box:focus rect, .box:hover rect { stroke: #58a6ff } .tie { stroke: #8b949e }
    .uses { stroke: #56b4e9 } .used { stroke: #f0a04b } .kin { stroke: #56d364 }
    .tip-uses { fill: #56b4e9 } .tip-used { fill: #f0a04b } .tip-kin { fill: #56d364 }
  }
"""
_HEADINGS = {
    Role.CONTAINER: "defined in",
    Role.BASE: "derives from",
    Role.OVERRIDDEN: "overrides",
    Role.IMPORTER: "imported by",
    Role.CALLER: "called by",
    Role.CALLEE: "calls",
    Role.DERIVED: "base of",
    Role.OVERRIDE: "overridden by",
    Role.MEMBER: "holds",
}
_ABOVE = (Role.CONTAINER, Role.BASE, Role.OVERRIDDEN)
_BELOW = (Role.DERIVED, Role.OVERRIDE)
_USERS = (Role.CALLER, Role.IMPORTER)
_USED = (Role.CALLEE, Role.MEMBER)
_COLOURS = {Role.CALLEE: "uses", Role.IMPORTER: "used", Role.CALLER: "used"}
# Towards whom an arrow points: a caller points at what it calls, a class at its base.
_INWARDS = frozenset({Role.IMPORTER, Role.CALLER, Role.DERIVED, Role.OVERRIDE, Role.CONTAINER})


@dataclass(frozen=True, slots=True)
class _Placed:
    """A box and where it stands."""

    neighbour: Neighbour
    x: int
    y: int


def draw(found: Neighbourhood) -> str:
    """Draw the neighbourhood."""
    above, below = _size(found, _ABOVE), _size(found, _BELOW)
    sides = max(_size(found, _USERS), _size(found, _USED))
    middle = _TOP + max(above + _BETWEEN, (sides - _HEIGHT) // 2 if not below else above + _BETWEEN)
    height = max(middle + _HEIGHT + _BETWEEN + below, _TOP + sides) + 56
    headings: list[str] = []
    placed = [
        *_column(found, _USERS, _LEFT, _TOP, headings),
        *_column(found, _ABOVE, _MIDDLE, _TOP, headings),
        *_column(found, _BELOW, _MIDDLE, middle + _HEIGHT + _BETWEEN, headings),
        *_column(found, _USED, _RIGHT, _TOP, headings),
    ]
    title = f"{found.centre.kind} {found.centre.qualified_name}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="group" aria-labelledby="title says">',
        f'<title id="title">{_text(title)}</title><desc id="says">{_text(_summary(found))}</desc>',
        f"<style>{_STYLE}</style>{_MARKERS}",
        f'<text x="{_MARGIN}" y="32" font-size="17" font-weight="600">{_text(_cut(title, 110))}</text>',
        *[_tie(each, middle) for each in placed],
        *headings,
        _box(_Placed(Neighbour(found.centre, Role.CENTRE), _MIDDLE, middle)),
        *[_box(each) for each in placed],
        *_legend(found, height),
    ]
    return "\n".join([*parts, "</svg>", ""])


_MARKERS = (
    "<defs>"
    + "".join(
        f'<marker id="to-{colour}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" class="tip-{colour}"/></marker>'
        for colour in ("uses", "used", "kin")
    )
    + "</defs>"
)


def _size(found: Neighbourhood, roles: Sequence[Role]) -> int:
    """Give the height of a column."""
    counts = [len(found.of(role)) for role in roles]
    more = sum(role in found.omitted for role in roles)
    return sum(_HEADING + count * (_HEIGHT + _GAP) + _BETWEEN for count in counts if count) + more * _HEADING


def _column(found: Neighbourhood, roles: Sequence[Role], x: int, y: int, headings: list[str]) -> list[_Placed]:
    placed: list[_Placed] = []
    for role in roles:
        neighbours = found.of(role)
        if not neighbours:
            continue
        headings.append(f'<text x="{x}" y="{y + 14}" class="head">{_HEADINGS[role]}</text>')
        y += _HEADING
        for each in neighbours:
            placed.append(_Placed(each, x, y))
            y += _HEIGHT + _GAP
        if role in found.omitted:
            headings.append(f'<text x="{x}" y="{y + 8}" class="dim">and {found.omitted[role]:,} more</text>')
            y += _HEADING
        y += _BETWEEN
    return placed


def _tie(each: _Placed, middle: int) -> str:
    """Draw a curve from a box to the one in the middle; along the column's side where both stand in one column."""
    role = each.neighbour.role
    colour = _COLOURS.get(role, "kin")
    likely = "" if each.neighbour.is_certain else " likely"
    y, centre = each.y + _HEIGHT // 2, middle + _HEIGHT // 2
    if each.x == _MIDDLE:
        # Along a rail beside the column, so that many ties are one line.
        rail, edge = (_MIDDLE - 22, _MIDDLE) if role in _ABOVE else (_MIDDLE + _BOX + 22, _MIDDLE + _BOX)
        path = f"M{edge} {y}H{rail}V{centre}H{edge}"
    else:
        is_left = each.x == _LEFT
        start, end = (each.x + _BOX, _MIDDLE) if is_left else (each.x, _MIDDLE + _BOX)
        bend = (start + end) // 2
        path = f"M{start} {y}C{bend} {y} {bend} {centre} {end} {centre}"
    end_at = "marker-end" if role in _INWARDS else "marker-start"
    return f'<path d="{path}" class="tie {colour}{likely}" {end_at}="url(#to-{colour})"/>'


def _box(each: _Placed) -> str:
    what, neighbour = each.neighbour.what, each.neighbour
    classes = "box centre" if neighbour.role is Role.CENTRE else "box" if neighbour.is_certain else "box likely"
    where = f"{what.path}:{what.line}" if what.path else "outside of this repository"
    relation = f"{_HEADINGS[neighbour.role]}: " if neighbour.role in _HEADINGS else ""
    times = f", {neighbour.count} times" if neighbour.count > 1 else ""
    doubt = "" if neighbour.is_certain else ", likely"
    title = f"{relation}{what.kind} {what.qualified_name}, {where}{times}{doubt}"
    count = f"{neighbour.count:,} times" if neighbour.count > 1 else ""
    short = _short(what, is_held=neighbour.role is Role.MEMBER)
    name = _cut_front(short, _NAME_LETTERS - (len(count) + 1) // 2)
    return (
        f'<g class="{classes}" tabindex="0" role="img" aria-label="{_text(title)}"><title>{_text(title)}</title>'
        f'<rect x="{each.x}" y="{each.y}" width="{_BOX}" height="{_HEIGHT}" rx="7"/>'
        f'<text x="{each.x + 12}" y="{each.y + 20}" font-weight="600">{_text(name)}</text>'
        f'<text x="{each.x + _BOX - 12}" y="{each.y + 20}" text-anchor="end" class="dim">{count}</text>'
        f'<text x="{each.x + 12}" y="{each.y + 37}" class="dim">{_text(_cut_front(where, _PLACE_LETTERS))}</text></g>'
    )


def _short(what: Described, *, is_held: bool) -> str:
    """Give the name as people say it: a member with its class, a function with brackets."""
    is_member = what.kind in ("method", "attribute", "parameter", "local variable")
    inner = what.qualified_name.rpartition(":")[2].split(".")
    name = ".".join(inner[-2:]) if is_member and not is_held and len(inner) > 1 else what.name
    return f"{name}()" if what.kind in ("function", "method") else name


def _legend(found: Neighbourhood, height: int) -> list[str]:
    y = height - 22
    parts: list[str] = []
    x = _MARGIN
    for classes, words in (("tie", "certain"), ("tie likely", "likely: by its name or type only")):
        parts.append(
            f'<line x1="{x}" x2="{x + 34}" y1="{y - 4}" y2="{y - 4}" class="{classes}"/>'
            f'<text x="{x + 42}" y="{y}" class="dim">{words}</text>'
        )
        x += 130
    if not found.is_complete:
        parts.append(
            f'<text x="{_WIDTH - _MARGIN}" y="{y}" text-anchor="end" class="dim">not all files were read</text>'
        )
    return parts


def _summary(found: Neighbourhood) -> str:
    """Tell in words what the picture shows."""
    told = []
    for role, words in _HEADINGS.items():
        names = [each.what.qualified_name for each in found.of(role)]
        if names:
            more = f" and {found.omitted[role]} more" if role in found.omitted else ""
            told.append(f"{words} {', '.join(names)}{more}")
    return ("; ".join(told) or "nothing is known of its surroundings")[:4000]


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _cut_front(text: str, longest: int) -> str:
    return text if len(text) <= longest else "…" + text[len(text) - longest + 1 :]


def _text(text: str) -> str:
    """Escape, and show what no XML may hold."""
    return escape("".join(char if char.isprintable() else "�" for char in text))
