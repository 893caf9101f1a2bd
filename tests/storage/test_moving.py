"""Moving from the file to PostgreSQL: every row, the same to the byte, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import Database, contributions, moving, partnerships
from storage.models import Contribution
from tests import databases

ROWS = moving.AT_ONCE + 100  # more than one batch
KEPT = contributions.Kept(kind="reflection", voice="practitioner")


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Database]:
    database = databases.sqlite(tmp_path)
    with database.writing() as session:
        partnerships.put(session, id="n", name="N", settings={"k": 5}, codebook="", prompts="é")
        for number in range(ROWS):
            words = f"the late bus {number}"
            day = date(2026, 9, 7)
            contributions.keep(session, partnership="n", words=words, kept=KEPT, on=day)
    yield database
    database.close()


@pytest.fixture
def target(tmp_path: Path, postgres_socket: str, source: Database) -> Iterator[Database]:
    folder = tmp_path / "new"
    folder.mkdir()
    database = databases.postgres(folder, postgres_socket)
    database.keyring = source.keyring
    yield database
    database.close()


def test_every_row_arrives_and_opens(source: Database, target: Database) -> None:
    copied = {one.table: one.rows for one in moving.copy(source, target)}
    assert copied["contributions"] == ROWS
    assert copied["record_keys"] == ROWS
    with target.reading() as session:
        words = {contributions.words(session, row) for row in session.query(Contribution)}
    assert words == {f"the late bus {number}" for number in range(ROWS)}


def test_nothing_is_copied_over_something(source: Database, target: Database) -> None:
    with target.writing() as session:
        partnerships.put(session, id="n", name="N", settings={}, codebook="", prompts="")
    with pytest.raises(moving.NotEmptyError):
        moving.copy(source, target)


def test_a_row_that_changed_on_the_way_is_found(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = moving._digest

    def meddle(table: object, engine: object) -> moving.Copied:
        if engine is target.engine and str(table) == "contributions":
            with target.writing() as session:
                session.execute(text("UPDATE contributions SET state = 'shown' WHERE id < '1'"))
        return whole(table, engine)  # type: ignore[arg-type]

    monkeypatch.setattr(moving, "_digest", meddle)
    with pytest.raises(moving.NotTheSameError):
        moving.copy(source, target)
