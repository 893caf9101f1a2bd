"""Many people go at once: in statements for hundreds of them, and not in a dozen for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import delete, event, func, select

from storage import Database, Session, addresses, leaving, partnerships, people
from storage.models import Person, RecordKey, Seat
from storage.parting import ending

TODAY = date(2026, 9, 7)


def seat(session: Session, side: str, person: str) -> None:
    people.seat(
        session, partnership=side, person=person, role="practitioner", agency="health", on=TODAY
    )


def begun(database: Database, how_many: int, side: str) -> list[str]:
    """So many people, each with a name, a mail address, one of Slack, choices and a seat."""
    made = []
    with database.writing() as session:
        partnerships.put(session, id=side, name=side, settings={}, codebook="", prompts="")
        for number in range(how_many):
            id = people.enrol(session, name=f"P{number}", email=f"p{number}@{side}.example")
            there = addresses.Address("slack", f"T1/{side}", f"U{number}", f"D{number}")
            addresses.keep(session, person=id, address=there, on=TODAY)
            seat(session, side, id)
            people.preference(session, id, side)
            addresses.choose(session, id, side, "mail")
            made.append(id)
    return made


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Every statement that the rows are sent meanwhile."""
    said: list[str] = []

    def tell(*happened: object) -> None:
        said.append(str(happened[2]))

    event.listen(database.engine, "before_cursor_execute", tell)
    yield said
    event.remove(database.engine, "before_cursor_execute", tell)


def keys(database: Database) -> int:
    with database.key_engine.connect() as store:
        return store.scalar(select(func.count()).select_from(RecordKey)) or 0


def test_a_partnership_of_many_ends_in_as_many_statements_as_one_of_three(
    database: Database,
) -> None:
    begun(database, 3, "northport")
    both = begun(database, 60, "wolds")[:2]
    with database.writing() as session:
        partnerships.put(session, id="fens", name="Fens", settings={}, codebook="", prompts="")
        for person in both:
            seat(session, "fens", person)
    before, taken = keys(database), {}
    for side in ("northport", "wolds"):
        with counted(database) as said, database.writing() as session:
            found = ending.delete_all(session, side, on=TODAY)
        taken[side] = len(said)
        with database.writing() as session:
            assert ending.left(session, side, found.keys) == {}
    assert taken["northport"] == taken["wolds"], "not one statement more for each person"
    with database.reading() as session:
        assert set(session.scalars(select(Person.id))) == set(both), "who serves another stays"
        assert people.known(session, both[0]).name == "P0"
        assert addresses.preferred(session, both[0], "fens", frozenset({"slack"})) is not None
    assert before - keys(database) == 2 * (3 + 58), "a person's key and their address's go together"


def test_many_whom_nothing_holds_are_forgotten_in_as_many_statements_as_three(
    database: Database,
) -> None:
    taken = []
    for side, number in (("northport", 3), ("wolds", 60)):
        begun(database, number, side)
        with database.writing() as session:
            session.execute(delete(Seat))
        with counted(database) as said, database.writing() as session:
            leaving.forget_unseated(session)
        taken.append(len(said))
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Person)) == 0
    assert taken[0] == taken[1]
    assert keys(database) == 0
