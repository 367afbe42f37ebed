"""What operators' commands do, with a container of their own."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from pydantic import SecretStr, ValidationError
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from app import wiring
from app.adapters.container import Container
from app.adapters.db import migrate
from app.adapters.db.grants import grant_to_workers
from app.adapters.effects.chain import Head
from app.adapters.effects.verifying import Verdict, verify
from app.adapters.opening import open_container
from app.config import load_settings
from app.config.settings import missing_data_dir
from app.core.errors import Invalid, Unavailable, problem_of
from app.services.auth.password_policy import check_password
from app.services.auth.schemas import RegisterIn
from app.services.auth.service import AuthService
from app.services.manifest.errors import ManifestDamaged
from app.services.manifest.integrity import verify_latest
from app.services.ops import admin, health
from app.services.repos.credentials import Resealed, reseal_all


@asynccontextmanager
async def opened() -> AsyncIterator[Container]:
    """Open a container; Unavailable, not the driver's trace, when the database does not answer or has no tables."""
    async with open_container(load_settings(), registry=wiring.registry(), subscriptions={}) as container:
        await require_database(container)
        try:
            yield container
        except (OperationalError, ProgrammingError) as error:
            said = str(error.orig)[:300]
            raise Unavailable(
                f"The database has no tables yet, or older ones: hivesync migrate. It said: {said}"
            ) from error


async def examine(names: Sequence[str] | None = None) -> list[health.Finding]:
    """Run the named health checks, or all; a database that does not answer is one of their findings."""
    missing = missing_data_dir()
    if missing is not None:
        raise Unavailable(f"DATA_DIR ({missing}) is not there. Name the one in use, or start HiveSync: hivesync up.")
    async with open_container(load_settings(), registry=wiring.registry(), subscriptions={}) as container:
        return await health.examine(container, names)


async def require_database(container: Container) -> None:
    """Unavailable when the database does not answer, saying what to look at."""
    try:
        await container.database.ping()
    except (SQLAlchemyError, OSError) as error:
        raise Unavailable(f"The database does not answer ({type(error).__name__}). Check DATABASE_URL.") from error


async def migrate_database(revision: str | None = None) -> str | None:
    """Bring the database to the newest schema, or write a new revision with this message; return where it is."""
    async with opened() as container:
        await migrate.upgrade(container.database)
        await grant_to_workers(container.database, container.settings.database.worker_role)
        if revision:
            await migrate.write_revision(container.database, revision)
        return await migrate.current(container.database)


async def create_account(email: str, name: str, password: str, *, is_admin: bool) -> UUID:
    """Make an account under the same rules as registration."""
    try:
        wanted = RegisterIn(email=email, password=SecretStr(password), display_name=name)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        problems = "; ".join(f"{each['loc'][-1]}: {problem_of(each)}" for each in found)
        raise Invalid(f"{problems}.") from error
    check_password(password, email=wanted.email)
    async with opened() as container:
        password_hash = await container.passwords.hash(password)
        async with container.scope() as scope:
            user = await AuthService(scope).create_user(
                wanted.email, wanted.display_name, password_hash=password_hash, is_admin=is_admin
            )
        return user.id


async def requeue_job(job_id: str) -> None:
    """Put a failed job back in its queue."""
    try:
        wanted = UUID(job_id)
    except ValueError as error:
        raise Invalid("That is not a job's id.") from error
    async with (
        opened() as container,
        container.scope() as scope,
    ):
        await admin.retry_job(scope, wanted)


async def verify_manifests() -> dict[UUID, int | ManifestDamaged]:
    """Take every hash of every project's newest manifest again."""
    async with (
        opened() as container,
        container.scope(read_only=True) as scope,
    ):
        return await verify_latest(scope)


async def reseal_credentials() -> Resealed:
    """Seal every stored credential again that an older key sealed."""
    async with opened() as container, container.scope() as scope:
        return await reseal_all(scope)


async def verify_effects(only: str | None, kept: Mapping[str, Head], tell: Callable[[int], None]) -> Verdict:
    """Take every hash of the effect ledger again."""
    async with opened() as container:
        return await verify(container, only=only, kept=kept, tell=tell)
