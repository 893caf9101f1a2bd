"""A database with a whole loop in it, made by each past version, comes up to date and all of it opens.

`past/NNNN.json` is every row and key that the code of that revision wrote while a story was played:
prompts, reflections, relays, something set aside, a digest, an answer and an opinion, with the key file.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, inspect, select

from bot.demo.cast import settings_of
from handlers import permissions, views
from handlers.messages import Actor
from storage import (
    Database,
    Keyring,
    contributions,
    orphans,
    partnerships,
    people,
    receipts,
    return_addresses,
    set_aside,
)
from storage.models import Contribution, KeyRows, Person, Rows, SetAside
from storage.schema import MIGRATIONS
from tests import databases
from tests.story import Story, read

PAST = sorted((Path(__file__).parent / "past").glob("*.json"))


def upgrade(engine: Engine, branch: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS / branch))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def fill(engine: Engine, tables: Mapping[str, list[dict[str, Any]]]) -> None:
    """Insert the rows as they were, into the tables as that revision made them."""
    shape = MetaData()
    shape.reflect(engine)
    with engine.begin() as connection:
        for table in shape.sorted_tables:
            if rows := tables.get(table.name):
                typed = [{k: value(v, table.c[k].type) for k, v in row.items()} for row in rows]
                connection.execute(table.insert(), typed)


def value(kept: Any, kind: Any) -> Any:
    if isinstance(kept, dict) and kept.keys() == {"bytes"}:
        return base64.b64decode(kept["bytes"])
    if isinstance(kept, str) and kind.python_type is datetime:
        return datetime.fromisoformat(kept)
    if isinstance(kept, str) and kind.python_type is date:
        return date.fromisoformat(kept)
    if kind.python_type is bool and kept is not None:
        return bool(kept)
    return kept


@pytest.fixture(params=PAST, ids=lambda path: path.stem)
def past(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.param.read_text("utf-8"))
    first, *others = found["rows"]["partnerships"]
    for other in others:
        for column in ("codebook", "prompts"):
            if other[column] == {"same_as_first": column}:
                other[column] = first[column]
    return found | {"revision": request.param.stem}


@pytest.fixture(params=["sqlite", "postgres"])
def migrated(
    request: pytest.FixtureRequest, tmp_path: Path, past: dict[str, Any]
) -> Iterator[Database]:
    """A database of the past, filled as it was then, and brought up to date."""
    key_file = tmp_path / "past.key"
    key_file.touch(0o600)
    key_file.write_text(past["master_key"] + "\n", encoding="ascii")
    keyring = Keyring.load(key_file)
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path}/rows.db", f"sqlite:///{tmp_path}/k.db", keyring)
    else:
        socket = request.getfixturevalue("postgres_socket")
        made = databases.postgres(tmp_path, socket, migrate=False)
        made.keyring = keyring
    upgrade(made.engine, "rows", past["revision"])
    upgrade(made.key_engine, "keys", "0001")
    fill(made.engine, past["rows"])
    fill(made.key_engine, past["keys"])
    made.migrate()
    yield made
    made.close()


def test_a_populated_database_ends_where_the_models_are(migrated: Database) -> None:
    for engine, models in ((migrated.engine, Rows), (migrated.key_engine, KeyRows)):
        found = inspect(engine)
        for table in models.metadata.sorted_tables:
            columns = {column["name"] for column in found.get_columns(table.name)}
            assert columns == set(table.columns.keys()), table.name


def test_not_one_row_is_lost_on_the_way(migrated: Database, past: dict[str, Any]) -> None:
    shape = MetaData()
    shape.reflect(migrated.engine)
    with migrated.engine.connect() as connection:
        for table, rows in past["rows"].items():
            kept = connection.execute(select(shape.tables[table])).all()
            assert len(kept) == len(rows), table


def test_every_sealed_record_of_the_past_still_opens(migrated: Database) -> None:
    with migrated.writing() as session:
        heard = [contributions.words(session, row) for row in session.scalars(select(Contribution))]
        assert len(heard) == 12
        assert any("bus station" in words for words in heard)
        [aside] = session.scalars(select(SetAside)).all()
        assert "waits for her" in set_aside.words(session, aside)
        assert all(people.known(session, id).name for id in session.scalars(select(Person.id)))
        ids = session.scalars(select(Contribution.id))
        assert all(return_addresses.of(session, id) for id in ids)
        assert orphans.sweep(session) == orphans.Found(0, {})


def test_the_loop_goes_on_where_it_was(migrated: Database, past: dict[str, Any]) -> None:
    """The people of the past read their pages, and do the next thing, on today's code."""
    story = Story.__new__(Story)
    story.database, story.step, story.actors = migrated, 10_000, {}
    story.now = datetime.fromisoformat(past["now"])
    with migrated.writing() as session:  # as every start does, with the settings file of the day
        for row in partnerships.every(session):
            partnerships.put(
                session,
                id=row.id,
                name=row.name,
                settings=settings_of(row.id),
                codebook=row.codebook,
                prompts=row.prompts,
            )
    member = Actor("no-strategic_member", "northport", frozenset({permissions.MEMBER}), "health")
    kit = Actor("no-Kit", "northport", frozenset({"practitioner", "champion"}), "youth_justice")
    bea = Actor("no-Bea", "northport", frozenset({"practitioner"}), "housing")
    with migrated.writing() as session:
        page = views.digest(session, member)
        assert page is not None
        assert page.lines
        home = views.home(session, kit, now=story.now)
        assert len(home["champion"]["returns"]) == 1
        assert views.thread(session, kit, now=story.now)
        assert receipts.tries(session, "northport", "no-Wen", date(2026, 9, 7)) == 1
    assert "rang me twice" in read(story.does(bea, "my_words"))
    assert story.does(kit, "told", return_id=home["champion"]["returns"][0]["return_id"]).name == (
        "told"
    )
    story.clock("tick_keeping")
    story.later(days=7)
    story.clock("tick_draft")
    assert story.does(bea, "reflect", words="the late bus again").name == "receipt"
