"""A partnership's own texts in numbered versions, and whether its words are being read again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "partnerships", sa.Column("wording", sa.String(), nullable=False, server_default="")
    )
    op.add_column("partnerships", sa.Column("read_again_since", sa.Date(), nullable=True))
    op.create_table(
        "text_versions",
        sa.Column("partnership_id", sa.String(32), nullable=False),
        sa.Column("document", sa.String(120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("why", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"]),
        sa.PrimaryKeyConstraint("partnership_id", "document", "number"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("text_versions")
    op.drop_column("partnerships", "read_again_since")
    op.drop_column("partnerships", "wording")
