"""Join links, how often somebody asked to come in, where a link lands, and moved rounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "join_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("partnership_id", sa.String(length=32), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("domain", sa.String(length=120), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tag"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_join_links_partnership_id", "join_links", ["partnership_id"])
    op.create_table(
        "entry_tries",
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "round_changes",
        sa.Column("partnership_id", sa.String(length=32), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("moved_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"]),
        sa.PrimaryKeyConstraint("partnership_id", "planned_on"),
        sqlite_with_rowid=False,
    )
    for column in (
        sa.Column("lands_on", sa.String(length=120), nullable=False, server_default="/home"),
        sa.Column("own_only", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("joins", sa.String(length=32), nullable=False, server_default=""),
    ):
        op.add_column("sign_in_links", column)
    op.add_column(
        "web_sessions",
        sa.Column("own_only", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
