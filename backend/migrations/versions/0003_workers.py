"""Add what workers need to be fair, seen into, cleaned up after and scaled, and the effect ledger.

Going back: see downgrade(). Rows of `jobs` are not touched either way; SQLite adds and drops columns in place, so that
the trigger of revision 0002 stays.
"""

import sqlalchemy as sa
from alembic import op
from app.models.base import Json
from app.models.base import UtcDateTime

revision = "0003"
down_revision = "0002"

# Effects are only added, and the end of a chain only moves on.
_POSTGRES = (
    """create function refuse_effect_change() returns trigger language plpgsql as $$
    begin
      raise exception 'effects are only added' using errcode = 'check_violation', table = tg_table_name;
    end $$""",
    "create trigger effects_are_kept before update or delete on effects for each row execute function "
    "refuse_effect_change()",
    "create trigger effects_stay before truncate on effects for each statement execute function refuse_effect_change()",
    "create trigger effect_heads_stay before truncate on effect_heads for each statement execute function "
    "refuse_effect_change()",
    "create trigger effect_heads_move_on before update on effect_heads for each row "
    "when (new.position <= old.position or new.chain <> old.chain) execute function refuse_effect_change()",
    "create trigger effect_heads_are_kept before delete on effect_heads for each row execute function "
    "refuse_effect_change()",
)
_SQLITE = (
    "create trigger effects_are_kept before update on effects begin select raise(abort, 'effects are only added'); end",
    "create trigger effects_stay before delete on effects begin select raise(abort, 'effects are only added'); end",
    "create trigger effect_heads_move_on before update on effect_heads "
    "when new.position <= old.position or new.chain <> old.chain "
    "begin select raise(abort, 'effects are only added'); end",
    # `insert or replace` deletes without asking the triggers above.
    "create trigger effects_are_new before insert on effects when exists (select 1 from effects where seq = new.seq "
    "or (chain = new.chain and position = new.position)) begin select raise(abort, 'effects are only added'); end",
    "create trigger effect_heads_are_new before insert on effect_heads when new.position <> 0 "
    "begin select raise(abort, 'effects are only added'); end",
    "create trigger effect_heads_are_kept before delete on effect_heads "
    "begin select raise(abort, 'effects are only added'); end",
)


