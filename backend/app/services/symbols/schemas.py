"""What goes out over HTTP for symbols."""

from typing import Literal

from pydantic import Field

from app.schemas.base import Out
from app.schemas.paging import PageOut
from app.services.symbols.describing import Described
from app.services.symbols.neighbourhood import Neighbour, Neighbourhood
from app.services.symbols.references import Reference
from app.services.symbols.searching import Hit


class SymbolOut(Out):
    """A definition. Lines and columns count from 1, columns in UTF-16 units; `match` says how well its name fits."""

    name: str
    qualified_name: str
    kind: str
    path: str
    line: int
    column: int
    first_line: int
    last_line: int
    language: str
    is_exported: bool
    match: Literal["exact", "prefix", "substring", "fuzzy"] | None

    @classmethod
    def of(cls, hit: Hit) -> "SymbolOut":
        """Build from what a search found."""
        found = hit.definition
        return cls.model_validate(
            {
                "name": found.name,
                "qualified_name": hit.qualified_name,
                "kind": found.kind,
                "path": hit.path,
                "line": found.line,
                "column": found.column,
                "first_line": found.first_line,
                "last_line": found.last_line,
                "language": hit.language,
                "is_exported": found.is_exported,
                "match": hit.match,
            }
        )


class SymbolListOut(PageOut[SymbolOut]):
    """Definitions at a commit: best first, or by path and line where nothing was searched for."""

    ref: str
    commit: str
    up_to_date: bool
    files: int = Field(description="How many files were read.")
    skipped: int = Field(description="How many were left out because there are too many.")


class MeantOut(Out):
    """What a name stands for. Outside of the repository there is no path, and its lines are 0."""

    name: str
    qualified_name: str
    kind: str
    path: str
    line: int
    column: int

    @classmethod
    def of(cls, found: Described) -> "MeantOut":
        """Build from a described target."""
        return cls.model_validate(found)


class ReferenceOut(Out):
    """One place that means it (`certain`), or may. `how` says by what that is known; `within` is what it stands in."""

    path: str
    line: int
    column: int
    end_column: int
    role: str
    certain: bool
    how: str
    within: str | None
    text: str

    @classmethod
    def of(cls, found: Reference, within: str | None, text: str) -> "ReferenceOut":
        """Build from a reference and its line's text."""
        return cls(
            path=found.path,
            line=found.at.line,
            column=found.at.column,
            end_column=found.at.end_column,
            role=found.role,
            certain=found.is_certain,
            how=found.how,
            within=within,
            text=text,
        )


class ReferenceListOut(PageOut[ReferenceOut]):
    """Every place that means what stands at a place: certain ones first, then by path and line.

    `is_complete` is false when there are more than are looked for.
    """

    ref: str
    commit: str
    up_to_date: bool
    name: str
    meant: list[MeantOut]
    certain: int
    uncertain: int
    is_complete: bool


class NeighbourOut(MeantOut):
    """A symbol beside the one in the middle: what it is to it, how often, and whether that is certain."""

    role: str
    count: int
    certain: bool

    @classmethod
    def beside(cls, found: Neighbour) -> "NeighbourOut":
        """Build from a neighbour."""
        facts = MeantOut.of(found.what).model_dump()
        return cls(**facts, role=found.role.value, count=found.count, certain=found.is_certain)


class NeighbourhoodOut(Out):
    """What surrounds a symbol. `omitted` counts, by role, what is not shown: only the most frequent ones are.

    Roles: `container`, `base`, `overridden`, `importer`, `caller`, `callee`, `derived`, `override`, `member`.
    """

    ref: str
    commit: str
    up_to_date: bool
    centre: MeantOut
    neighbours: list[NeighbourOut]
    omitted: dict[str, int]
    is_complete: bool

    @classmethod
    def of(cls, found: Neighbourhood, *, ref: str, commit: str, up_to_date: bool) -> "NeighbourhoodOut":
        """Build from what was found at a commit."""
        return cls(
            ref=ref,
            commit=commit,
            up_to_date=up_to_date,
            centre=MeantOut.of(found.centre),
            neighbours=[NeighbourOut.beside(each) for each in found.neighbours],
            omitted={role.value: count for role, count in found.omitted.items()},
            is_complete=found.is_complete,
        )
