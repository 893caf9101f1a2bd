"""What people say of a first contact: that it came as help, or already as a police or court matter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "contributions",
        sa.Column("first_contact", sa.String(120), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("contributions", "first_contact")
