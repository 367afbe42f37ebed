"""What goes in and out over HTTP for a project's previews as a whole: how they are built, what they take."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.models.preview import PreviewBundle
from app.schemas.base import In, Moment, Out
from app.services.preview.project_settings import MOST_VARIABLES, BuildSettings
from app.services.preview.quotas import Usage

_EXAMPLE: JsonDict = {"environment": {"EXPO_PUBLIC_API_URL": "https://api.example.com"}, "allow_scripts": False}


class PreviewSettingsIn(In):
    """How previews of a project are to be built. All of it is replaced."""

    # A value is what was typed, blanks around it included.
    model_config = ConfigDict(str_strip_whitespace=False, json_schema_extra={"examples": [_EXAMPLE]})

    environment: Annotated[
        dict[str, str],
        Field(
            max_length=MOST_VARIABLES,
            description="Variables that builds see. They end up in bundles: no secrets.",
        ),
    ]
    # Strict, as what it allows is not for a number that somebody meant otherwise.
    allow_scripts: bool = Field(
        default=False,
        strict=True,
        description="Whether packages may run their scripts when they are installed, in the sandbox.",
    )

    def settings(self) -> BuildSettings:
        """Say it as the service wants it."""
        return BuildSettings(self.environment, self.allow_scripts)


class PreviewSettingsOut(Out):
    """How previews of a project are built; `updated_at` is null where nobody has said."""

    project_id: UUID
    environment: dict[str, str]
    allow_scripts: bool
    updated_at: Moment | None

    @classmethod
    def of(cls, project_id: UUID, settings: BuildSettings) -> Self:
        """Show settings."""
        return cls(
            project_id=project_id,
            environment=dict(settings.environment),
            allow_scripts=settings.allow_scripts,
            updated_at=settings.updated_at,
        )


class ShareOut(Out):
    """How much is used of how much."""

    used: int
    limit: int


class KeptBundleOut(Out):
    """A bundle that takes space. `DELETE /preview/bundles/{job_id}` makes some."""

    job_id: UUID
    platform: str | None
    size_bytes: int
    status: str
    expires_at: Moment


class UsageOut(Out):
    """What a project's previews take: bytes until they are purged, unfinished jobs, sessions of the last hour.

    `oldest` names the bundles that came first, five at most.
    """

    bytes: ShareOut
    jobs: ShareOut
    sessions: ShareOut
    oldest: list[KeptBundleOut]

    @classmethod
    def of(cls, usage: Usage) -> Self:
        """Show what is used."""
        return cls(
            bytes=ShareOut.model_validate(usage.space),
            jobs=ShareOut.model_validate(usage.jobs),
            sessions=ShareOut.model_validate(usage.sessions),
            oldest=[KeptBundleOut.model_validate(each) for each in usage.oldest],
        )


class BundleDeletedOut(Out):
    """A bundle that is hidden now: until when it can be restored, and from when it is purged."""

    job_id: UUID
    status: str
    purge_at: Moment | None

    @classmethod
    def of(cls, bundle: PreviewBundle) -> Self:
        """Show a bundle that was deleted."""
        return cls(job_id=bundle.job_id, status=bundle.status, purge_at=bundle.purge_at)
