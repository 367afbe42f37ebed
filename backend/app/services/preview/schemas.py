"""What goes in and out over HTTP for previews."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from app.models.preview import PreviewSession
from app.schemas.base import In, Moment, Out
from app.schemas.jobs import JobAccepted, JobState
from app.services.preview.platforms import AppContainer, BuildOptions, Platform, SessionRequest, Source


def _plain_directory(given: str) -> str:
    """Take "apps/mobile" and "" for the top; nothing that leads up or is no plain path."""
    path = given.strip("/")
    parts = path.split("/")
    if path and (any(part in ("", ".", "..") for part in parts) or not path.isprintable() or "\\" in path):
        raise ValueError("a plain path below the repository's top, such as apps/mobile")
    return path


Ref = Annotated[str, Field(min_length=1, max_length=255)]


class TokenIn(In):
    """Ask for a token to one project's preview on one platform."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"project_id": "01890f3e-0000-7000-8000-000000000001", "platform": "ios"}]}
    )

    project_id: UUID
    platform: Platform
    git_ref: Ref | None = Field(default=None, description="Branch, tag, full ref name or commit id.")
    directory: Annotated[str, AfterValidator(_plain_directory)] | None = Field(
        default=None,
        max_length=400,
        description="Where the app lies in the repository; needed only where there are several.",
    )
    bytecode: bool = Field(default=False, description="Build Hermes bytecode in place of JavaScript (iOS, Android).")
    container: AppContainer | None = Field(
        default=None, description="What will open it. An app that does not fit it is refused before it is built."
    )
    container_version: str | None = Field(
        default=None, max_length=40, description="Expo Go's SDK, or the development build's runtime version."
    )

    def request(self, source: Source, dev_url: str | None = None) -> SessionRequest:
        """Say it as the service wants it."""
        options = BuildOptions(
            directory=self.directory,
            bytecode=self.bytecode,
            container=self.container,
            container_version=self.container_version,
        )
        return SessionRequest(self.project_id, self.platform, source, self.git_ref, dev_url, options)


class BuildIn(In):
    """Have a session's app built. The token may also come as `Authorization: Bearer`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": "hsp_AQEBAAGQ", "git_ref": "main"}]})

    token: str | None = Field(default=None, max_length=200)
    git_ref: Ref | None = Field(default=None, description="Another ref than the session was opened for.")


class SessionIn(TokenIn):
    """Open a preview session."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"project_id": "01890f3e-0000-7000-8000-000000000001", "platform": "android", "source": "upload"}
            ]
        }
    )

    source: Source = Field(
        description="`worker`: it is built here. `upload`: a client sends the bundle. "
        "`dev_url`: a running development server, APP_ENV=dev only."
    )
    dev_url: str | None = Field(default=None, max_length=500, description="For the source `dev_url`; never fetched.")


class TokenOut(Out):
    """The token, told this once, and when it ends."""

    token: str
    expires_at: Moment


class SessionOpenedOut(TokenOut):
    """A session and its token. `qr_url` is what a QR code should hold."""

    session_id: UUID
    qr_url: str


class SessionOut(Out):
    """A preview session as its owner sees it."""

    id: UUID
    project_id: UUID
    user_id: UUID | None
    platform: str
    source: str
    status: str
    created_at: Moment
    expires_at: Moment
    ended_at: Moment | None
    git_ref: str | None
    dev_url: str | None
    job_id: UUID | None


class ListedSessionOut(SessionOut):
    """A session in a list. How its preview and bundle stand is told here, so that nobody asks for each row."""

    preview_status: str | None = Field(description="As `GET /preview/status` says it; null while nothing was built.")
    bundle_status: str | None = Field(description="`live`, `expired`, `soft_deleted`, `purged`; null without a bundle.")


class SessionShownOut(Out):
    """What a token opens. `job_id` and `grant` are there once a bundle was sent; `grant` outlives the token."""

    session_id: UUID
    project_id: UUID
    platform: str
    source: str
    status: str
    expires_at: Moment
    git_ref: str | None
    dev_url: str | None
    job_id: UUID | None
    grant: str | None

    @classmethod
    def of(cls, session: PreviewSession, grant: str | None) -> Self:
        """Show a session to whoever holds its token."""
        known = SessionOut.model_validate(session).model_dump(exclude={"id", "user_id", "created_at", "ended_at"})
        return cls(**known, session_id=session.id, grant=grant)


class SessionRestoredOut(Out):
    """A session whose bundle can be had again, and the grant to it."""

    session_id: UUID
    job_id: UUID | None
    grant: str


class PreviewAcceptedOut(JobAccepted):
    """A preview is under way: poll `status_url` with the login, the token or the grant."""

    grant: str


class WayOut(Out):
    """One way to open a preview: `development_build`, `expo_go` or `browser`, and the link that it takes."""

    kind: str
    url: str


class WaysOut(Out):
    """All ways to open a preview, and until when it can be had. Whoever has a link may look."""

    ways: list[WayOut]
    expires_at: Moment


class WebLinkOut(Out):
    """The link that opens a preview in a browser, and until when the preview can be had."""

    url: str
    expires_at: Moment


class BundleOut(Out):
    """A finished bundle: its size in bytes, its SHA-256, and until when it can be had."""

    size_bytes: int
    sha256: str
    content_sha256: str | None = Field(description="Of its files but the metadata and the log; equal for equal apps.")
    status: str
    expires_at: Moment
    download_url: str


class PreviewStatusOut(JobState):
    """How a preview stands: queued, building, bundling, uploading, success, failed or cancelled."""

    session_id: UUID
    platform: str
    bundle: BundleOut | None
