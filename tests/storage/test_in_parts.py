"""Ids in parts that one statement may name: each once, none left out."""

from __future__ import annotations

from storage import Database
from storage.counting import of
from storage.models import CountingTag
from storage.statements import AT_ONCE, in_parts


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
