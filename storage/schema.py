"""Which version of the tables a database has, asked without changing anything."""

from __future__ import annotations

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import MIGRATIONS, Database


def is_newest(database: Database) -> bool:
    """Whether the tables of the rows and of the keys are the newest."""
    for engine, branch in ((database.engine, "rows"), (database.key_engine, "keys")):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS / branch))
        with engine.connect() as connection:
            there = MigrationContext.configure(connection).get_current_revision()
        if there != ScriptDirectory.from_config(config).get_current_head():
            return False
    return True


def newest() -> str:
    """The newest version of the tables of the rows that this code knows."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS / "rows"))
    return ScriptDirectory.from_config(config).get_current_head() or ""
