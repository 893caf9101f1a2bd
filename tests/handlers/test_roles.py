"""The permission table, cell by cell: what it does not allow is not done, by anybody, from anywhere.

The cells are made from the table and the router themselves, so that a new role or kind is walked too.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from sqlalchemy import MetaData, select

from bot.commands import roster
from bot.outbox import perform
from bot.web.app import Web, wall_clock
from handlers import permissions
from handlers.messages import Actor, Incoming
from handlers.permissions import NotAllowedError
from handlers.router import KINDS
from storage import Database, people, sign_in
from tests.bot.test_openid import csrf
from tests.story import Story, read
from tests.visiting import Visitor

PROJECT = Path(__file__).resolve().parents[2]
EVERY_ROLE = (*permissions.ROLES, permissions.CLOCK, permissions.VISITOR)
CELLS = [(role, kind) for role in EVERY_ROLE for kind in KINDS]
PLUMBING = {"done", "alembic_version", "buckets", "entry_tries", "web_sessions"}


def may(role: str, kind: str) -> bool:
    return role in permissions.TABLE[KINDS[kind][0]]


def one_with(role: str, side: str = "northport") -> Actor:
    return Actor(f"{side[:2]}-{role}"[:32], side, frozenset({role}), "health")


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for what any request leaves."""
    shape = MetaData()
    with database.engine.connect() as rows:
        shape.reflect(rows)
        return {
            table.name: sorted(map(tuple, rows.execute(select(table)).all()), key=repr)
            for table in shape.sorted_tables
            if table.name not in PLUMBING
        }


def of_northport(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    return {
        name: [row for row in rows if "northport" in row and "wolds" not in row]
        for name, rows in found.items()
        if name not in ("audit", "outbox")
    }


def test_the_router_and_the_table_name_the_same_roles_and_actions() -> None:
    assert {action for action, _ in KINDS.values()} <= permissions.TABLE.keys()
    assert frozenset().union(*permissions.TABLE.values()) == set(EVERY_ROLE)
    assert len(CELLS) > 1400


def test_nothing_is_done_in_any_cell_that_the_table_does_not_allow(story: Story) -> None:
    before = everything(story.database)
    wrong = []
    for role, kind in CELLS:
        if may(role, kind):
            continue
        try:
            perform(story.database, f"{role}:{kind}", one_with(role), Incoming(kind), now=story.now)
        except NotAllowedError:
            continue
        wrong.append((role, kind))
    assert wrong == []
    assert everything(story.database) == before


def test_whoever_holds_every_role_next_door_changes_nothing_here_and_reads_nothing(
    story: Story,
) -> None:
    words = "The bus station has been dark again since the lamps went"
    signed = story.does(story.person("ana"), "reflect", words=words)
    story.presses(story.person("ana"), signed, signed.buttons[0].label)
    story.does(story.person("Dev"), "reflect", words="a man waits for a girl outside every night")
    with story.database.reading() as session:
        seats = [seat.id for seat in people.seats_in(session, "northport")][:3]
    persons = [story.person("ana").person, story.person("safeguarding_lead").person]
    ids = [seats[0], persons[0], *_ids(story)]
    assert len(ids) >= 5
    other = Actor("wo-everything", "wolds", frozenset(permissions.ROLES), "health")
    with story.database.writing() as session:
        people.enrol(session, name="Everything", id=other.person)
    before = of_northport(everything(story.database))
    named = _field_names()
    for kind in KINDS:
        for number, id in enumerate(ids):
            fields = dict.fromkeys(named, id)
            shown = _try(story, other, kind, fields, f"next-door:{kind}:{number}")
            assert "bus station" not in shown, kind
            assert "waits for a girl" not in shown, kind
    assert of_northport(everything(story.database)) == before


def _try(story: Story, actor: Actor, kind: str, fields: dict[str, str], key: str) -> str:
    try:
        return read(perform(story.database, key, actor, Incoming(kind, fields), now=story.now))
    except NotAllowedError:
        return ""


def _ids(story: Story) -> list[str]:
    """Ids of what was said here and what came of it."""
    found: list[str] = []
    shape = MetaData()
    with story.database.engine.connect() as rows:
        shape.reflect(rows)
        for name in ("contributions", "set_aside", "return_addresses", "rounds", "lines"):
            table = shape.tables[name]
            key = next(iter(table.primary_key.columns))
            found += [str(id) for id in rows.scalars(select(key)).all()[:1]]
    return found


def _field_names() -> set[str]:
    """The names under which handlers look for an id, from their own code; not what says yes."""
    found = set()
    for file in (PROJECT / "handlers").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="fields"), attr="get"),
                    args=[ast.Constant(value=str(name)), *_],
                ):
                    found.add(name)
    assert {"item", "seat", "person", "line_id"} <= found
    return found


@pytest.mark.parametrize("share", [4, pytest.param(1, marks=pytest.mark.prove)])
def test_the_web_does_in_no_cell_what_the_table_does_not_allow(story: Story, share: int) -> None:
    """One cell in four, always the same, is quick; the proof walks through all of them."""
    web = Web(story.database, clock=lambda: story.now, secure=False)
    tokens = {}
    for role in permissions.ROLES:
        with story.database.writing() as session:
            person = people.enrol(session, name=role, id=f"web-{role}"[:32])
            people.seat(
                session,
                partnership="northport",
                person=person,
                role=role,
                agency="health",
                on=story.now.date(),
            )
            tokens[role] = sign_in.begin(
                session, person=person, partnership="northport", now=wall_clock(), proved_at=None
            )
    before = everything(story.database)
    wrong = []
    for role, token in tokens.items():
        visitor = Visitor(web.app())
        visitor.cookies.set("heardback", token)
        seal = csrf(visitor.get("/account").text)
        for kind in KINDS:
            if may(role, kind) or crc32(f"{role} {kind}".encode()) % share:
                continue
            answer = visitor.post(f"/do/{kind}", data={"csrf": seal})
            if answer.status_code != 403:
                wrong.append((role, kind, answer.status_code))
    assert wrong == []
    assert everything(story.database) == before


