"""What happens to projects. Credentials travel sealed, inside the transaction only: they are never recorded."""

from typing import ClassVar

from pydantic import Field

from app.core.events import Event


class ProjectCreated(Event):
    """There is a new project. `credential_box_b64` is what SecretBox sealed for `repo:<project id>`, in base64."""

    name: ClassVar[str] = "project.created"

    repo_url: str | None = None
    default_branch: str | None = None
    credential_box_b64: str | None = Field(default=None, exclude=True, repr=False)


class RepoUrlChanged(Event):
    """A project's repository moved, or is reached with other credentials: what is given is valid from now on.

    `keep_credentials` means: those there are stay, because nobody gave others and the server is the same.
    Otherwise `credential_box_b64` replaces them, None by none.
    """

    name: ClassVar[str] = "project.repo_url_changed"

    repo_url: str
    default_branch: str | None = None
    credential_box_b64: str | None = Field(default=None, exclude=True, repr=False)
    keep_credentials: bool = False


class ProjectChanged(Event):
    """Somebody changed these fields of a project."""

    name: ClassVar[str] = "project.changed"

    fields: tuple[str, ...] = ()


class ProjectDeleted(Event):
    """A project is gone for everybody; its rows are kept for a while."""

    name: ClassVar[str] = "project.deleted"
