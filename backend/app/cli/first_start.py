"""What happens once: the first administrator."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import exists, select

from app.adapters.container import Container
from app.models.user import User
from app.services.auth.service import AuthService

_DEFAULT_EMAIL = "admin@hivesync.example"


@dataclass(frozen=True, slots=True)
class Login:
    """An administrator's login, to be shown once."""

    email: str
    password: str


async def make_admin(container: Container, show: Callable[[Login], None]) -> None:
    """Create the first administrator unless there is somebody already; `show` a password the operator did not choose.

    It is shown before it is committed: stopped in between, the next start makes another, and nobody is locked out.
    """
    async with container.scope(read_only=True) as scope:
        if await scope.session.scalar(select(exists(select(User.id)))):
            return
    core = container.settings.core
    chosen = core.admin_password.get_secret_value() if core.admin_password else None
    login = Login(core.admin_email or _DEFAULT_EMAIL, chosen or container.ids.secret(nbytes=12))
    password_hash = await container.passwords.hash(login.password)
    async with container.scope() as scope:
        await AuthService(scope).create_user(
            login.email.lower(), "Administrator", password_hash=password_hash, is_admin=True
        )
        if not chosen:
            show(login)
