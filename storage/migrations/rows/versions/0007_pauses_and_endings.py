"""When an answer stopped standing, and pauses that the strategic group calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("commitments", sa.Column("ended_on", sa.Date(), nullable=True))
    op.create_table(
        "pauses",
        sa.Column("partnership_id", sa.String(length=32), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"]),
        sa.PrimaryKeyConstraint("partnership_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("pauses")
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_column("ended_on")
