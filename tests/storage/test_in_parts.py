"""Ids in parts that one statement may name: each once, none left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import event

from storage import Database, contributions, counting
from storage.counting import of
from storage.models import CountingTag
from storage.statements import AT_ONCE, in_parts
from tests import databases


def test_every_id_is_in_one_part_and_no_part_is_too_long() -> None:
    ids = [f"{n:032x}" for n in range(2 * AT_ONCE + 7)]
    parts = list(in_parts([*ids, *ids]))
    assert [len(part) for part in parts] == [AT_ONCE, AT_ONCE, 7]
    assert [id for part in parts for id in part] == ids
    assert list(in_parts([])) == []


def test_tags_are_found_for_more_than_one_part_and_for_nobody_else(database: Database) -> None:
    ids = [f"{n:032x}" for n in range(AT_ONCE + 3)]
    with database.writing() as session:
        session.add_all(
            CountingTag(
                contribution_id=id,
                partnership_id="northport",
                person_tag="p",
                agency_tag="a",
                voices=2,
            )
            for id in ids
        )
    with database.reading() as session:
        found = of(session, "northport", ids[1:])
        assert set(found) == set(ids[1:])
        assert found[ids[1]].voices == 2
        assert of(session, "wolds", ids) == {}


def test_a_few_are_looked_up_by_themselves_however_many_a_partnership_holds(
    tmp_path: Path,
) -> None:
    """Without a hint SQLite reads every contribution of the partnership for one id."""
    database = databases.sqlite(tmp_path)
    asked: list[tuple[str, Any]] = []

    def see(_conn: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT contributions."):
            asked.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", see)
    with database.reading() as session:
        contributions.those(session, "northport", ["a", "b"])
        list(counting.those(session, "northport", ["a", "b"]))
        list(counting.behind(session, "northport", "a line"))
        list(counting.under(session, "northport", ["a_theme"]))
        assert len(asked) == 4
        for statement, values in asked:
            steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            first = next(iter(steps))[3]
            assert first.startswith("SEARCH contributions USING PRIMARY KEY"), first
    database.close()
