"""Words are sealed to their place, and gone once their data key is destroyed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from storage import (
    Database,
    Erased,
    Keyring,
    SealingError,
    contributions,
    counting,
    return_addresses,
)
from storage.models import Contribution, KeyRows, Rows

KEPT = contributions.Kept(kind="reflection", voice="practitioner")
DAY = date(2026, 9, 7)


def keep(database: Database, words: str, person: str = "p1") -> str:
    with database.writing() as session:
        from storage import partnerships

        partnerships.put(session, id="n", name="N", settings={}, codebook="", prompts="")
        id = contributions.keep(session, partnership="n", words=words, kept=KEPT, on=DAY)
        counting.tag(
            session, partnership="n", contribution=id, person=person, agency="health", voices=1
        )
        return_addresses.keep(
            session, partnership="n", contribution=id, address=return_addresses.Address(person)
        )
    return id


def test_kept_words_open_again_in_another_session(database: Database) -> None:
    id = keep(database, "the late bus")
    with database.reading() as session:
        row = session.get_one(Contribution, id)
        assert contributions.words(session, row) == "the late bus"
        assert return_addresses.of(session, id) == return_addresses.Address("p1")


def test_a_destroyed_key_leaves_nothing_to_open(database: Database) -> None:
    id = keep(database, "the late bus")
    with database.writing() as session:
        row = session.get_one(Contribution, id)
        sealed = row.sealed_words
        contributions.forget(session, row)
    with database.reading() as session:
        assert session.get(Contribution, id) is None
        with pytest.raises(Erased):
            session.open("words", "n", id, sealed)


def test_a_sealed_text_does_not_open_in_another_partnership(database: Database) -> None:
    id = keep(database, "the late bus")
    with database.reading() as session, pytest.raises(SealingError):
        session.open("words", "w", id, session.get_one(Contribution, id).sealed_words)


def test_a_rolled_back_handler_leaves_neither_row_nor_key(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        session.seal("words", "n", "r1", "gone")
        raise RuntimeError
    with database.key_engine.connect() as keys:
        assert keys.execute(text("SELECT count(*) FROM record_keys")).scalar() == 0


def test_another_master_key_opens_nothing(tmp_path: Path, database: Database) -> None:
    id = keep(database, "the late bus")
    database.keyring = Keyring.create(tmp_path / "other" / "master.key")
    with database.reading() as session:
        row = session.get_one(Contribution, id)
        with pytest.raises(SealingError):
            contributions.words(session, row)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    Keyring.create(path)
    path.chmod(0o644)
    with pytest.raises(SealingError, match="read by others"):
        Keyring.load(path)


def test_a_new_key_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    Keyring.create(tmp_path / "master.key")
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600


def test_migrations_end_where_the_models_are(database: Database) -> None:
    for engine, models in ((database.engine, Rows), (database.key_engine, KeyRows)):
        found = inspect(engine)
        for table in models.metadata.sorted_tables:
            columns = {column["name"] for column in found.get_columns(table.name)}
            assert columns == set(table.columns.keys()), table.name


def test_a_dump_sorted_any_way_joins_nobody_to_words(database: Database) -> None:
    """No value outside the contribution's own row leads from a person to a contribution."""
    people = {f"person-{n}": keep(database, f"words {n}", f"person-{n}") for n in range(12)}
    with database.engine.connect() as rows:
        for table in Rows.metadata.sorted_tables:
            for row in rows.execute(table.select()).mappings():
                seen = " ".join(v.hex() if isinstance(v, bytes) else str(v) for v in row.values())
                assert not any(person in seen for person in people), table.name
                assert "words 1" not in seen
        ids = [row[0] for row in rows.execute(text("SELECT id FROM contributions"))]
    assert set(ids) == set(people.values())
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as rows, pytest.raises(Exception, match="rowid"):
            rows.execute(text("SELECT rowid FROM contributions"))
