"""Reads the effect ledger, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.adapters.scope import Scope
from app.core.errors import Invalid
from app.core.paging import Page, decode_place, encode_place
from app.models.effect import EffectRecord
from app.models.user import User
from app.schemas.paging import PageQuery
from app.services.activity.schemas import EffectOut
from app.services.activity.sentences import summarise
from app.services.projects.access import Permission, require_project


@dataclass(frozen=True, slots=True)
class EffectFilter:
    """Which records; None asks for all. `action` also matches everything that begins with it and a dot."""

    actor_id: UUID | None = None
    action: str | None = None
    subject: str | None = None
    subject_id: str | None = None
    project_id: UUID | None = None
    job_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def between(self, since: datetime | None, until: datetime | None) -> "EffectFilter":
        """Narrow it to a span of time; Invalid for moments without a zone."""
        if any(moment is not None and moment.tzinfo is None for moment in (since, until)):
            raise Invalid("Give moments with their zone, 2026-01-31T12:00:00Z for example.")
        return replace(self, since=since, until=until)

    def conditions(self) -> list[ColumnElement[bool]]:
        """Build what the rows must satisfy."""
        same = {
            EffectRecord.actor_id: self.actor_id,
            EffectRecord.subject: self.subject,
            EffectRecord.subject_id: self.subject_id,
            EffectRecord.project_id: self.project_id,
            EffectRecord.job_id: self.job_id,
        }
        wanted = [column == value for column, value in same.items() if value is not None]
        if self.action is not None:
            # A range rather than a pattern, which an index answers on both databases: "/" follows ".".
            below = self.action.removesuffix(".")
            wanted.append(
                (EffectRecord.action == below)
                | ((EffectRecord.action > f"{below}.") & (EffectRecord.action < f"{below}/"))
            )
        if self.since is not None:
            wanted.append(EffectRecord.at >= self.since)
        if self.until is not None:
            wanted.append(EffectRecord.at < self.until)
        return wanted


class ActivityService:
    """The effect ledger, inside one read-only scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope

    async def page(self, query: PageQuery, wanted: EffectFilter) -> Page[EffectOut]:
        """List records of the whole installation; for administrators."""
        conditions = wanted.conditions()
        if query.cursor:
            conditions.append(EffectRecord.seq < _seq(query.cursor))
        rows = (
            (
                await self._scope.session.execute(
                    select(EffectRecord).where(*conditions).order_by(EffectRecord.seq.desc()).limit(query.limit + 1)
                )
            )
            .scalars()
            .all()
        )
        shown = rows[: query.limit]
        more = len(rows) > query.limit
        return Page(await self._told(shown), encode_place(str(shown[-1].seq)) if more else None)

    async def page_of_project(self, project_id: UUID, query: PageQuery) -> Page[EffectOut]:
        """List records of one project; for whoever may see it. ProjectNotFound."""
        await require_project(self._scope, project_id, Permission.READ)
        return await self.page(query, EffectFilter(project_id=project_id))

    async def _told(self, rows: Sequence[EffectRecord]) -> list[EffectOut]:
        people = {row.actor_id for row in rows if row.actor_id is not None}
        names: dict[UUID, str] = {}
        if people:
            found = await self._scope.session.execute(select(User.id, User.display_name).where(User.id.in_(people)))
            names = {row[0]: row[1] for row in found}
        return [_shown(row, names.get(row.actor_id) if row.actor_id else None) for row in rows]


def _shown(row: EffectRecord, name: str | None) -> EffectOut:
    who = name or ("Somebody who is gone" if row.actor_id else "HiveSync")
    said = summarise(row.action, who=who, before=row.before, after=row.after, subject=row.subject)
    fields = set(EffectOut.model_fields) - {"summary", "actor_name"}
    return EffectOut(summary=said, actor_name=name, **{field: getattr(row, field) for field in fields})


def _seq(cursor: str) -> int:
    place = decode_place(cursor)
    if not (place.isascii() and place.isdigit() and len(place) < 19):
        raise Invalid("That cursor is not valid. Start again without one.", cursor=cursor[:100])
    return int(place)
