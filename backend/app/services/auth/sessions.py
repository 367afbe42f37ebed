"""Registering, logging in and renewing: short transactions with slow password work between them, never inside."""

from datetime import timedelta

from pydantic import SecretStr

from app.adapters.container import Container
from app.adapters.http.limits import LoginGate
from app.adapters.security.jwt import TokenExpired, TokenInvalid
from app.adapters.security.tokens import digest_refresh_token
from app.core.actor import Actor
from app.services.auth.emails import normalise_email
from app.services.auth.errors import EmailTaken, InvalidCredentials
from app.services.auth.password_policy import check_password
from app.services.auth.schemas import LoginIn, RegisterIn, SessionOut
from app.services.auth.service import AuthService

_ANSWER_LOST = timedelta(seconds=30)


class Sessions:
    """The doors to a session, each one call for a route."""

    def __init__(self, container: Container) -> None:
        """Work with the process's adapters."""
        self._container = container

    async def register(self, wanted: RegisterIn) -> SessionOut:
        """Create an account and log it in; WeakPassword, EmailTaken."""
        password = wanted.password.get_secret_value()
        check_password(password, email=wanted.email)
        async with self._container.scope(read_only=True) as scope:
            if await AuthService(scope).find_account(wanted.email):
                raise EmailTaken
        password_hash = await self._container.passwords.hash(password)
        async with self._container.scope() as scope:
            auth = AuthService(scope)
            user = await auth.create_user(wanted.email, wanted.display_name, password_hash=password_hash)
            # Nobody is logged in yet, and yet it is somebody who does this.
            scope.act_as(Actor(user_id=user.id))
            return await auth.start_session(user, wanted.client)

    async def log_in(self, given: LoginIn, *, address: str) -> SessionOut:
        """Check a password and begin a session; InvalidCredentials says the same, as slowly, whatever is wrong."""
        email = _normalised(given.email)
        gate = LoginGate(self._container, address=address, account=email)
        await gate.enter()
        async with self._container.scope(read_only=True) as scope:
            account = await AuthService(scope).find_account(email)
        stored = account.password_hash if account and account.user.is_active else None
        verdict = await self._container.passwords.verify(given.password.get_secret_value(), stored)
        if account is None or not verdict.ok:
            raise InvalidCredentials
        async with self._container.scope() as scope:
            auth = AuthService(scope)
            current = await auth.read_account(account.user.id)
            if current.password_hash != stored:
                raise InvalidCredentials
            if verdict.new_hash:
                await auth.replace_password_hash(current.user.id, stored, verdict.new_hash)
            session = await auth.start_session(current.user, given.client)
        await gate.passed()
        return session

    async def refresh(self, token: SecretStr, *, from_cookie: bool = False) -> SessionOut:
        """Exchange a refresh token for the next one; using one twice ends the session.

        A browser stops waiting when its page is loaded anew, and never keeps the cookie of an answer that was on its
        way: it may ask once more with the old one, soon.
        """
        digest = digest_refresh_token(token.get_secret_value())
        if digest is None:
            raise TokenInvalid
        async with self._container.scope() as scope:
            auth = AuthService(scope)
            link = await auth.take_link(digest, again_within=_ANSWER_LOST if from_cookie else timedelta(0))
            session = await auth.continue_session(link) if link and not link.is_expired else None
        # Raised outside, so that what was revoked stays revoked.
        if link is None:
            raise TokenInvalid
        if session is None:
            raise TokenExpired
        return session

    async def change_password(self, actor: Actor, *, present: str, new: str, address: str) -> None:
        """Replace a password and end every session; InvalidCredentials, WeakPassword.

        Asking for the present password counts as a log-in: a stolen token must be no way to guess it. A password that
        was replaced while this one was hashed is the present one no longer.
        """
        if actor.user_id is None:
            raise InvalidCredentials
        async with self._container.scope(read_only=True) as scope:
            account = await AuthService(scope).read_account(actor.user_id)
        check_password(new, email=account.user.email)
        gate = LoginGate(self._container, address=address, account=account.user.email)
        await gate.enter()
        verdict = await self._container.passwords.verify(present, account.password_hash)
        if not verdict.ok:
            raise InvalidCredentials("The present password is wrong.")
        password_hash = await self._container.passwords.hash(new)
        async with self._container.scope(actor) as scope:
            auth = AuthService(scope)
            await auth.replace_password_hash(actor.user_id, account.password_hash, password_hash)
            await auth.end_every_session(actor.user_id)
        await gate.passed()


def _normalised(email: str) -> str:
    try:
        return normalise_email(email)
    except ValueError:
        # Nobody has such an address; going on costs the same as for any other stranger.
        return email.strip().lower()
