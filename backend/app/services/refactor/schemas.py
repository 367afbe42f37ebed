"""What goes in and out over HTTP for refactors."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from app.core.paths import check_repo_path
from app.schemas.base import In, Out
from app.schemas.jobs import JobState
from app.services.refactor.asked import RenameRequest
from app.services.refactor.globs import LONGEST_GLOB, MOST_GLOBS
from app.services.refactor.moving.model import MoveRequest
from app.services.refactor.names import LONGEST
from app.services.refactor.patterns import LONGEST_PATTERN, ReplaceRequest

Line = Annotated[int, Field(ge=1, le=10_000_000)]


class FileIn(In):
    """Something about a file, at a ref."""

    project_id: UUID
    path: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(check_repo_path)] = Field(
        description="A file of the repository; of a rename without a place also a folder."
    )
    ref: str | None = Field(default=None, max_length=255, description="Branch, tag, full ref name or commit id.")


class PlaceIn(FileIn):
    """A name, by a place at which it stands."""

    line: Line = Field(description="From 1.")
    column: Line = Field(description="From 1, in UTF-16 units, as editors count; anywhere in the name.")


class RenameIn(FileIn):
    """Rename what stands at a place, in all files; ends in a proposal, changes nothing.

    Without `line` and `column` the file itself is renamed, or the folder: a module or a package.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "project_id": "01890f3e-0000-7000-8000-000000000001",
                    "path": "sums/app.py",
                    "line": 1,
                    "column": 5,
                    "new_name": "add_up",
                }
            ]
        }
    )

    line: Line | None = Field(default=None, description="From 1. Given together with `column`, or not at all.")
    column: Line | None = Field(
        default=None, description="From 1, in UTF-16 units, as editors count; anywhere in the name."
    )
    new_name: str = Field(min_length=1, max_length=LONGEST)

    @model_validator(mode="after")
    def _is_a_place(self) -> Self:
        if (self.line is None) != (self.column is None):
            raise ValueError("line and column belong together: give both, or neither for the file itself")
        return self

    def request(self) -> RenameRequest:
        return RenameRequest(self.path, self.line, self.column, self.new_name)


class ReplaceIn(In):
    """Replace code that a syntax pattern matches, in all files of a language; ends in a proposal, changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "project_id": "01890f3e-0000-7000-8000-000000000001",
                    "language": "python",
                    "pattern": "$A == None",
                    "replacement": "$A is None",
                    "paths": ["src/**"],
                }
            ]
        }
    )

    project_id: UUID
    language: str = Field(min_length=1, max_length=100, description="As files are described: python, typescript, go …")
    pattern: str = Field(
        min_length=1,
        max_length=LONGEST_PATTERN,
        description="Code, with `$A` for one piece of syntax and `$$$ARGS` for any number of them.",
    )
    replacement: str = Field(
        max_length=LONGEST_PATTERN, description="What stands there instead, with the variables of the pattern."
    )
    paths: list[Annotated[str, Field(min_length=1, max_length=LONGEST_GLOB)]] = Field(
        default_factory=list,
        max_length=MOST_GLOBS,
        description="Shell patterns: `*` stays in a folder, `**` means any folders. None: all files.",
    )
    ref: str | None = Field(default=None, max_length=255, description="Branch, tag, full ref name or commit id.")

    def request(self) -> ReplaceRequest:
        return ReplaceRequest(self.language, self.pattern, self.replacement, tuple(self.paths))


class MoveIn(PlaceIn):
    """Move what stands at a place to another module, and mend its imports; ends in a proposal, changes nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "project_id": "01890f3e-0000-7000-8000-000000000001",
                    "path": "sums/app.py",
                    "line": 1,
                    "column": 5,
                    "to_path": "sums/adding.py",
                }
            ]
        }
    )

    to_path: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(check_repo_path)] = Field(
        description="The file it goes to; one that is not there is made."
    )

    def request(self) -> MoveRequest:
        return MoveRequest(self.path, self.line, self.column, self.to_path)


class TierCountsOut(Out):
    """How many hunks of each tier the proposal has."""

    proven: int
    likely: int
    text: int
    not_code: int


class RefactorJobOut(JobState):
    """A refactor and how it stands. What its kind has no use for is null. `proposal_id` is set with the proposal."""

    path: str | None = Field(default=None, description="Where it was asked for.")
    line: int | None = None
    column: int | None = None
    old_name: str | None = Field(default=None, description="Of a rename.")
    new_name: str | None = Field(default=None, description="Of a rename.")
    language: str | None = Field(
        default=None, description="Of a rename and a replacement; the next three of a replacement."
    )
    pattern: str | None = None
    replacement: str | None = None
    paths: list[str] | None = None
    name: str | None = Field(default=None, description="Of a move: what was pointed at.")
    to_path: str | None = Field(default=None, description="Of a move.")
    commit: str
    manifest_hash: str
    proposal_id: UUID | None
    tiers: TierCountsOut | None
