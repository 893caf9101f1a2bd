"""Which side of a line practitioners tell of, and which the voices that champions carry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lines", sa.Column("apart", sa.String(120), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("lines", "apart")
