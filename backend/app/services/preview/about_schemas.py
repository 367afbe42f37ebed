"""What goes out over HTTP about one preview: what is running, what is new in it, and how two of them differ."""

from uuid import UUID

from app.schemas.base import Moment, Out


class AboutCommitOut(Out):
    """The commit a bundle was built of. `known` is false where the mirror no longer has it."""

    id: str
    known: bool
    subject: str | None = None
    author: str | None = None
    committed_at: Moment | None = None


class AboutManifestOut(Out):
    """The manifest of that commit."""

    version: int
    hash: str


class AboutProposalOut(Out):
    """A proposal that was approved: applied as `commit`, or not yet."""

    proposal_id: UUID
    title: str
    status: str
    commit: str | None


class AboutProposalsOut(Out):
    """Which approved proposals are in what runs, and which are not: the newest twenty of each."""

    contained: list[AboutProposalOut]
    missing: list[AboutProposalOut]


class SizeOut(Out):
    """A size in bytes before and after; null where there is none."""

    before: int | None
    after: int | None


class ChangedNameOut(Out):
    """A file or module that differs: `added`, `removed` or `changed`, with its bytes on either side where known."""

    path: str
    change: str
    before: int | None
    after: int | None


class ChangedNamesOut(Out):
    """What differs, the first hundred, and how many there are in all."""

    total: int
    shown: list[ChangedNameOut]


class ChangesOut(Out):
    """What changed since another preview. `files` or `modules` are null where that cannot be said: `notes` say why."""

    since_job_id: UUID
    since_commit: str | None
    since_built_at: Moment
    files: ChangedNamesOut | None
    modules: ChangedNamesOut | None
    bundle_bytes: SizeOut
    module_bytes: SizeOut
    notes: list[str]


class BootErrorOut(Out):
    """Why a bundle did not start, and where."""

    message: str
    places: list[str]


class BootOut(Out):
    """What happened when it was started without a phone."""

    started: bool
    error: BootErrorOut | None
    missing_modules: list[str]
    missing_views: list[str]
    milliseconds: float | None


class FactsOut(Out):
    """What a bundle is, from its row alone."""

    job_id: UUID
    project_id: UUID
    platform: str
    source: str | None
    status: str
    built_at: Moment
    expires_at: Moment
    size_bytes: int
    sha256: str
    content_sha256: str | None
    commit: str | None
    git_ref: str | None
    manifest_hash: str | None
    lockfile_sha256: str | None
    runtime_version: str | None
    sdk_version: str | None
    hermes: int | None
    tools: dict[str, str]
    environment: list[str]
    sandbox: str | None
    boot: BootOut | None
    has_picture: bool


class AboutOut(FactsOut):
    """What is running: what it was made of, which proposals are in it, and what is new since you last looked.

    `changes` is null where you have opened no other preview of this project on this platform.
    """

    of_commit: AboutCommitOut | None
    manifest: AboutManifestOut | None
    proposals: AboutProposalsOut | None
    changes: ChangesOut | None


class DifferenceOut(Out):
    """A fact that differs."""

    name: str
    left: str | None
    right: str | None


class ComparisonOut(Out):
    """Two previews beside each other: what they are, which facts differ, and what changed from left to right."""

    left: FactsOut
    right: FactsOut
    differences: list[DifferenceOut]
    changes: ChangesOut
