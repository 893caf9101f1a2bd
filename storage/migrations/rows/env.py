"""Runs the migrations of the rows on the connection it is given."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from storage.models import Rows


def render(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Migrations name plain types, so that they never change with our own."""
    if kind == "type" and type(thing).__name__ == "UtcTime":
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Rows.metadata,
    render_as_batch=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
