"""Pages of who has which role, of a team or of a project: strongest roles first, then who is longest in HiveSync."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_, select

from app.adapters.scope import Scope
from app.core.errors import Invalid
from app.core.paging import Page, decode_place, encode_place
from app.models.project import ProjectGrant
from app.models.team import Membership
from app.models.user import User
from app.schemas.paging import PageQuery
from app.services.teams.roles import Role
from app.services.teams.schemas import MemberOut


async def page_of_members(
    scope: Scope, table: type[Membership | ProjectGrant], belongs: ColumnElement[bool], query: PageQuery
) -> Page[MemberOut]:
    """List the rows of `table` that belong, with their users."""
    rank = case({role.value: role.rank for role in Role}, value=table.role)
    wanted = select(User, table.role, table.created_at).join(table, table.user_id == User.id).where(belongs)
    if query.cursor:
        role, user_id = _read_place(query.cursor)
        wanted = wanted.where(or_(rank < role.rank, and_(rank == role.rank, User.id > user_id)))
    found = await scope.session.execute(wanted.order_by(rank.desc(), User.id).limit(query.limit + 1))
    members = [member_out(user, role, since) for user, role, since in found]
    shown = members[: query.limit]
    return Page(shown, _place_of(shown[-1]) if len(members) > query.limit else None)


def member_out(user: User, role: str, since: datetime) -> MemberOut:
    """Show a member."""
    return MemberOut(
        user_id=user.id, email=user.email, display_name=user.display_name, role=Role(role), created_at=since
    )


def _place_of(member: MemberOut) -> str:
    return encode_place(f"{member.role.value} {member.user_id}")


def _read_place(cursor: str) -> tuple[Role, UUID]:
    role, _, user_id = decode_place(cursor).partition(" ")
    try:
        return Role(role), UUID(user_id)
    except ValueError as error:
        raise Invalid("That cursor is not valid. Start again without one.", cursor=cursor[:100]) from error
