"""What waits, as the release looks at it, without a look at the rows that hold the words."""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

OLD = ["partnership_id", "state"]
NEW = [*OLD, "coded_with", "kind"]


def upgrade() -> None:
    op.drop_index("ix_contributions_state", "contributions")
    op.create_index("ix_contributions_waiting", "contributions", NEW)


def downgrade() -> None:
    op.drop_index("ix_contributions_waiting", "contributions")
    op.create_index("ix_contributions_state", "contributions", OLD)
