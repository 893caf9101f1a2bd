"""How many people a round asked, and whether most of them stayed silent: then fewer questions go out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rounds", sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("rounds", sa.Column("quiet", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("rounds", "quiet")
    op.drop_column("rounds", "asked")
