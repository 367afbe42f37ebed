"""What goes in and out of `/teams`; projects list their members in the same form."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.schemas.base import In, Moment, Out
from app.services.auth.emails import Email
from app.services.auth.schemas import DisplayName
from app.services.teams.roles import Role


class TeamIn(In):
    """A team's name."""

    name: DisplayName


class TeamOut(Out):
    """A team and what you are in it; null when you see it as an administrator only."""

    id: UUID
    name: str
    role: Role | None
    created_at: Moment


class MemberIn(In):
    """Somebody who has an account, and the role he gets."""

    email: Email
    role: Annotated[Role, Field(examples=["reviewer"])]


class RoleIn(In):
    """Another role."""

    role: Annotated[Role, Field(examples=["maintainer"])]


class MemberOut(Out):
    """One member."""

    user_id: UUID
    email: str
    display_name: str
    role: Role
    created_at: Moment
