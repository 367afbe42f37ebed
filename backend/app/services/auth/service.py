"""The rules of accounts and sessions. Nothing here hashes a password: that is slow and happens between scopes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Row, SQLColumnExpression, exists, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.db.locks import take_lease
from app.adapters.scope import Scope
from app.adapters.security.jwt import AccessClaims
from app.adapters.security.tokens import make_refresh_token
from app.core.actor import Actor, ClientKind
from app.core.effects import Effect
from app.models.user import Credential, RefreshToken, User
from app.services.auth.errors import EmailTaken, InvalidCredentials, SessionEnded, UserDeactivated
from app.services.auth.schemas import SessionOut, UserOut

# Whoever holds this lease is the installation's first user; it is never given back.
_FIRST_USER = "first-user"
_FOR_EVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Account:
    """What a log-in is checked against."""

    user: User
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """A refresh token as it was found, before anything was done about it."""

    user: User
    family_id: UUID
    client: ClientKind
    is_expired: bool


def standing_of(session_id: UUID | BindParameter[UUID] | None) -> tuple[SQLColumnExpression[Any], ...]:
    """Build the columns, of a row of `users`, that `judge` looks at."""
    stands = exists().where(RefreshToken.family_id == session_id, RefreshToken.revoked_at.is_(None))
    return User.is_admin, User.is_active, User.token_epoch, stands.label("stands")


def judge(claims: AccessClaims, row: Row[Any] | None) -> Actor:
    """Check what a signature cannot: that the user is active, and his epoch and his session still stand."""
    if row is None or not row.is_active:
        raise UserDeactivated
    if row.token_epoch != claims.epoch or (claims.session_id is not None and not row.stands):
        raise SessionEnded
    return Actor(user_id=claims.user_id, is_admin=row.is_admin, client=claims.client)


# What is known of a session from one of its refresh tokens.
_LINK = (RefreshToken.family_id, RefreshToken.user_id, RefreshToken.client, RefreshToken.expires_at)


class AuthService:
    """Accounts and sessions, inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope."""
        self._scope = scope
        self._session = scope.session

    async def create_user(self, email: str, display_name: str, *, password_hash: str, is_admin: bool = False) -> User:
        """Add an account; the first one is an administrator. EmailTaken when there is one with this e-mail."""
        scope = self._scope
        user_id, now = scope.ids.new(), scope.clock.now()
        is_first = await self._claim_first(user_id)
        insert = postgres_insert if scope.container.database.is_postgres else sqlite_insert
        added = await self._session.execute(
            insert(User)
            .values(
                id=user_id,
                email=email,
                display_name=display_name,
                is_admin=is_admin or is_first,
                is_active=True,
                token_epoch=0,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(User)
        )
        user = added.scalar_one_or_none()
        if user is None:
            raise EmailTaken
        self._session.add(Credential(user_id=user_id, password_hash=password_hash, changed_at=now))
        # No name and no address: this ledger outlives the account.
        self._scope.record(Effect("user.created", "user", str(user_id), after={"is_admin": user.is_admin}))
        return user

    async def find_account(self, email: str) -> Account | None:
        """Look an account up by its normalised e-mail."""
        row = (
            await self._session.execute(
                select(User, Credential.password_hash)
                .outerjoin(Credential, Credential.user_id == User.id)
                .where(User.email == email)
            )
        ).first()
        return Account(row[0], row[1]) if row else None

    async def read_account(self, user_id: UUID) -> Account:
        """Read an account by id; UserDeactivated when it is gone or may not log in."""
        row = (
            await self._session.execute(
                select(User, Credential.password_hash)
                .outerjoin(Credential, Credential.user_id == User.id)
                .where(User.id == user_id, User.is_active)
            )
        ).first()
        if row is None:
            raise UserDeactivated
        return Account(row[0], row[1])

    async def start_session(self, user: User, client: ClientKind) -> SessionOut:
        """Begin a session: a new family of refresh tokens and an access token that names it."""
        return self._issue(user, family_id=self._scope.ids.new(), client=client)

    async def take_link(self, digest: str, *, again_within: timedelta = timedelta(0)) -> Link | None:
        """Use up a refresh token; None when it is unknown, revoked or was used before, which ends its session.

        Within `again_within` a token may be used again if nothing that came of it was used: its answer was lost. Which
        one of them nobody knows, as requests overtake each other: the first that is used makes the others worthless.
        Locks: the user's row, as everything that ends a session does. Of two that present one token at the same moment,
        one is the thief.
        """
        await self._lock_user_of(RefreshToken.token_hash == digest)
        now = self._scope.clock.now()
        used = await self._session.execute(
            update(RefreshToken)
            .where(RefreshToken.token_hash == digest, RefreshToken.used_at.is_(None), RefreshToken.revoked_at.is_(None))
            .values(used_at=now)
            .returning(*_LINK)
        )
        row = used.first()
        if row is not None:
            await self._revoke_unused(row.family_id, now)
        elif again_within:
            row = await self._taken_again(digest, now - again_within)
        if row is None:
            await self._revoke_family_of(digest)
            return None
        user = (await self._session.execute(select(User).where(User.id == row.user_id))).scalar_one()
        return Link(user, row.family_id, ClientKind(row.client), is_expired=row.expires_at <= now)

    async def continue_session(self, link: Link) -> SessionOut:
        """Give the next link of a session."""
        if not link.user.is_active:
            raise UserDeactivated
        return self._issue(link.user, family_id=link.family_id, client=link.client)

    async def end_session(self, session_id: UUID) -> None:
        """Make every token of a session worthless, at once and everywhere. Locks: the user's row."""
        await self._lock_user_of(RefreshToken.family_id == session_id)
        await self._session.execute(
            update(RefreshToken)
            .where(RefreshToken.family_id == session_id, RefreshToken.revoked_at.is_(None))
            .values(revoked_at=self._scope.clock.now())
        )

    async def end_every_session(self, user_id: UUID) -> None:
        """Make every token of a user worthless, at once and everywhere. Locks: the user's row, by changing it."""
        self._scope.record(Effect("user.logged_out_everywhere", "user", str(user_id)))
        await self._session.execute(update(User).where(User.id == user_id).values(token_epoch=User.token_epoch + 1))
        await self._session.execute(
            update(RefreshToken)
            .where(RefreshToken.user_id == user_id, RefreshToken.revoked_at.is_(None))
            .values(revoked_at=self._scope.clock.now())
        )

    async def replace_password_hash(self, user_id: UUID, verified: str | None, password_hash: str) -> None:
        """Store a new hash; InvalidCredentials when the one that was verified is not the stored one any more."""
        replaced = await self._session.execute(
            update(Credential)
            .where(Credential.user_id == user_id, Credential.password_hash == verified)
            .values(password_hash=password_hash, changed_at=self._scope.clock.now())
            .returning(Credential.user_id)
        )
        if replaced.first() is None:
            raise InvalidCredentials
        self._scope.record(Effect("user.password_stored", "user", str(user_id)))

    async def actor_for(self, claims: AccessClaims) -> Actor:
        """Check what a signature cannot: that the user is active, and his epoch and his session still stand."""
        query = select(*standing_of(claims.session_id)).where(User.id == claims.user_id)
        return judge(claims, (await self._session.execute(query)).first())

    async def _claim_first(self, user_id: UUID) -> bool:
        # Two that register at once both see an empty table; only one of them gets the lease.
        if (await self._session.execute(select(exists(select(User.id))))).scalar_one():
            return False
        token = await take_lease(
            self._session, self._scope.container.database, _FIRST_USER, holder=str(user_id), length=_FOR_EVER
        )
        return token is not None

    async def _lock_user_of(self, tokens: ColumnElement[bool]) -> None:
        # A token that is being added while others are revoked is seen by nobody: it would outlive its session.
        users = select(RefreshToken.user_id).where(tokens)
        await self._session.execute(select(User.id).where(User.id.in_(users)).with_for_update(key_share=True))

    async def _taken_again(self, digest: str, since: datetime) -> Row[*tuple[Any, ...]] | None:
        used = (RefreshToken.token_hash == digest, RefreshToken.revoked_at.is_(None), RefreshToken.used_at > since)
        row = (await self._session.execute(select(*_LINK, RefreshToken.used_at).where(*used))).first()
        if row is None:
            return None
        came_of_it = (RefreshToken.family_id == row.family_id, RefreshToken.token_hash != digest)
        later = (RefreshToken.created_at >= row.used_at, RefreshToken.used_at.is_not(None))
        return None if await self._session.scalar(select(exists().where(*came_of_it, *later))) else row

    async def _revoke_unused(self, family_id: UUID, now: datetime) -> None:
        unused = (RefreshToken.used_at.is_(None), RefreshToken.revoked_at.is_(None))
        await self._session.execute(
            update(RefreshToken).where(RefreshToken.family_id == family_id, *unused).values(revoked_at=now)
        )

    async def _revoke_family_of(self, digest: str) -> None:
        family = (
            await self._session.execute(select(RefreshToken.family_id).where(RefreshToken.token_hash == digest))
        ).scalar_one_or_none()
        if family is not None:
            await self.end_session(family)

    def _issue(self, user: User, *, family_id: UUID, client: ClientKind) -> SessionOut:
        scope = self._scope
        now, refresh = scope.clock.now(), make_refresh_token(scope.ids)
        self._session.add(
            RefreshToken(
                id=scope.ids.new(),
                family_id=family_id,
                user_id=user.id,
                token_hash=refresh.digest,
                client=client.value,
                created_at=now,
                expires_at=now + timedelta(seconds=scope.settings.security.refresh_ttl_seconds),
            )
        )
        issued = scope.container.access_tokens.issue(
            user.id, epoch=user.token_epoch, client=client, session_id=family_id
        )
        return SessionOut(
            user=UserOut.model_validate(user),
            access_token=issued.token,
            refresh_token=refresh.token,
            expires_in=issued.expires_in,
        )
