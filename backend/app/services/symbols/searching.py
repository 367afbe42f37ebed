"""Search for definitions by name, best first: equal, then beginning so, then holding it, then its letters in order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, tuple_

from app.adapters.scope import Scope
from app.adapters.syntax.symbols.table import Definition
from app.core.errors import Invalid
from app.core.paging import Page, decode_place, encode_place
from app.models.symbol import SymbolDefinition as Row
from app.services.symbols.describing import qualified
from app.services.symbols.listing import Key
from app.services.symbols.view import View

LONGEST_QUERY = 200
MATCHES = ("exact", "prefix", "substring", "fuzzy")
_AT_ONCE = 500
# Of what only older states have, so much is passed over before an answer is given; its cursor goes on from there.
_MOST_ROUNDS = 20
# Fewer files than this are named to the database, so that it does not look at all others.
_FEW_FILES = 400


@dataclass(frozen=True, slots=True)
class Hit:
    """One definition at one path. `match` is None where nothing was searched for."""

    path: str
    language: str
    definition: Definition
    qualified_name: str
    match: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for: a name, or with a dot the end of a qualified one; below which path."""

    query: str
    path: str
    limit: int
    cursor: str | None


async def search(scope: Scope, project_id: UUID, view: View, wanted: Wanted) -> Page[Hit]:
    """Search the definitions of a state; a cursor goes on behind the last one that was given."""
    start = _read_cursor(wanted.cursor)
    paths = view.listing.paths
    allowed = set(view.listing.below(wanted.path)) if wanted.path else None
    query = _Query(wanted.query, project_id)
    if allowed is not None and len(allowed) <= _FEW_FILES:
        query.among({view.listing.files[path] for path in allowed})
    hits: list[Hit] = []
    for _ in range(_MOST_ROUNDS):
        rows = (await scope.session.execute(query.statement(start))).all()
        for row in rows:
            place = list(row[-query.WIDTH :])
            found = _hits(view, row[0], MATCHES[row[1]], paths, allowed)
            for number, hit in enumerate(query.only(found)):
                if start is not None and place == start[:-1] and number < start[-1]:
                    continue
                if len(hits) == wanted.limit:
                    return Page(hits, _write_cursor([*place, number]))
                hits.append(hit)
        if len(rows) < _AT_ONCE:
            return Page(hits, None)
        start = [*rows[-1][-query.WIDTH :], len(paths.get(Key(rows[-1][0].blob, rows[-1][0].language), ()))]
    return Page(hits, _write_cursor(start or []))


class _Query:
    """The SQL of one search, in an order that a cursor can go on in."""

    WIDTH = 8

    def __init__(self, text: str, project_id: UUID) -> None:
        folded = text.lower()
        self._is_dotted = "." in folded.strip(".")
        self._text = folded
        last = folded.rpartition(".")[2]
        key: Any = func.lower(Row.qualified) if self._is_dotted else Row.folded
        letters = "%" + "%".join(_escaped(letter) for letter in folded) + "%"
        matches: ColumnElement[bool] = key.like(letters, escape="\\")
        equal: ColumnElement[bool] = key == folded
        if self._is_dotted and last:
            # `package.module.name`: the module's part is not stored with the name.
            matches, equal = or_(matches, Row.folded == last), or_(equal, Row.folded == last)
        self._rank = case(
            (equal, 0),
            (key.like(f"{_escaped(folded)}%", escape="\\"), 1),
            (key.like(f"%{_escaped(folded)}%", escape="\\"), 2),
            else_=3,
        )
        is_same = case((Row.name == text, 0), else_=1)
        self._order = (
            self._rank, is_same, func.length(key), key, Row.qualified, Row.blob, Row.language, Row.position
        )  # fmt: skip
        self._conditions = [Row.project_id == project_id, matches]

    def among(self, keys: set[Key]) -> None:
        """Look at some files only."""
        self._conditions.append(Row.blob.in_({key.blob for key in keys}))

    def statement(self, start: Sequence[Any] | None) -> Any:
        """Give the next rows from a place on: the row, its rank, and its place."""
        conditions = list(self._conditions)
        if start is not None:
            conditions.append(tuple_(*self._order) >= tuple_(*[literal(each) for each in start[: self.WIDTH]]))
        columns: list[Any] = [column.label(f"order_{number}") for number, column in enumerate(self._order)]
        query = select(Row, self._rank.label("rank"), *columns).where(and_(*conditions))
        return query.order_by(*self._order).limit(_AT_ONCE)

    def only(self, hits: list[Hit]) -> list[Hit]:
        """Leave out what has the name that was asked for in another module."""
        if not self._is_dotted:
            return hits
        return [hit for hit in hits if hit.match != "exact" or self._ends_so(hit)]

    def _ends_so(self, hit: Hit) -> bool:
        whole = hit.qualified_name.replace(":", ".").replace("/", ".").lower()
        return whole == self._text or whole.endswith(f".{self._text}")


def _hits(view: View, row: Row, match: str, paths: Mapping[Key, list[str]], allowed: set[str] | None) -> list[Hit]:
    found = Definition(
        row.name, row.kind, row.qualified, -1, row.line, row.column, row.first_line, row.last_line, -1, row.is_exported
    )
    at = paths.get(Key(row.blob, row.language), ())
    return [
        Hit(path, row.language, found, qualified(view.modules, path, row.qualified), match)
        for path in at
        if allowed is None or path in allowed
    ]


async def outline(view: View, wanted: Wanted) -> Page[Hit]:
    """List the definitions below a path, by path and line."""
    after, number = _read_place(wanted.cursor)
    hits: list[Hit] = []
    async for path, known in view.each([path for path in view.listing.below(wanted.path) if path >= after]):
        for at, each in enumerate(known.symbols.definitions):
            if path == after and at < number:
                continue
            if len(hits) == wanted.limit:
                return Page(hits, encode_place(f"{at}\n{path}"))
            hits.append(
                Hit(path, view.listing.files[path].language, each, qualified(view.modules, path, each.qualified), None)
            )
    return Page(hits, None)


def _read_place(cursor: str | None) -> tuple[str, int]:
    if cursor is None:
        return "", 0
    number, _, path = decode_place(cursor).partition("\n")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid("That cursor is not valid. Start again without one.")
    return path, int(number)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _write_cursor(place: Sequence[Any]) -> str:
    return encode_place(json.dumps(list(place)))


def _read_cursor(cursor: str | None) -> list[Any] | None:
    if cursor is None:
        return None
    try:
        place = json.loads(decode_place(cursor))
    except ValueError:
        place = None
    kinds = (int, int, int, str, str, str, str, int, int)
    fits = isinstance(place, list) and len(place) == len(kinds)
    if not fits or any(type(each) is not kind for each, kind in zip(place, kinds, strict=True)):
        raise Invalid("That cursor is not valid. Start again without one.")
    if any(isinstance(each, str) and "\0" in each for each in place) or any(
        isinstance(each, int) and not 0 <= each < 2**31 for each in place
    ):
        raise Invalid("That cursor is not valid. Start again without one.")
    return list(place)
