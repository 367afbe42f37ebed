"""Runs migrations on either database, with a lock so that two starting processes do not migrate at once."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, text

from app.models import Base
from app.models.base import UtcDateTime

# Whoever waits longer than this for a table lock would make every request behind it wait too.
LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "60s"
# Any constant will do, as long as nothing else uses it.
ADVISORY_LOCK = 7_305_101


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their names."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from app.models.base import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from app.models.base import Json")
        return "Json"
    return False


def run(connection: Connection) -> None:
    """Migrate inside one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            connection.execute(text(f"set local lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"set local statement_timeout = '{STATEMENT_TIMEOUT}'"))
        context.run_migrations()


run(context.config.attributes["connection"])
