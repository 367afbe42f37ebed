"""The database schema as a document, made from the models."""

import inspect

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from app.core.jobs import MOVES, JobStatus
from app.models import Base

_HEAD = """# Database schema

Written by `make docs` from the models; do not edit by hand. PostgreSQL and SQLite hold the same tables, brought up to
date by the same migrations ([ADR 0006](adr/0006-two-databases-in-step.md)); types below are PostgreSQL's. Ids are
time-ordered UUIDs (version 7), times are UTC. The database is the truth; Redis may forget everything at any moment
([ADR 0004](adr/0004-the-ledger-is-the-truth.md)).

"""

_MOVES = """## States of a job

A new job is `{first}`. From there `jobs.status` may take these ways only. The ledger takes no other, and a trigger on
the table refuses every other, whoever writes. Writing the state it has already is no move.

| from | to |
|---|---|
{rows}

Only an administrator takes a job out of `failed` or `cancelled`: `hivesync admin requeue`.
"""


def schema_book() -> str:
    """The text of `docs/database_schema.md`."""
    mapped = {str(mapper.class_.__tablename__): mapper.class_ for mapper in Base.registry.mappers}
    tables = sorted(Base.metadata.tables.values(), key=lambda table: (mapped[table.name].__module__, table.name))
    parts = [_HEAD + _moves()]
    area = ""
    for table in tables:
        module = inspect.getmodule(mapped[table.name])
        if module is not None and module.__name__ != area:
            area = module.__name__
            parts.append(f"## {area.rsplit('.', maxsplit=1)[-1]}\n\n{inspect.getdoc(module)}\n")
        parts.append(_table(table, inspect.getdoc(mapped[table.name]) or ""))
    return "\n".join(parts)


def _moves() -> str:
    rows = []
    for before, ways in MOVES.items():
        after = ", ".join(f"`{status}`" for status in JobStatus if status in ways)
        rows.append(f"| `{before}` | {after or 'nothing, ever'} |")
    return _MOVES.format(first=JobStatus.QUEUED, rows="\n".join(rows))


def _table(table: Table, description: str) -> str:
    lines = [f"### `{table.name}`", "", description, "", "| column | type | empty | refers to |", "|---|---|---|---|"]
    for column in table.columns:
        kind = str(column.type.compile(dialect=postgresql.dialect())).lower()  # type: ignore[no-untyped-call]
        refers = ", ".join(f"`{key.target_fullname}`" for key in column.foreign_keys)
        key = " (key)" if column.primary_key else ""
        lines.append(f"| `{column.name}`{key} | {kind} | {'yes' if column.nullable else ''} | {refers} |")
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        columns = ", ".join(f"`{column.name}`" for column in index.columns)
        where = index.dialect_options["postgresql"].get("where")
        only = "" if where is None else f", where {where}"
        unique = ", unique" if index.unique else ""
        lines.append(f"\nIndex on {columns}{unique}{only}.")
    return "\n".join(lines) + "\n"
