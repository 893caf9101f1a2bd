"""Accounts with an OpenID provider, ways there and back, and since when and where somebody is signed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "openid_accounts",
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("partnership_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("provider", sa.String(length=120), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag", "partnership_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_openid_accounts_person_id", "openid_accounts", ["person_id"])
    op.create_table(
        "openid_tries",
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=120), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("lands_on", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("partnership_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
        sqlite_with_rowid=False,
    )
    # Whoever is signed in now signs in once more: nobody knows since when they were.
    long_ago = sa.text("'2000-01-01 00:00:00'")
    op.add_column(
        "web_sessions",
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False, server_default=long_ago),
    )
    op.add_column(
        "web_sessions",
        sa.Column("browser", sa.String(length=120), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("web_sessions", "browser")
    op.drop_column("web_sessions", "began_at")
    op.drop_table("openid_tries")
    op.drop_table("openid_accounts")
