"""What may be asked of the agent, as JSON."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.schemas.base import In
from app.services.preview.platforms import Platform

LocalPath = Annotated[str, Field(min_length=1, max_length=4096)]
Ref = Annotated[str, Field(min_length=1, max_length=255)]
Token = Annotated[str, Field(min_length=1, max_length=8192, pattern=r"^[!-~]+$")]


class SessionIn(In):
    """Who the agent is to act for."""

    server: Annotated[str, Field(min_length=1, max_length=500)]
    access_token: Token
    refresh_token: Token | None = None


class FolderIn(In):
    """Map a folder to a project."""

    path: LocalPath
    project_id: UUID


class SyncIn(In):
    """Send a folder. `overwrite`: also over what somebody else sent since."""

    overwrite: bool = False


class PreviewIn(In):
    """Build a preview of a folder's app."""

    platform: Platform
    git_ref: Ref | None = None


class EditorPreviewIn(In):
    """Build a preview of the app that a file belongs to."""

    file: LocalPath
    platform: Platform


class ApplyIn(In):
    """Apply what was shown: its digest."""

    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class UndoIn(In):
    """Take a change back. `partial`: leave files alone that were changed since, and take the others back."""

    partial: bool = False
