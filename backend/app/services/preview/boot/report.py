"""What came of starting a bundle: in the shape that is stored, and read from the hostile process that says it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue, TypeAdapter

from app.core.hashing import canonical_json

_Text = Annotated[str, Field(max_length=20_000)]
_Name = Annotated[str, Field(max_length=500)]
_Number = Annotated[int, Field(ge=0, le=2**31)]
_Names = Annotated[tuple[_Name, ...], Field(max_length=200)]

MOST_VIEWS = 5_000
MOST_DEPTH = 200


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a stack: a place in the app's source where its map says so, else in `main.jsbundle`; from 1."""

    file: _Text
    line: _Number
    column: _Number
    function: _Name = ""


@dataclass(frozen=True, slots=True)
class BootError:
    """What stopped the app, or what a boundary of its own caught; `excerpt` are the lines around its first frame."""

    message: _Text
    frames: Annotated[tuple[Frame, ...], Field(max_length=50)] = ()
    excerpt: _Text = ""
    name: _Text = "Error"
    # React's own account of where the component was, innermost first.
    components: _Text = ""
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the console."""

    level: Literal["debug", "info", "warn", "error"]
    text: _Text


@dataclass(frozen=True, slots=True)
class View:
    """A native view as React asked for it: its name, the properties that are kept, and what is in it."""

    name: str
    props: dict[str, JsonValue]
    children: tuple["View", ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {"name": self.name, "props": self.props, "children": [each.as_json() for each in self.children]}


@dataclass(frozen=True, slots=True)
class BootReport:
    """What starting a bundle came to.

    `started` is false when it threw before or while it first showed something, or never came to rest.
    `missing_modules` and `missing_views` it asked for and the stand-in has none; `hollow_modules` are those of them
    that it insisted on and that were there without doing anything: an error beside them may be their fault.
    """

    platform: str
    started: bool
    error: BootError | None = None
    missing_modules: tuple[str, ...] = ()
    hollow_modules: tuple[str, ...] = ()
    missing_views: tuple[str, ...] = ()
    console: tuple[Line, ...] = ()
    views: tuple[View, ...] = ()
    # Fonts that the app loaded: its name for one, and the address of its file.
    fonts: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    milliseconds: int = 0

    @property
    def is_doubtful(self) -> bool:
        """Say whether what stopped it may be the stand-in's fault and not the app's."""
        return not self.started and bool(self.hollow_modules)

    def as_json(self) -> bytes:
        """Give it as canonical JSON, with the views as a tree."""
        return canonical_json(
            {
                "platform": self.platform,
                "started": self.started,
                "is_doubtful": self.is_doubtful,
                "error": asdict(self.error) if self.error else None,
                "missing_modules": self.missing_modules,
                "hollow_modules": self.hollow_modules,
                "missing_views": self.missing_views,
                "console": [asdict(line) for line in self.console],
                "views": [view.as_json() for view in self.views],
                "fonts": self.fonts,
                "notes": self.notes,
                "milliseconds": self.milliseconds,
            }
        )

    @classmethod
    def from_json(cls, data: bytes) -> "BootReport":
        """Read what `as_json` gave; ValueError for anything else."""
        try:
            plain = json.loads(data)
            views = tuple(_view_of(each) for each in plain.pop("views"))
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("this is no report of a start") from error
        return replace(_REPORT.validate_python(plain), views=views)


_REPORT: TypeAdapter[BootReport] = TypeAdapter(BootReport)


def _view_of(plain: dict[str, Any]) -> View:
    return View(str(plain["name"]), dict(plain["props"]), tuple(_view_of(each) for each in plain["children"]))


@dataclass(frozen=True, slots=True)
class _Listed:
    """A view in the list that crosses the border; parents stand before their children."""

    parent: Annotated[int, Field(ge=-1, le=MOST_VIEWS)]
    name: _Name
    props: Annotated[dict[_Name, JsonValue], Field(max_length=200)]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the process in the sandbox says. It may be lying; it cannot be large or of another shape."""

    errors: Annotated[tuple[BootError, ...], Field(max_length=10)]
    console: Annotated[tuple[Line, ...], Field(max_length=1_000)]
    missing_modules: _Names
    hollow_modules: _Names
    missing_views: _Names
    views: Annotated[tuple[_Listed, ...], Field(max_length=MOST_VIEWS)]
    fonts: Annotated[dict[_Name, _Text], Field(max_length=100)]
    notes: Annotated[tuple[_Text, ...], Field(max_length=20)]
    milliseconds: Annotated[float, Field(ge=0, le=10**9)]
    timed_out: bool = False
    broken: _Text = ""


_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)


def read_answer(data: bytes) -> Answer:
    """Read what the process said; ValueError when it is not of this shape."""
    return _ANSWER.validate_json(data)


def tree_of(listed: Sequence[_Listed]) -> tuple[View, ...]:
    """Put the views of a list into one another; ValueError for one that stands before its parent, or too deep."""
    depths: list[int] = []
    for place, each in enumerate(listed):
        if each.parent >= place:
            raise ValueError("a view stands before its parent")
        depths.append(depths[each.parent] + 1 if each.parent >= 0 else 0)
    if depths and max(depths) >= MOST_DEPTH:
        raise ValueError("the views are nested too deep")
    children: list[list[View]] = [[] for _ in listed]
    roots: list[View] = []
    for place in range(len(listed) - 1, -1, -1):
        each = listed[place]
        made = View(each.name, each.props, tuple(reversed(children[place])))
        (children[each.parent] if each.parent >= 0 else roots).append(made)
    return tuple(reversed(roots))
