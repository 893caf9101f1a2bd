"""Addresses, channels, budgets, and what a sender needs to know about a message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("platform", sa.String(length=120), nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tag"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_addresses_person_id", "addresses", ["person_id"])
    op.create_table(
        "channels",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("partnership_id", sa.String(length=32), nullable=False),
        sa.Column("choice", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"]),
        sa.PrimaryKeyConstraint("person_id", "partnership_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "buckets",
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("free_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
        sqlite_with_rowid=False,
    )
    for column in (
        sa.Column("rank", sa.Integer(), nullable=False, server_default="5"),
        sa.Column("platform", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("account_tag", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lease", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("lease_until", sa.Float(), nullable=True),
        sa.Column("maybe_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
    ):
        op.add_column("outbox", column)
