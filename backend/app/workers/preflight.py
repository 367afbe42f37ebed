"""What a role must find on its machine before it starts, and what to do where it does not.

A machine that lacks a program will lack it in a minute too: the worker refuses to start. So it does when the database
does not answer or has another schema, because an orchestrator starts it again, and a worker that waits inside looks
alive to everybody. Redis may be away: rows wait, and the consumer asks again and again.
"""

from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from app.adapters.container import Container
from app.adapters.db import migrate
from app.adapters.machine.port import Machine
from app.adapters.sandbox.port import HOLDS, SandboxMissing, SandboxSource
from app.config import Settings
from app.core.errors import Unavailable
from app.workers.role import Need, Role


class UnfitError(Unavailable):
    """This machine lacks what the role needs."""


async def examine(container: Container, role: Role, machine: Machine) -> list[Need]:
    """Look for everything a role needs."""
    settings = container.settings
    found = [_data_dir(settings, machine), *role.needs(settings, machine), await _database(container)]
    if role.confines_tools:
        found.append(await _sandbox("sandbox", container.sandbox, "Tools are not shut in."))
    if role.confines_builds:
        found.append(await _sandbox("build sandbox", container.build_sandbox, "Builds are not shut in."))
    return found


def require(role: Role, needs: Sequence[Need]) -> None:
    """UnfitError, naming all that is missing at once, unless every required need is there."""
    missing = [need.problem for need in needs if need.problem and need.required]
    if missing:
        raise UnfitError(f"{role.name} cannot start here. {' '.join(missing)}")


async def _sandbox(name: str, source: SandboxSource, weakness: str) -> Need:
    """Try a sandbox out. Without one the worker starts all the same: what must not run then is refused job by job."""
    try:
        await source.take()
    except SandboxMissing as missing:
        return Need(name, missing.message, required=False)
    holds = source.verdict.endswith(HOLDS)
    return Need(name, None if holds else f"{weakness} {source.verdict}.", required=False)


def _data_dir(settings: Settings, machine: Machine) -> Need:
    folder = settings.data_dir
    fit = machine.can_write(folder)
    return Need("DATA_DIR", None if fit else f"DATA_DIR ({folder}) cannot be written: make it, or mount it.")


async def _database(container: Container) -> Need:
    try:
        await container.database.ping()
        found, newest = await migrate.current(container.database), migrate.newest()
    except (SQLAlchemyError, OSError) as error:
        return Need("database", f"The database does not answer ({type(error).__name__}): check DATABASE_URL.")
    if found != newest:
        return Need("database", f"The schema is at {found}, this version needs {newest}: hivesync migrate.")
    return Need("database")
