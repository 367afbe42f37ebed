"""Let a bundle say what it was made of, a project how its previews are built, and a person what he opened last.

Going back: see downgrade(). Bundles stay and can be downloaded; what they were made of is in their metadata.json too.
"""

import sqlalchemy as sa
from alembic import op
from app.models.base import Json, UtcDateTime

revision = "0006"
down_revision = "0005"

_BUNDLE_COLUMNS = (
    sa.Column("platform", sa.String(length=20), nullable=True),
    sa.Column("source", sa.String(length=10), nullable=True),
    sa.Column("input_key", sa.String(length=64), nullable=True),
    sa.Column("content_sha256", sa.String(length=64), nullable=True),
    sa.Column("commit", sa.String(length=64), nullable=True),
    sa.Column("facts", Json, nullable=True),
    sa.Column("boot", Json, nullable=True),
    sa.Column("evidence_key", sa.String(length=300), nullable=True),
)


def upgrade() -> None:
    op.add_column("preview_sessions", sa.Column("options", Json, nullable=True))
    for column in _BUNDLE_COLUMNS:
        op.add_column("preview_bundles", column)
    op.create_index("ix_preview_bundles_input", "preview_bundles", ["project_id", "input_key"])
    op.create_table(
        "preview_settings",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("environment", Json, nullable=False),
        sa.Column("allow_scripts", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_preview_settings_project_id_projects"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_preview_settings")),
    )
    op.create_table(
        "preview_opens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_preview_opens_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_preview_opens_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_opens")),
        sa.UniqueConstraint("user_id", "job_id", name=op.f("uq_preview_opens_user_id_job_id")),
    )
    op.create_index("ix_preview_opens_last", "preview_opens", ["user_id", "project_id", "platform", "opened_at"])


def downgrade() -> None:
    op.drop_table("preview_opens")
    op.drop_table("preview_settings")
    op.drop_index("ix_preview_bundles_input", table_name="preview_bundles")
    for column in reversed(_BUNDLE_COLUMNS):
        op.drop_column("preview_bundles", column.name)
    op.drop_column("preview_sessions", "options")
