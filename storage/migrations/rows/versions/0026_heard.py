"""Of which kinds of voice and communities enough was heard, with each digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("digests", sa.Column("heard", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("digests", "heard")
