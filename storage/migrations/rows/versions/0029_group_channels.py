"""The channels to which each digest of a strategic group is posted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_channels",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("partnership_id", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(120), nullable=False),
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tag"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_group_channels_partnership_id"), "group_channels", ["partnership_id"])


def downgrade() -> None:
    op.drop_table("group_channels")
