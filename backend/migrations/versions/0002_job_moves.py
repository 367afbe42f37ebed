"""Refuse illegal moves between the states of a job.

Going back: see downgrade(). Rows are not touched either way. Whoever lets SQLite write `jobs` anew (batch_alter_table)
makes the trigger again: it goes with the old table.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

# As app.core.jobs.MOVES was when this was written; tests/adapters/db/test_job_moves.py holds the two together.
# PostgreSQL allows no subquery in WHEN, and takes a list of rows instead of VALUES.
_ILLEGAL = """old.status <> new.status and (old.status, new.status) not in ({values}
    ('queued', 'running'), ('queued', 'cancelled'),
    ('running', 'queued'), ('running', 'success'), ('running', 'failed'), ('running', 'cancelled'),
    ('failed', 'queued'), ('cancelled', 'queued'))"""
_TRIGGER = "create trigger jobs_moves before update of status on jobs for each row when ({illegal}) {then}"

_POSTGRES = (
    """create function refuse_job_move() returns trigger language plpgsql as $$
    begin
      raise exception 'a job cannot go from % to %', old.status, new.status
        using errcode = 'check_violation', table = 'jobs', constraint = 'jobs_moves';
    end $$""",
    _TRIGGER.format(illegal=_ILLEGAL.format(values=""), then="execute function refuse_job_move()"),
)
_SQLITE = (
    _TRIGGER.format(
        illegal=_ILLEGAL.format(values="values"),
        then="begin select raise(abort, 'a job cannot go from its state to this one'); end",
    ),
)


def upgrade() -> None:
    for statement in _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop trigger jobs_moves on jobs")
        op.execute("drop function refuse_job_move()")
    else:
        op.execute("drop trigger jobs_moves")
