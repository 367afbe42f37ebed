"""What goes in and out over HTTP for AI."""

from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from app.core.paths import check_repo_path
from app.schemas.base import In, Out
from app.schemas.jobs import JobState
from app.services.ai.record import Kind, Question

RepoPath = Annotated[
    str,
    Field(min_length=1, max_length=4096, description="A path inside the repository.", examples=["src/app.py"]),
    AfterValidator(check_repo_path),
]
Ref = Annotated[str, Field(max_length=255, description="Branch, tag, full ref name or commit id.")]
# The project of the examples.
_PROJECT = "01890f3e-0000-7000-8000-000000000001"
Line = Annotated[int, Field(ge=1, le=10_000_000)]


class AskIn(In):
    """What every question names: the project, and the ref to read (by default the project's branch)."""

    project_id: UUID
    ref: Ref | None = None


class FileSummaryIn(AskIn):
    """Summarise a file."""

    path: RepoPath

    def question(self) -> Question:
        return Question("file-summary", (self.path,))


class InlineCommentIn(AskIn):
    """Explain some lines of a file, or answer a question about them."""

    path: RepoPath
    start_line: Line = Field(description="The first line, from 1.")
    end_line: Line = Field(description="The last line, included.")
    question_text: str | None = Field(default=None, alias="question", max_length=2000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end_line < self.start_line:
            raise ValueError("end_line is before start_line")
        return self

    def question(self) -> Question:
        return Question("inline-comment", (self.path,), self.start_line, self.end_line, self.question_text)


class RenameSuggestionsIn(AskIn):
    """Look for names in a file that could be better."""

    path: RepoPath

    def question(self) -> Question:
        return Question("rename-suggestions", (self.path,))


class DocumentationIn(AskIn):
    """Document files, folders, or (without `paths`) the whole repository; ends in a proposal."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"project_id": _PROJECT, "paths": ["src"]}]})

    paths: list[RepoPath] | None = Field(default=None, min_length=1, max_length=1000)

    def question(self) -> Question:
        return Question("documentation", tuple(dict.fromkeys(self.paths or ())))


class VisaIn(AskIn):
    """A question that is not asked: the same fields as for asking it, and its kind."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"project_id": _PROJECT, "kind": "file-summary", "path": "src/app.py"}]}
    )

    kind: Kind
    path: RepoPath | None = None
    paths: list[RepoPath] | None = Field(default=None, min_length=1, max_length=1000)
    start_line: Line | None = None
    end_line: Line | None = None
    question_text: str | None = Field(default=None, alias="question", max_length=2000)

    @model_validator(mode="after")
    def _as_asked(self) -> Self:
        self.question()
        return self

    def question(self) -> Question:
        given = self.model_dump(mode="json", by_alias=True, exclude={"kind"}, exclude_none=True)
        return _SHAPES[self.kind].model_validate(given).question()


_SHAPES: dict[str, type[FileSummaryIn | InlineCommentIn | RenameSuggestionsIn | DocumentationIn]] = {
    "file-summary": FileSummaryIn,
    "inline-comment": InlineCommentIn,
    "rename-suggestions": RenameSuggestionsIn,
    "documentation": DocumentationIn,
}


class AttemptOut(Out):
    """One provider's turn."""

    provider: str
    model: str
    outcome: str
    seconds: float
    code: str | None = None
    message: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None


class AiJobOut(JobState):
    """A question and how it stands; `kind` is the question's. Lines and words belong to a question about lines."""

    created_by: UUID | None
    paths: list[str]
    start_line: int | None
    end_line: int | None
    question: str | None
    ref: str | None
    commit: str | None
    manifest_hash: str | None
    provider: str | None
    model: str | None
    provider_attempts: list[AttemptOut]
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None
    result_sha256: str | None
    proposal_id: UUID | None


class AiResultOut(AiJobOut):
    """The same with the result: suggestions with their receipts, what was skipped, and which files would change."""

    result: dict[str, Any] | None


class LeftOutOut(Out):
    """A file that is not sent, or not as a whole, and why."""

    path: str
    reason: str


class VisaRedactionOut(Out):
    """A secret that was taken out."""

    kind: str
    line: int


class VisaFileOut(Out):
    """A file as it would be sent."""

    path: str
    blob_id: str
    bytes: int
    lines: int
    redactions: list[VisaRedactionOut]


class VisaProviderOut(Out):
    """Who would be asked; `cost_usd` is about the most it would cost, null when the prices are unknown."""

    provider: str
    model: str
    host: str | None
    leaves_machine: bool
    cost_usd: Decimal | None


class VisaOut(Out):
    """What would be sent, to whom, at about what cost. Nothing was sent."""

    kind: str
    commit: str
    manifest_hash: str
    files: list[VisaFileOut]
    question_redactions: list[VisaRedactionOut] = Field(
        description="Secrets taken out of the question itself, with their lines in it."
    )
    withheld: list[LeftOutOut]
    cut: list[LeftOutOut]
    providers: list[VisaProviderOut]
    leaves_machine: bool
    prompt_bytes: int
    input_tokens: int = Field(description="About so many, estimated from the bytes of the prompt.")
    max_output_tokens: int
    cost_usd: Decimal | None = Field(
        description="About the most that the first provider would cost: the tokens are estimated. Null: unknown prices."
    )
    prompt_version: str
    prompt_sha256: str
    tokens_left_today: int | None = Field(description="What the project's daily budget still allows; null: no limit.")


class ContextOut(Out):
    """The exact context of a job: what was sent, word for word, what was left out, and the answer as it came."""

    job_id: UUID
    context_sha256: str
    record: dict[str, Any]
    raw_reply: str | None


class ReplayOut(Out):
    """A recorded answer worked out again, with nobody asked; `identical` says that every byte is the same."""

    job_id: UUID
    identical: bool
    recorded_sha256: str
    replayed_sha256: str
    result: dict[str, Any]
