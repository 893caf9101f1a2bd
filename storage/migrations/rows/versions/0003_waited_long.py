"""Words that waited long, and what their author chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waited_long",
        sa.Column("contribution_id", sa.String(length=32), nullable=False),
        sa.Column("choose_by", sa.Date(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["contribution_id"], ["contributions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("contribution_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("waited_long")
