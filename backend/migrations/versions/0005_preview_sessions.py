"""Let a preview session say what it is of: a ref, a development server, and the job that makes its bundle.

Going back: see downgrade(). Sessions live for minutes, so nothing that lasts is lost by it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("preview_sessions", sa.Column("git_ref", sa.String(length=255), nullable=True))
    op.add_column("preview_sessions", sa.Column("dev_url", sa.String(length=500), nullable=True))
    op.add_column("preview_sessions", sa.Column("job_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    for column in ("job_id", "dev_url", "git_ref"):
        op.drop_column("preview_sessions", column)
