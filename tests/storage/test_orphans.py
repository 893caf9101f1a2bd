"""Keys and records that lost each other are found, named and swept, and nothing else is touched."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from storage import (
    Database,
    SealingError,
    addresses,
    contributions,
    orphans,
    outgoing,
    partnerships,
    people,
    return_addresses,
    set_aside,
)
from storage.models import Contribution
from storage.sealing import record_key_id

DAY = date(2026, 9, 7)
NOW = datetime(2026, 9, 7, 10, 0, tzinfo=UTC)


def filled(database: Database, reflections: int = 1) -> list[str]:
    """One of everything that is sealed, each by the function that really seals it."""
    with database.writing() as session:
        partnerships.put(session, id="n", name="N", settings={}, codebook="", prompts="")
        person = people.enrol(session, name="Bea", email="bea@example.org")
        address = addresses.Address("slack", "T", "U")
        addresses.keep(session, person=person, address=address, on=DAY)
        spoken = contributions.Kept(kind="reflection", voice="practitioner")
        ids = []
        for n in range(reflections):
            id = contributions.keep(session, partnership="n", words=f"w{n}", kept=spoken, on=DAY)
            return_addresses.keep(
                session,
                partnership="n",
                contribution=id,
                address=return_addresses.Address(person),
            )
            ids.append(id)
        set_aside.put(session, partnership="n", words="d", route="danger", on=DAY, next_read=NOW)
        intent = outgoing.Intent("nudge", person, "person", "o", {}, NOW)
        outgoing.intend(session, "n", [intent])
    return ids


def test_every_sealed_column_is_known_to_the_sweep() -> None:
    assert orphans.sealed_columns() == orphans.SEALED.keys()


def test_nothing_is_swept_where_all_is_whole(database: Database) -> None:
    filled(database)
    with database.writing() as session:
        found = orphans.sweep(session)
    assert found == orphans.Found(0, {})
    assert found.sentences == ()
    with database.key_engine.connect() as keys:
        assert keys.execute(text("SELECT count(*) FROM record_keys")).scalar() == 6


def test_a_key_whose_row_never_came_is_swept_and_named(database: Database) -> None:
    [id] = filled(database)
    with database.writing() as session:
        session.seal("words", "n", "a-crash-came-before-the-row", "w")
    with database.writing() as session:
        found = orphans.sweep(session)
    assert found.sentences == ("Swept: data keys without a record: 1.",)
    with database.writing() as session:
        assert orphans.sweep(session).keys == 0
        assert contributions.words(session, session.get_one(Contribution, id)) == "w0"


def test_a_record_that_a_backup_brought_back_after_its_erasure_is_swept(
    database: Database,
) -> None:
    erased, kept = filled(database, 2)
    with database.writing() as session:
        session.destroy_key("words", erased)  # its row is back, its key is not
    with database.writing() as session:
        found = orphans.sweep(session)
    assert found.records == {"contributions": 1}
    with database.reading() as session:
        assert session.get(Contribution, erased) is None
        assert return_addresses.of(session, erased) is None
        assert session.get(Contribution, kept) is not None


def test_another_days_key_store_is_refused_and_nothing_is_touched(database: Database) -> None:
    ids = filled(database, 30)
    with database.writing() as session:
        for id in ids[:16]:
            session.destroy_key("words", id)
        session.seal("words", "n", "stray", "w")
    with pytest.raises(SealingError, match="16 of 30"), database.writing() as session:
        orphans.sweep(session)
    with database.reading() as session:
        assert all(session.get(Contribution, id) for id in ids)
        assert session.open("words", "n", "stray", session.seal("words", "n", "stray", "w")) == "w"


def test_a_person_without_a_key_means_the_wrong_key_store(database: Database) -> None:
    filled(database)
    with database.writing() as session:
        person = people.enrol(session, name="Bea", email="bea@example.org")
    with database.writing() as session:
        session.destroy_key("people", person)
    with pytest.raises(SealingError, match="key store"), database.writing() as session:
        orphans.sweep(session)


def test_a_row_is_locked_before_its_key_can_be_seen_without_it(database: Database) -> None:
    """The sweep waits for writers; so a key in the store always has its row in sight or in a lock."""
    seen: list[bool] = []
    with database.writing() as session:
        partnerships.put(session, id="n", name="N", settings={}, codebook="", prompts="")
        sealed = session.seal("words", "n", "c1", "w")
        row = Contribution(
            id="c1",
            partnership_id="n",
            kind="reflection",
            voice="practitioner",
            rendering="",
            age_band="",
            prompt_id="",
            prevention_level="",
            network_level="",
            transition="",
            stance="",
            agreed_to="",
            agreement_by="",
            on_date=DAY,
            state="waiting",
            sealed_words=sealed,
        )
        session.add(row)
        session.write_keys()
        seen.append(row in session.new)
        name = record_key_id(session.keyring, "words", "c1")
    assert seen == [False], "the row was still unwritten when its key was in the store"
    with database.key_engine.connect() as keys:
        found = keys.execute(text("SELECT record_id FROM record_keys")).scalars().all()
    assert name in found
