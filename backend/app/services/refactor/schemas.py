"""What goes in and out over HTTP for renames."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from app.core.paths import check_repo_path
from app.schemas.base import In, Out
from app.schemas.jobs import JobState
from app.services.refactor.names import LONGEST
from app.services.refactor.rename import RenameRequest

Line = Annotated[int, Field(ge=1, le=10_000_000)]


class RenameIn(In):
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

    project_id: UUID
    path: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(check_repo_path)] = Field(
        description="A file of the repository in which the name stands; or the file or folder that is renamed."
    )
    line: Line | None = Field(default=None, description="From 1. Given together with `column`, or not at all.")
    column: Line | None = Field(
        default=None, description="From 1, in UTF-16 units, as editors count; anywhere in the name."
    )
    new_name: str = Field(min_length=1, max_length=LONGEST)
    ref: str | None = Field(default=None, max_length=255, description="Branch, tag, full ref name or commit id.")

    @model_validator(mode="after")
    def _is_a_place(self) -> Self:
        if (self.line is None) != (self.column is None):
            raise ValueError("line and column belong together: give both, or neither for the file itself")
        return self

    def request(self) -> RenameRequest:
        return RenameRequest(self.path, self.line, self.column, self.new_name)


class TierCountsOut(Out):
    """How many hunks of each tier the proposal has."""

    proven: int
    likely: int
    text: int
    not_code: int


class RefactorJobOut(JobState):
    """A rename and how it stands. `proposal_id` is set once the proposal is there."""

    path: str
    line: int | None
    column: int | None
    old_name: str
    new_name: str
    commit: str
    manifest_hash: str
    proposal_id: UUID | None
    tiers: TierCountsOut | None
