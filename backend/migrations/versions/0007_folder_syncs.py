"""Let a project without a repository elsewhere get its contents from people's folders.

Going back: see downgrade(). Mirrors that came from folders stay on disk, but nothing knows of them any more.
"""

import sqlalchemy as sa
from alembic import op
from app.models.base import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("repo_mirrors") as mirrors:
        mirrors.alter_column("remote_url", existing_type=sa.String(length=2000), nullable=True)
    op.create_table(
        "folder_syncs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("base_commit", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=True),
        sa.Column("author_email", sa.String(length=320), nullable=True),
        sa.Column("commit", sa.String(length=64), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("status in ('open', 'committing', 'done', 'replaced')", name=op.f("ck_folder_syncs_status")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_folder_syncs_project_id_projects"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_folder_syncs_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folder_syncs")),
    )
    op.create_index("ix_folder_syncs_user", "folder_syncs", ["user_id", "status"])
    op.create_index("ix_folder_syncs_project", "folder_syncs", ["project_id", "id"])
    op.create_index("ix_folder_syncs_job", "folder_syncs", ["job_id"])


def downgrade() -> None:
    op.drop_table("folder_syncs")
    op.execute("delete from repo_mirrors where remote_url is null")
    with op.batch_alter_table("repo_mirrors") as mirrors:
        mirrors.alter_column("remote_url", existing_type=sa.String(length=2000), nullable=False)
