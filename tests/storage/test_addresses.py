"""Where people can be reached: found by tag, kept sealed, chosen by themselves, and forgotten."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from storage import Database, Session, addresses, partnerships, people
from storage.addresses import Address
from storage.models import PersonAddress

DAY = date(2026, 9, 7)
SLACK = Address("slack", "T1", "U-MEMBER-1", "D1")
TEAMS = Address("teams", "tenant/app", "29:x", "a:1")
EVERY = frozenset({"slack", "teams", "mail"})


def somebody(session: Session, name: str = "Ana", email: str = "") -> str:
    partnerships.put(session, id="n", name="N", settings={}, codebook="", prompts="")
    return people.enrol(session, name=name, email=email)


def test_an_address_finds_its_person_and_stands_nowhere_in_the_clear(database: Database) -> None:
    with database.writing() as session:
        person = somebody(session)
        id = addresses.keep(session, person=person, address=SLACK, on=DAY)
    with database.reading() as session:
        assert addresses.who(session, "slack", "T1", "U-MEMBER-1") == person
        assert addresses.who(session, "slack", "T2", "U-MEMBER-1") is None
        assert addresses.of(session, person) == [(id, SLACK)]
        row = session.scalars(select(PersonAddress)).one()
        assert b"U-MEMBER-1" not in row.sealed
        assert "U-MEMBER-1" not in row.tag


def test_the_same_address_keeps_its_id_and_learns_its_conversation(database: Database) -> None:
    with database.writing() as session:
        person = somebody(session)
        first = addresses.keep(
            session, person=person, address=Address("slack", "T1", "U-MEMBER-1"), on=DAY
        )
        assert addresses.keep(session, person=person, address=SLACK, on=DAY) == first
        assert addresses.of(session, person) == [(first, SLACK)]


def test_an_address_of_somebody_else_does_not_move(database: Database) -> None:
    with database.writing() as session:
        addresses.keep(session, person=somebody(session), address=SLACK, on=DAY)
        with pytest.raises(addresses.AddressTakenError):
            addresses.keep(session, person=somebody(session, "Ben"), address=SLACK, on=DAY)


def test_a_choice_comes_before_chat_and_chat_before_mail(database: Database) -> None:
    with database.writing() as session:
        person = somebody(session, email="ana@housing.example")
        mail = Address("mail", "", "ana@housing.example")
        assert addresses.preferred(session, person, "n", EVERY) == mail
        assert addresses.preferred(session, person, "n", frozenset({"slack"})) is None
        addresses.keep(session, person=person, address=SLACK, on=DAY)
        assert addresses.preferred(session, person, "n", EVERY) == SLACK
        chosen = addresses.keep(session, person=person, address=TEAMS, on=date(2026, 9, 1))
        addresses.choose(session, person, "n", chosen)
        assert addresses.preferred(session, person, "n", EVERY) == TEAMS
        addresses.choose(session, person, "n", addresses.WEB)
        assert addresses.preferred(session, person, "n", EVERY) is None


def test_nobody_can_choose_an_address_of_somebody_else(database: Database) -> None:
    with database.writing() as session:
        other = addresses.keep(session, person=somebody(session), address=SLACK, on=DAY)
        ben = somebody(session, "Ben")
        with pytest.raises(LookupError):
            addresses.choose(session, ben, "n", other)


def test_what_is_forgotten_is_found_no_more(database: Database) -> None:
    with database.writing() as session:
        person = somebody(session)
        id = addresses.keep(session, person=person, address=SLACK, on=DAY)
        addresses.choose(session, person, "n", id)
    with database.writing() as session:
        addresses.forget_all(session, [person])
    with database.reading() as session:
        assert addresses.who(session, "slack", "T1", "U-MEMBER-1") is None
        assert addresses.preferred(session, person, "n", EVERY) is None
