"""Which seat reads which guarded column: every page and every kind is tried, and the paper says the same."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from zlib import crc32

import pytest
from sqlalchemy import select

from bot.assurance import sight
from bot.web.app import Web, wall_clock
from handlers import permissions, router
from handlers.messages import Actor, Address, Incoming
from handlers.permissions import NotAllowedError
from storage import addresses, people, sign_in
from storage.models import Contribution, Line, Request, Rows
from storage.orphans import SEALED
from tests.bot.test_routes import addresses as routes
from tests.dialogues.test_loop import speak
from tests.handlers.test_roles import _field_names, _ids, may
from tests.story import Story, read
from tests.visiting import Visitor

GUARDED = "e7" * 16
MARKS = {
    "people.sealed_name": "Zephyrine",
    "people.sealed_email": "oakapple.example",
    "addresses.sealed": "UOAKAPPLE",
    "preferences.away_until": "March 2031",
    "contributions.sealed_words": "pocketful of lanterns",
    "set_aside.sealed_words": "waits for her outside every night",
    "requests.sealed_words": "read out in a team meeting",
    "requests.sealed_answer": "taken down since",
}
DANGER = "a girl told me today a man waits for her outside every night"
MORE = {"reason": "planned", "why": "complex", "find": "", "sure": "yes"}


class Enough(Exception):
    """What was looked at is not kept."""


@pytest.fixture
def filled(story: Story) -> Story:
    """Somebody with everything: a name, addresses, words, a complaint with its answer, time off."""
    guarded = Actor(GUARDED, "northport", frozenset({"practitioner", "champion"}), "housing")
    with story.database.writing() as session:
        name, mail = "Zephyrine Oakapple", "zephyrine@oakapple.example"
        people.enrol(session, name=name, email=mail, id=GUARDED)
        for role in guarded.roles:
            people.seat(
                session,
                partnership="northport",
                person=GUARDED,
                role=role,
                agency="housing",
                on=story.now.date(),
            )
        there = Address("slack", "T1/app", "UOAKAPPLE", "D1")
        addresses.keep(session, person=GUARDED, address=there, on=story.now.date())
    speak(story, 8)
    words = "The bus station at night would need a pocketful of lanterns."
    assert story.does(guarded, "reflect", words=words).name == "receipt"
    story.does(guarded, "reflect", words=DANGER)
    told = "My words were read out in a team meeting, with my name beside them."
    story.does(guarded, "complain_send", words=told, about="anything")
    officer = story.person("privacy_officer")
    [complaint] = ids_of(story, Request)
    story.does(officer, "complaint_answer", request=complaint, answer="It was taken down since.")
    asked = {"what": "access", "email": mail, "reference": "SAR-1", "choice": "record"}
    story.does(officer, "request_record", day=story.now.date().isoformat(), **asked)
    story.does(guarded, "away_set", until="2031-03-03")
    story.clock("tick_draft")
    return story


def ids_of(story: Story, table: type[Rows]) -> list[str]:
    with story.database.reading() as session:
        return list(session.scalars(select(table.id)))  # type: ignore[attr-defined]


def seen(story: Story, share: int) -> dict[str, set[str]]:
    """By column, the roles to which a value of it was shown, on any page or as an answer to any press."""
    ids = [GUARDED, *_ids(story), *ids_of(story, Request), *ids_of(story, Contribution)]
    named = _field_names()
    web = Web(story.database, clock=lambda: story.now, secure=False)
    pages = [path for method, path in routes(web) if method == "GET"]
    pages += [f"/desk/{GUARDED}", *(f"/lines?line={id}" for id in ids_of(story, Line))]
    found: dict[str, set[str]] = {column: set() for column in MARKS}

    def look(role: str, text: str) -> None:
        for column, mark in MARKS.items():
            if mark in text:
                found[column].add(role)

    for role in permissions.ROLES:
        actor = story.person(f"only {role}", role)
        visitor = Visitor(web.app())
        with story.database.writing() as session:
            now = wall_clock()
            token = sign_in.begin(
                session, person=actor.person, partnership="northport", now=now, proved_at=now
            )
        visitor.cookies.set("heardback", token)
        for path in pages:
            if crc32(f"{role} {path}".encode()) % share == 0:
                look(role, visitor.get(path).text)
        for kind in router.KINDS:
            if not may(role, kind) or crc32(f"{role} {kind}".encode()) % share:
                continue
            for id in ids:
                look(role, _tried(story, actor, kind, {**dict.fromkeys(named, id), **MORE}))
    return found


def _tried(story: Story, actor: Actor, kind: str, fields: Mapping[str, str]) -> str:
    shown = ""
    with suppress(Enough, NotAllowedError, LookupError), story.database.writing() as session:
        shown = read(router.handle(session, actor, Incoming(kind, fields), now=story.now).now)
        raise Enough
    return shown


@pytest.mark.parametrize("share", [12, pytest.param(1, marks=pytest.mark.prove)])
def test_no_seat_is_shown_a_column_that_is_not_written_down_for_it(
    filled: Story, share: int
) -> None:
    """One try in twelve, always the same, is quick; the proof makes all of them."""
    allowed = {one.column: one.readers for one in sight.sights()}
    found = seen(filled, share)
    assert {column: roles - allowed[column] for column, roles in found.items()} == {
        column: set() for column in MARKS
    }
    if share == 1:
        assert {column for column, roles in found.items() if not roles} == set(), "it is looked at"


def test_every_sealed_column_has_its_readers_written_down() -> None:
    columns = {one.column for one in sight.sights()}
    assert columns >= SEALED.keys() | MARKS.keys()
    assert all(one.readers for one in sight.sights())
