"""A replay as one SVG (pure): depth, workers and the oldest wait over time; readable in light and in dark."""

from collections.abc import Callable, Sequence
from html import escape

from app.services.autoscaler.replay import Replay, Variant, moment_of
from app.services.autoscaler.simulation import Point

_WIDTH, _LEFT, _RIGHT, _TOP, _PANEL, _GAP = 960, 70, 24, 84, 150, 46
_INNER = _WIDTH - _LEFT - _RIGHT
_MOST_POINTS = 900
# Told apart by colour-blind people too (Okabe and Ito), and by their dashes.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DASHES = ("", "7 4", "2 3", "10 3 2 3", "", "7 4")
_STYLE = """
  svg { background: #ffffff; font: 13px system-ui, sans-serif }
  text { fill: #24292f } .dim { fill: #57606a } .grid { stroke: #d0d7de; stroke-width: 1 }
  .line { fill: none; stroke-width: 1.8; stroke-linejoin: round }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117 } text { fill: #e6edf3 } .dim { fill: #9198a1 } .grid { stroke: #3d444d }
  }
"""
_PANELS: Sequence[tuple[str, Callable[[Point], float], bool]] = (
    ("jobs that wait", lambda point: float(point.depth), False),
    ("workers", lambda point: float(point.workers), True),
    ("oldest wait, seconds", lambda point: point.oldest_seconds, False),
)


def draw(replay: Replay) -> str:
    """Draw every variant of a replay."""
    height = _TOP + len(_PANELS) * (_PANEL + _GAP) + 10
    end = max(1.0, *(variant.result.points[-1].at for variant in replay.variants))
    recording = replay.recording
    kind = "made-up hours" if recording.is_made_up else "recorded hours"
    title = f"{recording.queue}: {kind} from {recording.began:%Y-%m-%d %H:%M} UTC, replayed"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<text x="{_LEFT}" y="26" font-size="16" font-weight="600">{escape(title)}</text>',
        *_legend(replay.variants),
    ]
    for index, (name, value, is_stepped) in enumerate(_PANELS):
        top = _TOP + index * (_PANEL + _GAP)
        values = [value(point) for variant in replay.variants for point in variant.result.points]
        ceiling = nice(max(values, default=0.0))
        parts += _frame(name, top, ceiling)
        for number, variant in enumerate(replay.variants):
            parts.append(_line(variant, number, (top, ceiling, end), value, is_stepped=is_stepped))
    parts += _hours(replay, end, height)
    return "\n".join([*parts, "</svg>", ""])


def nice(value: float) -> float:
    """Round up to 1, 2, 4, 5 or 10 times a power of ten, so that a quarter of it can be read."""
    size = 1.0
    while size < value:
        for factor in (2.0, 4.0, 5.0, 10.0):
            if size * factor >= value:
                return size * factor
        size *= 10
    return size


def _legend(variants: Sequence[Variant]) -> list[str]:
    parts, x, y = [], _LEFT, 46
    for number, variant in enumerate(variants):
        words = f"{variant.name}: average wait {variant.result.average_wait:.1f} s, "
        words += f"{variant.result.worker_hours:.1f} worker-hours"
        width = 46 + round(6.9 * len(words))
        if x > _LEFT and x + width > _WIDTH:
            x, y = _LEFT, y + 18
        parts.append(
            f'<line x1="{x}" x2="{x + 26}" y1="{y - 4}" y2="{y - 4}" {_stroke(number)} class="line"/>'
            f'<text x="{x + 32}" y="{y}">{escape(words)}</text>'
        )
        x += width
    return parts


def _frame(name: str, top: int, ceiling: float) -> list[str]:
    parts = [f'<text x="{_LEFT}" y="{top - 6}" class="dim">{escape(name)}</text>']
    for quarter in (0, 2, 4):
        y = top + _PANEL - _PANEL * quarter / 4
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:g}" y2="{y:g}" class="grid"/>'
            f'<text x="{_LEFT - 8}" y="{y + 4:g}" text-anchor="end" class="dim">{ceiling * quarter / 4:g}</text>'
        )
    return parts


def _line(
    variant: Variant,
    number: int,
    scale: tuple[int, float, float],
    value: Callable[[Point], float],
    *,
    is_stepped: bool,
) -> str:
    top, ceiling, end = scale
    places: list[str] = []
    last = ""
    for point in _thinned(variant.result.points, value):
        x = _LEFT + _INNER * point.at / end
        y = f"{top + _PANEL - _PANEL * value(point) / ceiling:.1f}"
        if is_stepped and last and last != y:
            places.append(f"{x:.1f},{last}")
        places.append(f"{x:.1f},{y}")
        last = y
    return f'<polyline points="{" ".join(places)}" {_stroke(number)} class="line"/>'


def _thinned(points: Sequence[Point], value: Callable[[Point], float]) -> Sequence[Point]:
    """Keep the highest point of every few, so that a month is not a megabyte and no peak is lost."""
    size = -(-len(points) // _MOST_POINTS)
    return [max(points[start : start + size], key=value) for start in range(0, len(points), size)]


def _hours(replay: Replay, end: float, height: int) -> list[str]:
    return [
        f'<text x="{_LEFT + _INNER * part / 6:g}" y="{height - _GAP + 10}" text-anchor="middle" class="dim">'
        f"{moment_of(replay.recording.began, end * part / 6):%H:%M}</text>"
        for part in range(7)
    ]


def _stroke(number: int) -> str:
    dash = _DASHES[number % len(_DASHES)]
    return f'stroke="{_COLOURS[number % len(_COLOURS)]}"' + (f' stroke-dasharray="{dash}"' if dash else "")
