"""When somebody's request was given longer, and why: they are told both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("extended_on", sa.Date(), nullable=True))
    op.add_column(
        "requests",
        sa.Column("extended_why", sa.String(120), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("requests", "extended_why")
    op.drop_column("requests", "extended_on")
