"""Which sender has an account whose platform's limit is strict, and until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "buckets", sa.Column("holder", sa.String(length=120), nullable=False, server_default="")
    )
    op.add_column(
        "buckets", sa.Column("held_until", sa.Float(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    op.drop_column("buckets", "held_until")
    op.drop_column("buckets", "holder")
