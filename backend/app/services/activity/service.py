"""Reads the effect ledger, newest first."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.adapters.scope import Scope
from app.core.errors import Invalid
from app.core.paging import Page, decode_place, encode_place
from app.models.effect import EffectRecord
from app.models.user import User
from app.services.activity.schemas import ActivityQueryIn, EffectOut, ProjectActivityQueryIn
from app.services.activity.sentences import summarise
from app.services.projects.access import Permission, require_project


class ActivityService:
    """The effect ledger, inside one read-only scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope

    async def page(self, wanted: ActivityQueryIn) -> Page[EffectOut]:
        """List records of the whole installation; for administrators."""
        rows = (
            (
                await self._scope.session.execute(
                    select(EffectRecord)
                    .where(*_conditions(wanted))
                    .order_by(EffectRecord.seq.desc())
                    .limit(wanted.limit + 1)
                )
            )
            .scalars()
            .all()
        )
        shown = rows[: wanted.limit]
        more = len(rows) > wanted.limit
        return Page(await self._told(shown), encode_place(str(shown[-1].seq)) if more else None)

    async def page_of_project(self, project_id: UUID, wanted: ProjectActivityQueryIn) -> Page[EffectOut]:
        """List records of one project; for whoever may see it. ProjectNotFound."""
        await require_project(self._scope, project_id, Permission.READ)
        return await self.page(ActivityQueryIn(project_id=project_id, **wanted.model_dump()))

    async def _told(self, rows: Sequence[EffectRecord]) -> list[EffectOut]:
        people = {row.actor_id for row in rows if row.actor_id is not None}
        names: dict[UUID, str] = {}
        if people:
            found = await self._scope.session.execute(select(User.id, User.display_name).where(User.id.in_(people)))
            names = {row[0]: row[1] for row in found}
        return [_shown(row, names.get(row.actor_id) if row.actor_id else None) for row in rows]


def _conditions(wanted: ActivityQueryIn) -> list[ColumnElement[bool]]:
    """Build what the rows must satisfy; Invalid for a cursor that is not one of ours."""
    same = {
        EffectRecord.actor_id: wanted.actor_id,
        EffectRecord.subject: wanted.subject,
        EffectRecord.subject_id: wanted.subject_id,
        EffectRecord.project_id: wanted.project_id,
        EffectRecord.job_id: wanted.job_id,
    }
    found = [column == value for column, value in same.items() if value is not None]
    if wanted.action is not None:
        # A range rather than a pattern, which an index answers on both databases: "/" follows ".".
        below = wanted.action.removesuffix(".")
        found.append(
            (EffectRecord.action == below) | ((EffectRecord.action > f"{below}.") & (EffectRecord.action < f"{below}/"))
        )
    if wanted.since is not None:
        found.append(EffectRecord.at >= wanted.since)
    if wanted.until is not None:
        found.append(EffectRecord.at < wanted.until)
    if wanted.cursor:
        found.append(EffectRecord.seq < _seq(wanted.cursor))
    return found


def _shown(row: EffectRecord, name: str | None) -> EffectOut:
    who = name or ("Somebody who is gone" if row.actor_id else "HiveSync")
    said = summarise(row.action, who=who, before=row.before, after=row.after, it=row.subject_id)
    fields = set(EffectOut.model_fields) - {"summary", "actor_name"}
    return EffectOut(summary=said, actor_name=name, **{field: getattr(row, field) for field in fields})


def _seq(cursor: str) -> int:
    place = decode_place(cursor)
    if not (place.isascii() and place.isdigit() and len(place) < 19):
        raise Invalid("That cursor is not valid. Start again without one.", cursor=cursor[:100])
    return int(place)
