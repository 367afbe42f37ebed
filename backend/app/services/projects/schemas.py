"""What goes in and out of `/projects`."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, SecretStr, StringConstraints

from app.schemas.base import In, Moment, Out
from app.services.auth.schemas import DisplayName
from app.services.teams.roles import Role

RepoUrl = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    Field(
        description="https, ssh, or a local path where the server allows it.", examples=["https://git.example/a.git"]
    ),
]
BranchName = Annotated[str, Field(min_length=1, max_length=255, examples=["main"])]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=4000)]


class CredentialsIn(In):
    """How to log in to the repository: a token or password for https, a private key for ssh. Never shown again."""

    model_config = ConfigDict(str_strip_whitespace=False)

    username: Annotated[str, Field(max_length=200)] | None = None
    password: Secret | None = None
    token: Secret | None = None
    ssh_private_key: Annotated[SecretStr, Field(min_length=1, max_length=20_000)] | None = None


class ProjectIn(In):
    """A new project. Without `repo_url` it stays empty until it is given one."""

    name: DisplayName
    repo_url: RepoUrl | None = None
    default_branch: BranchName | None = None
    team_id: UUID | None = None
    credentials: CredentialsIn | None = None


class ProjectPatchIn(In):
    """What should change; what is left out stays. `team_id: null` takes the project out of its team."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Sums", "default_branch": "main"}]})

    name: DisplayName | None = None
    repo_url: RepoUrl | None = None
    default_branch: BranchName | None = None
    team_id: UUID | None = None
    credentials: CredentialsIn | None = None


class ProjectOut(Out):
    """A project and what you are in it; null when you see it as an administrator only."""

    id: UUID
    name: str
    repo_url: str | None
    default_branch: str | None
    team_id: UUID | None
    role: Role | None
    created_by: UUID
    created_at: Moment
    updated_at: Moment