def upgrade() -> None:
    op.create_table(
        "autoscaler_samples",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("queue", sa.String(length=30), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("arrivals", sa.Integer(), nullable=False),
        sa.Column("oldest_seconds", sa.Double(), nullable=False),
        sa.Column("wait_seconds", sa.Double(), nullable=True),
        sa.Column("run_seconds", sa.Double(), nullable=True),
        sa.Column("cpu", sa.Double(), nullable=True),
        sa.Column("alive", sa.Integer(), nullable=False),
        sa.Column("unresponsive", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("desired", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("driver", sa.String(length=20), nullable=False),
        sa.Column("is_applied", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint("action in ('out', 'in', 'hold', 'replace')", name=op.f("ck_autoscaler_samples_action")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_autoscaler_samples")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("autoscaler_samples", schema=None) as batch_op:
        batch_op.create_index("ix_autoscaler_samples_at", ["at"], unique=False)
        batch_op.create_index("ix_autoscaler_samples_queue", ["queue", "at"], unique=False)

    op.create_table(
        "effect_heads",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_effect_heads")),
    )
    op.create_table(
        "effects",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(length=12), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=120), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("approval", sa.String(length=64), nullable=True),
        sa.Column("correlation_id", sa.String(length=64), nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.Column("after", Json, nullable=True),
        sa.Column("inverse", Json, nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_effects")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("effects", schema=None) as batch_op:
        batch_op.create_index("ix_effects_action", ["action", "seq"], unique=False)
        batch_op.create_index("ix_effects_actor", ["actor_id", "seq"], unique=False)
        batch_op.create_index("ix_effects_job", ["job_id"], unique=False)
        batch_op.create_index("ix_effects_project", ["project_id", "seq"], unique=False)
        batch_op.create_index("ix_effects_subject", ["subject", "subject_id", "seq"], unique=False)
        batch_op.create_index("uq_effects_chain", ["chain", "position"], unique=True)

    op.create_table(
        "job_rollups",
        sa.Column("minute", UtcDateTime(), nullable=False),
        sa.Column("queue", sa.String(length=30), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("jobs", sa.Integer(), nullable=False),
        sa.Column("exhausted", sa.Integer(), nullable=False),
        sa.Column("wait_seconds", sa.Double(), nullable=False),
        sa.Column("run_seconds", sa.Double(), nullable=False),
        sa.Column("longest_seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "queue", "kind", "status", name=op.f("pk_job_rollups")),
    )
    op.create_table(
        "schedules",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("cron", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("next_run_at", UtcDateTime(), nullable=False),
        sa.Column("last_run_at", UtcDateTime(), nullable=True),
        sa.Column("last_job_id", sa.Uuid(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedules")),
    )
    op.create_table(
        "queue_states",
        sa.Column("queue", sa.String(length=30), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["users.id"], name=op.f("fk_queue_states_changed_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_queue_states")),
    )
    op.create_table(
        "warrants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("planned_by", sa.Uuid(), nullable=True),
        sa.Column("plan_job_id", sa.Uuid(), nullable=True),
        sa.Column("execute_job_id", sa.Uuid(), nullable=True),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("spared", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("freed_bytes", sa.BigInteger(), nullable=False),
        sa.Column("planned_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("executed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status in ('planned', 'executing', 'executed', 'expired')", name=op.f("ck_warrants_status")
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["users.id"], name=op.f("fk_warrants_planned_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warrants")),
    )
    with op.batch_alter_table("warrants", schema=None) as batch_op:
        batch_op.create_index("ix_warrants_execute_job", ["execute_job_id"], unique=False)
        batch_op.create_index("ix_warrants_task", ["task", "planned_at"], unique=False)

    op.create_table(
        "object_tombstones",
        sa.Column("bucket", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=512), nullable=False),
        sa.Column("condemned_at", UtcDateTime(), nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("bucket", "key", name=op.f("pk_object_tombstones")),
    )

    op.create_table(
        "warrant_items",
        sa.Column("warrant_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("proof", Json, nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "outcome in ('pending', 'deleted', 'spared', 'failed')", name=op.f("ck_warrant_items_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["warrant_id"], ["warrants.id"], name=op.f("fk_warrant_items_warrant_id_warrants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("warrant_id", "position", name=op.f("pk_warrant_items")),
    )
    with op.batch_alter_table("warrant_items", schema=None) as batch_op:
        batch_op.create_index("ix_warrant_items_outcome", ["warrant_id", "outcome", "position"], unique=False)

    op.create_table(
        "preview_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("status in ('live', 'expired', 'revoked')", name=op.f("ck_preview_sessions_status")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_preview_sessions_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_preview_sessions_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_sessions")),
    )
    with op.batch_alter_table("preview_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_preview_sessions_expiry", ["status", "expires_at"], unique=False)
        batch_op.create_index("ix_preview_sessions_project", ["project_id", "id"], unique=False)

    op.create_table(
        "preview_bundles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("object_key", sa.String(length=300), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("soft_deleted_at", UtcDateTime(), nullable=True),
        sa.Column("purge_at", UtcDateTime(), nullable=True),
        sa.Column("purged_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status in ('live', 'expired', 'soft_deleted', 'purged')", name=op.f("ck_preview_bundles_status")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_preview_bundles_project_id_projects"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["preview_sessions.id"],
            name=op.f("fk_preview_bundles_session_id_preview_sessions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_bundles")),
    )
    with op.batch_alter_table("preview_bundles", schema=None) as batch_op:
        batch_op.create_index("ix_preview_bundles_project", ["project_id", "id"], unique=False)
        batch_op.create_index(
            "ix_preview_bundles_stage",
            ["status", "expires_at"],
            unique=False,
            postgresql_where=sa.text("status <> 'purged'"),
            sqlite_where=sa.text("status <> 'purged'"),
        )
        batch_op.create_index("uq_preview_bundles_object_key", ["object_key"], unique=True)

    op.add_column("jobs", sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("jobs", sa.Column("turn", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("jobs", sa.Column("gpu_required", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("jobs", sa.Column("suspect", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("jobs", sa.Column("trace_parent", sa.String(length=64), nullable=True))
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobs_queue_status"))
        batch_op.create_index("ix_jobs_finished_at", ["finished_at"], unique=False)
        batch_op.create_index("ix_jobs_correlation", ["correlation_id"], unique=False)
        batch_op.create_index("ix_jobs_worker", ["worker_id", "id"], unique=False)
        batch_op.create_index(
            "ix_jobs_attempts",
            ["id"],
            unique=False,
            postgresql_where=sa.text("attempt > 1"),
            sqlite_where=sa.text("attempt > 1"),
        )
        batch_op.create_index(
            "ix_jobs_error_code",
            ["error_code", "id"],
            unique=False,
            postgresql_where=sa.text("error_code is not null"),
            sqlite_where=sa.text("error_code is not null"),
        )
        batch_op.create_index(
            "ix_jobs_exhausted",
            ["id"],
            unique=False,
            postgresql_where=sa.text("exhausted"),
            sqlite_where=sa.text("exhausted"),
        )
        batch_op.create_index("ix_jobs_kind", ["kind", "status", "id"], unique=False)
        batch_op.create_index("ix_jobs_queue", ["queue", "status", "id"], unique=False)
        batch_op.create_index("ix_jobs_status", ["status", "id"], unique=False)
        batch_op.create_index(
            "ix_jobs_turn",
            ["queue", "turn", "id"],
            unique=False,
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )
        batch_op.create_index(
            "ix_jobs_turn_project",
            ["project_id", "queue", "turn"],
            unique=False,
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )
        batch_op.create_index(
            "ix_jobs_turn_user",
            ["user_id", "queue", "turn"],
            unique=False,
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )

    for statement in _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_jobs_turn_user",
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )
        batch_op.drop_index(
            "ix_jobs_turn_project",
            postgresql_where=sa.text("status = 'queued'"),
            sqlite_where=sa.text("status = 'queued'"),
        )
        batch_op.drop_index(
            "ix_jobs_turn", postgresql_where=sa.text("status = 'queued'"), sqlite_where=sa.text("status = 'queued'")
        )
        batch_op.drop_index("ix_jobs_status")
        batch_op.drop_index("ix_jobs_queue")
        batch_op.drop_index("ix_jobs_kind")
        batch_op.drop_index("ix_jobs_finished_at")
        batch_op.drop_index("ix_jobs_worker")
        batch_op.drop_index("ix_jobs_correlation")
        batch_op.drop_index(
            "ix_jobs_attempts", postgresql_where=sa.text("attempt > 1"), sqlite_where=sa.text("attempt > 1")
        )
        batch_op.drop_index(
            "ix_jobs_error_code",
            postgresql_where=sa.text("error_code is not null"),
            sqlite_where=sa.text("error_code is not null"),
        )
        batch_op.drop_index(
            "ix_jobs_exhausted", postgresql_where=sa.text("exhausted"), sqlite_where=sa.text("exhausted")
        )
        batch_op.create_index(batch_op.f("ix_jobs_queue_status"), ["queue", "status"], unique=False)
    for name in ("trace_parent", "suspect", "gpu_required", "turn", "priority"):
        op.drop_column("jobs", name)

    with op.batch_alter_table("preview_bundles", schema=None) as batch_op:
        batch_op.drop_index("uq_preview_bundles_object_key")
        batch_op.drop_index(
            "ix_preview_bundles_stage",
            postgresql_where=sa.text("status <> 'purged'"),
            sqlite_where=sa.text("status <> 'purged'"),
        )
        batch_op.drop_index("ix_preview_bundles_project")

    op.drop_table("preview_bundles")
    with op.batch_alter_table("preview_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_preview_sessions_project")
        batch_op.drop_index("ix_preview_sessions_expiry")

    op.drop_table("preview_sessions")
    with op.batch_alter_table("warrant_items", schema=None) as batch_op:
        batch_op.drop_index("ix_warrant_items_outcome")

    op.drop_table("warrant_items")
    with op.batch_alter_table("warrants", schema=None) as batch_op:
        batch_op.drop_index("ix_warrants_task")
        batch_op.drop_index("ix_warrants_execute_job")

    op.drop_table("warrants")
    op.drop_table("object_tombstones")
    op.drop_table("queue_states")
    op.drop_table("schedules")
    op.drop_table("job_rollups")
    with op.batch_alter_table("effects", schema=None) as batch_op:
        batch_op.drop_index("uq_effects_chain")
        batch_op.drop_index("ix_effects_subject")
        batch_op.drop_index("ix_effects_project")
        batch_op.drop_index("ix_effects_job")
        batch_op.drop_index("ix_effects_actor")
        batch_op.drop_index("ix_effects_action")

    op.drop_table("effects")
    op.drop_table("effect_heads")
    with op.batch_alter_table("autoscaler_samples", schema=None) as batch_op:
        batch_op.drop_index("ix_autoscaler_samples_queue")
        batch_op.drop_index("ix_autoscaler_samples_at")

    op.drop_table("autoscaler_samples")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function refuse_effect_change()")
