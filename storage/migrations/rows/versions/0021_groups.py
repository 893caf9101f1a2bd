"""Task-and-finish groups, and meetings that stop, merge or get shorter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_groups",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("partnership_id", sa.String(length=32), nullable=False),
        sa.Column("commitment_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("remit", sa.String(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=120), nullable=False),
        sa.Column("set_up_on", sa.Date(), nullable=False),
        sa.Column("report_id", sa.String(length=32), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"]),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitments.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_task_groups_commitment_id", "task_groups", ["commitment_id"])
    op.create_index("ix_task_groups_partnership_id", "task_groups", ["partnership_id"])
    op.create_table(
        "task_group_members",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["task_groups.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("group_id", "person_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meeting_changes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("partnership_id", sa.String(length=32), nullable=False),
        sa.Column("meeting", sa.String(length=120), nullable=False),
        sa.Column("change", sa.String(length=120), nullable=False),
        sa.Column("into", sa.String(length=120), nullable=False),
        sa.Column("minutes_a_month", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=120), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnerships.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_meeting_changes_partnership_id", "meeting_changes", ["partnership_id"])


def downgrade() -> None:
    op.drop_table("meeting_changes")
    op.drop_table("task_group_members")
    op.drop_table("task_groups")
