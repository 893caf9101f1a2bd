"""Neighbours: agreements, shared lines, and themes that came signed from elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "neighbours",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("partnership_id", sa.String(length=32), nullable=False),
        sa.Column("other_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_neighbours_partnership_id", "neighbours", ["partnership_id"])
    op.create_table(
        "line_shares",
        sa.Column("line_id", sa.String(length=32), nullable=False),
        sa.Column("neighbour_id", sa.String(length=32), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"]),
        sa.ForeignKeyConstraint(["neighbour_id"], ["neighbours.id"]),
        sa.PrimaryKeyConstraint("line_id", "neighbour_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "neighbour_themes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("neighbour_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["neighbour_id"], ["neighbours.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("neighbour_id", "subject"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_neighbour_themes_neighbour_id", "neighbour_themes", ["neighbour_id"])


def downgrade() -> None:
    op.drop_table("neighbour_themes")
    op.drop_table("line_shares")
    op.drop_table("neighbours")
