"""Brings a database to the newest schema, writes new revisions, compares tables with models."""

import functools
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.adapters.db.engine import Database
from app.models import Base

_BACKEND = Path(__file__).parents[3]


def _config(connection: Connection | None = None) -> Config:
    config = Config(str(_BACKEND / "alembic.ini"))
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Apply every migration up to a revision; nothing happens when they are applied already."""
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def downgrade(database: Database, revision: str) -> None:
    """Go back to a revision."""
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))


async def write_revision(database: Database, message: str) -> None:
    """Write a new migration from the difference between the models and this database."""
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.revision(_config(sync), message, autogenerate=True))


async def current(database: Database) -> str | None:
    """Read which revision the database is at."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


@functools.cache
def newest() -> str | None:
    """Name the newest revision there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def differences(database: Database) -> list[object]:
    """List what a migrated database and the models do not agree on; empty is right."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(
            lambda sync: list(
                compare_metadata(MigrationContext.configure(sync, opts={"compare_type": True}), Base.metadata)
            )
        )
