"""The rules of profiles and preferences."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.hashing import canonical_json
from app.models.user import Preference, User
from app.services.auth.errors import UserDeactivated
from app.services.users.errors import PreferencesTooLarge

_MOST_BYTES = 16 * 1024


class UserService:
    """The actor's own profile, inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope
        self._session = scope.session

    async def me(self) -> User:
        """Read the actor's row."""
        found = await self._session.execute(select(User).where(User.id == self._scope.actor.user_id))
        user = found.scalar_one_or_none()
        if user is None:
            raise UserDeactivated
        return user

    async def rename(self, display_name: str) -> None:
        """Change how the actor is called."""
        await self._session.execute(
            update(User).where(User.id == self._scope.actor.user_id).values(display_name=display_name)
        )
        self._scope.record(Effect("user.renamed", "user", str(self._scope.actor.user_id)))

    async def preferences(self) -> dict[str, Any]:
        """Read the actor's preferences; none set is an empty object."""
        found = await self._session.execute(select(Preference).where(Preference.user_id == self._scope.actor.user_id))
        row = found.scalar_one_or_none()
        return row.values if row else {}

    async def replace_preferences(self, values: dict[str, Any]) -> dict[str, Any]:
        """Set all of the actor's preferences; PreferencesTooLarge above 16 KiB of JSON."""
        if len(canonical_json(values)) > _MOST_BYTES:
            raise PreferencesTooLarge(max_bytes=_MOST_BYTES)
        now = self._scope.clock.now()
        insert = postgres_insert if self._scope.container.database.is_postgres else sqlite_insert
        fresh = {"values": values, "updated_at": now}
        await self._session.execute(
            insert(Preference)
            .values(user_id=self._scope.actor.user_id, **fresh)
            .on_conflict_do_update(index_elements=[Preference.user_id], set_=fresh)
        )
        self._scope.record(
            Effect("user.preferences_changed", "user", str(self._scope.actor.user_id), after={"names": sorted(values)})
        )
        return values
