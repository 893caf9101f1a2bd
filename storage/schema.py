"""The tables' versions: which there are, which a database has, and how it comes to another."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(branch: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS / branch))
    return config


@cache
def newest(branch: str = "rows") -> str:
    """The newest version of the tables of the rows, or of the keys, that this code knows."""
    return ScriptDirectory.from_config(_config(branch)).get_current_head() or ""


def is_newest(connection: Connection, branch: str) -> bool:
    """Whether these tables are the newest; asked without changing anything."""
    return MigrationContext.configure(connection).get_current_revision() == newest(branch)


def is_known(revision: str, branch: str) -> bool:
    """Whether this code has ever made such a version."""
    try:
        found = ScriptDirectory.from_config(_config(branch)).get_revision(revision or "none")
    except CommandError:
        return False
    return found is not None


def upgrade(connection: Connection, branch: str, revision: str = "head") -> None:
    """Bring the tables to this version, in the caller's transaction; quick when they have the newest."""
    if revision == "head" and is_newest(connection, branch):
        return
    config = _config(branch)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
