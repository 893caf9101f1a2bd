"""Which master key wraps each data key, keys that outlive a rotation, and the names of destroyed keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "record_keys",
        sa.Column("master", sa.String(length=16), nullable=False, server_default=""),
    )
    op.add_column("record_keys", sa.Column("before", sa.LargeBinary(), nullable=True))
    op.create_table(
        "carried_keys",
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("master", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("purpose"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tombstones",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("record_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("tombstones")
    op.drop_table("carried_keys")
    with op.batch_alter_table("record_keys", schema=None) as batch_op:
        batch_op.drop_column("before")
        batch_op.drop_column("master")
