"""Workers' rights: every table is thought of, and granting again gives exactly the list."""

import pytest
from sqlalchemy import text

from app.adapters.db.engine import Database
from app.adapters.db.grants import WORKER_RIGHTS, WorkerRoleUnfit, grant_to_workers
from app.models import Base

from tests.fixtures.worker_role import WorkerRole

needs_postgres = pytest.mark.postgres


def test_every_table_is_named() -> None:
    assert set(WORKER_RIGHTS) == set(Base.metadata.tables)


def test_nothing_is_granted_on_what_proves_who_people_are() -> None:
    secret = {name for name, table in Base.metadata.tables.items() if any("_hash" in c.name for c in table.columns)}
    people = {"credentials", "refresh_tokens"}
    assert people <= secret
    assert WORKER_RIGHTS["credentials"] == ""
    # Old sessions are deleted by their age.
    assert WORKER_RIGHTS["refresh_tokens"] == "select (id, expires_at), delete"


async def rights(database: Database, role: WorkerRole) -> set[tuple[str, ...]]:
    """Everything a role was granted, column by column."""
    granted = text(
        "select table_name, column_name, privilege_type from information_schema.column_privileges where grantee = :role"
        " union select table_name, '*', privilege_type from information_schema.table_privileges where grantee = :role"
    )
    async with database.engine.connect() as connection:
        return {tuple(row) for row in await connection.execute(granted, {"role": role.name})}


@needs_postgres
async def test_granting_again_changes_nothing_and_takes_back_what_is_not_listed(
    database: Database, worker_role: WorkerRole
) -> None:
    await grant_to_workers(database, worker_role.name)
    first = await rights(database, worker_role)
    assert ("proposals", "status", "UPDATE") in first
    assert ("proposals", "approved_by", "UPDATE") not in first
    async with database.engine.begin() as connection:
        await connection.execute(text(f"grant all on credentials, decisions to {worker_role.name}"))
        await connection.execute(text(f"grant update (email) on users to {worker_role.name}"))
    assert await rights(database, worker_role) != first
    await grant_to_workers(database, worker_role.name)
    assert await rights(database, worker_role) == first


@needs_postgres
async def test_a_role_that_is_missing_is_named(database: Database, worker_role: WorkerRole) -> None:
    with pytest.raises(WorkerRoleUnfit, match="There is no database role 'nobody \"here\"'"):
        await grant_to_workers(database, 'nobody "here"')


@needs_postgres
async def test_a_role_that_may_do_more_whatever_is_granted_is_refused(
    database: Database, worker_role: WorkerRole
) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text(f"grant pg_read_all_data to {worker_role.name}"))
    with pytest.raises(WorkerRoleUnfit, match="may read what workers must not"):
        await grant_to_workers(database, worker_role.name)
    assert await rights(database, worker_role) == set()


async def test_without_a_role_nothing_is_asked_of_the_database(database: Database) -> None:
    await database.close()
    await grant_to_workers(database, None)
