"""What goes in and out over HTTP for refactors."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from app.core.paths import check_repo_path
from app.schemas.base import In, Out
from app.schemas.jobs import JobState
from app.services.refactor.moving.model import MoveRequest
from app.services.refactor.names import LONGEST
from app.services.refactor.rename import RenameRequest

Line = Annotated[int, Field(ge=1, le=10_000_000)]


class PlaceIn(In):
    """A name, by a place at which it stands."""

    project_id: UUID
    path: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(check_repo_path)] = Field(
        description="A file of the repository in which the name stands."
    )
    line: Line = Field(description="From 1.")
    column: Line = Field(description="From 1, in UTF-16 units, as editors count; anywhere in the name.")
    ref: str | None = Field(default=None, max_length=255, description="Branch, tag, full ref name or commit id.")


class RenameIn(PlaceIn):
    """Rename what stands at a place, in all files; ends in a proposal, changes nothing."""

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

    new_name: str = Field(min_length=1, max_length=LONGEST)

    def request(self) -> RenameRequest:
        return RenameRequest(self.path, self.line, self.column, self.new_name)


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
    name: str | None = Field(default=None, description="Of a move: what was pointed at.")
    to_path: str | None = Field(default=None, description="Of a move.")
    commit: str
    manifest_hash: str
    proposal_id: UUID | None
    tiers: TierCountsOut | None