def test_every_entrance_goes_past_the_table() -> None:
    """Nothing in `bot/` calls a handler of the router itself: only `router.handle`, which asks first."""
    own = {(handler.__module__, handler.__name__) for _, handler in KINDS.values()}  # type: ignore[attr-defined]
    modules = {module.rpartition(".")[2] for module, _ in own}
    names = {name for _, name in own}
    wrong = []
    for file in (PROJECT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)) if (
                    module in modules and name in names
                ):
                    wrong.append(f"{file.name}:{node.lineno} {module}.{name}")
    assert wrong == []


PAIRS = sorted(tuple(sorted(pair)) for pair in permissions.FORBIDDEN_PAIRS)


@pytest.mark.parametrize("first_seat", [0, 1])
def test_no_way_of_giving_a_seat_makes_a_forbidden_pair(
    story: Story, tmp_path: Path, first_seat: int
) -> None:
    coordinator = story.person("coordinator")
    for number, pair in enumerate(PAIRS):
        held, wanted = pair[first_seat], pair[1 - first_seat]
        email = f"p{number}{first_seat}@health.example"
        with story.database.writing() as session:
            person = people.enrol(session, name="Pat", email=email)
            people.seat(
                session,
                partnership="northport",
                person=person,
                role=held,
                agency="health",
                on=story.now.date(),
            )
            empty = people.seats_of(session, story.person(wanted).person, "northport")[0].id
        typed = {"name": "Pat", "email": email, "agency": "Health", "role": wanted}
        story.does(coordinator, "invite", choice="invite", **typed)
        story.does(coordinator, "seat_give", choice="give", person=person, **typed)
        story.does(coordinator, "seat_hand_over", choice="hand_over", seat=empty, **typed)
        listed = tmp_path / f"{number}{first_seat}.csv"
        listed.write_text(f"name,email,agency,role\nPat,{email},Health,{wanted}\n", "utf-8")
        found = roster.Found()
        with story.database.writing() as session:
            roster._read(session, "northport", listed, found, story.now)
        assert found.bad, pair
        with story.database.reading() as session:
            roles = {seat.role for seat in people.seats_of(session, person, "northport")}
        assert roles == {held}, pair


def test_a_seat_that_anybody_may_take_themself_is_in_no_forbidden_pair() -> None:
    assert all(permissions.PRACTITIONER not in pair for pair in permissions.FORBIDDEN_PAIRS)


def test_who_wrote_needs_a_second_reason_and_is_recorded_and_told(story: Story) -> None:
    dev = story.person("Dev", agency="education")
    id = story.does(
        dev, "reflect", words="a girl told me today a man waits for her outside every night"
    ).state["item"]
    lead = story.person("safeguarding_lead")
    assert story.does(lead, "aside_who", item=id).name == "gone", "not before it was opened"
    story.does(lead, "aside_open", item=id, reason="planned")
    assert "Dev" not in read(story.does(lead, "aside_who", item=id))
    assert "Please say why" in read(story.does(lead, "aside_who", item=id, tell="tell"))
    assert "may be told" in read(story.does(lead, "aside_who", item=id, who_reason="safe_now"))
    for role in permissions.ROLES.keys() - permissions.READERS:
        with pytest.raises(NotAllowedError):
            story.does(story.person(role), "aside_who", item=id, who_reason="safe_now", tell="harm")
    second = story.person("second_lead")
    asked = {"item": id, "who_reason": "safe_now"}
    assert story.does(second, "aside_who", tell="tell", **asked).name == "gone"
    shown = story.does(lead, "aside_who", tell="tell", **asked)
    assert "Dev (Education) wrote it" in read(shown)
    story.later(minutes=1)
    for role in ("deputy_lead", "privacy_officer"):
        told = read(story.notice(story.person(role), "set_aside_who_asked"))
        assert "to make sure that somebody is safe now" in told
        assert "Dev" not in told
    story.later(days=1)
    assert "was told that it was you" in read(story.notice(dev, "set_aside_who_to_contributor"))
    with story.database.engine.connect() as rows:
        found = rows.exec_driver_sql("SELECT reason FROM audit WHERE action = 'aside.who'").all()
    assert found == [("safe_now tell",)]


def test_a_writer_whom_telling_would_harm_is_not_told(story: Story) -> None:
    dev = story.person("Dev", agency="education")
    id = story.does(
        dev, "reflect", words="a girl told me today a man waits for her outside every night"
    ).state["item"]
    lead = story.person("safeguarding_lead")
    story.does(lead, "aside_open", item=id, reason="planned")
    asked = {"item": id, "who_reason": "asked_by", "tell": "harm"}
    assert "Dev" in read(story.does(lead, "aside_who", **asked))
    story.later(days=2)
    assert "set_aside_who_to_contributor" not in story.thread(dev)
