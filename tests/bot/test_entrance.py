"""The door: a link signs in once and never by being looked at, and joining asks the address first."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import httpx
import pytest

from bot.web import presses
from bot.web.app import Web, wall_clock
from handlers import enrolment, permissions
from handlers.messages import Incoming
from storage import audit, joining, outgoing, people, sign_in
from storage.models import JoinLink, SignInLink
from tests.story import Story
from tests.visiting import Visitor

HOUR = timedelta(hours=1)


@pytest.fixture
def web(story: Story) -> Web:
    return Web(story.database, clock=lambda: story.now, secure=False, mails=True)


@pytest.fixture
def visitor(web: Web) -> Visitor:
    return Visitor(web.app())


def link(story: Story, person: str, **more: object) -> str:
    with story.database.writing() as session:
        return sign_in.make_link(
            session,
            person=person,
            partnership="northport",
            expires_at=wall_clock() + HOUR,
            **more,  # type: ignore[arg-type]
        )


def join_link(story: Story, *, domain: str = "", uses: int = 5) -> str:
    with story.database.writing() as session:
        return joining.make(
            session,
            partnership="northport",
            agency="parks_and_leisure",
            domain=domain,
            expires_at=story.now + timedelta(days=14),
            uses=uses,
        )


def queued(story: Story) -> list[tuple[str, str, dict[str, str]]]:
    """What waits to be sent: kind, to whom, and about what."""
    with story.database.writing() as session:
        return [
            (row.kind, outgoing.recipient(session, row), dict(row.about))
            for row in outgoing.due(session, story.now)
        ]


def main(text: str) -> str:
    found = re.search(r"<main.*</main>", text, re.DOTALL)
    assert found
    return found[0]


def test_looking_at_a_link_changes_nothing_and_pressing_its_button_signs_in_once(
    story: Story, visitor: Visitor
) -> None:
    token = link(story, story.person("ana").person)
    for _ in range(3):
        shown = visitor.get(f"/in/{token}")
        assert shown.status_code == 200
        assert "<button" in shown.text
    assert visitor.post(f"/in/{token}").headers["location"] == "/home"
    assert visitor.get("/home").status_code == 200
    assert visitor.post(f"/in/{token}").status_code == 404


def test_trying_one_unknown_link_after_another_has_to_wait(story: Story, visitor: Visitor) -> None:
    token = link(story, story.person("ana").person)
    for n in range(40):
        wrong = visitor.post(f"/in/guess-{n}")
        assert wrong.status_code == 404
        assert "This link does not open." in wrong.text
    late = visitor.post("/in/one-more")
    assert late.status_code == 429
    assert "Please try again in an hour" in late.text
    assert visitor.post(f"/in/{token}").status_code == 429, "a right one could be a lucky guess"
    visitor.app = Web(
        story.database, clock=lambda: story.now, secure=False
    ).app()  # the count is kept, not in memory
    assert visitor.post(f"/in/{token}").status_code == 429


def test_a_page_elsewhere_cannot_sign_anybody_in(story: Story, visitor: Visitor) -> None:
    token = link(story, story.person("ana").person)
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        assert visitor.post(f"/in/{token}", headers=headers).status_code == 403
    assert visitor.post(f"/in/{token}", headers={"sec-fetch-site": "same-origin"}).is_redirect


def test_a_link_from_an_everyday_mail_opens_no_duty(story: Story, visitor: Visitor) -> None:
    both = story.person("kit", permissions.PRACTITIONER, permissions.LEAD)
    visitor.post(f"/in/{link(story, both.person, own_only=True, lands_on='/reflect')}")
    assert visitor.get("/reflect").status_code == 200
    assert visitor.get("/aside").status_code == 403
    visitor.post(f"/in/{link(story, both.person)}")
    assert visitor.get("/aside").status_code == 200


def test_a_link_never_lands_outside(story: Story, visitor: Visitor) -> None:
    token = link(story, story.person("ana").person, lands_on="https://evil.example/home")
    assert visitor.post(f"/in/{token}").headers["location"] == "/home"


def test_who_asks_for_a_link_reads_the_same_whether_they_are_known(
    story: Story, visitor: Visitor
) -> None:
    with story.database.writing() as session:
        known = people.enrol(session, name="Cy", email="cy@housing.example")
        people.seat(
            session,
            partnership="northport",
            person=known,
            role="practitioner",
            agency="housing",
            on=story.now.date(),
        )
    answers = [
        visitor.post("/sign-in", data={"email": email, "to": "/digest"})
        for email in ("CY@housing.example", "nobody@housing.example")
    ]
    assert answers[0].text == answers[1].text
    assert [(kind, to) for kind, to, _ in queued(story)] == [("sign_in_link", known)]


def test_asking_for_links_is_limited_for_each_address(story: Story, visitor: Visitor) -> None:
    said = [
        visitor.post("/sign-in", data={"email": "nobody@housing.example"}).status_code
        for _ in range(enrolment.MAILS_AN_HOUR + 1)
    ]
    assert said == [200] * enrolment.MAILS_AN_HOUR + [429]
    story.later(hours=2)
    assert visitor.post("/sign-in", data={"email": "nobody@housing.example"}).status_code == 200


def test_something_that_is_no_address_is_said_and_sent_nowhere(
    story: Story, visitor: Visitor
) -> None:
    for typed in ("", "ana", "a@b", "a b@c.example"):
        assert visitor.post("/sign-in", data={"email": typed}).status_code == 422
    assert queued(story) == []


def test_without_mail_the_door_says_how_else_to_come_in(story: Story) -> None:
    door = Visitor(Web(story.database, clock=lambda: story.now, secure=False).app())
    assert "ask your coordinator" in main(door.get("/sign-in").text)
    assert "<form" not in main(door.get("/sign-in").text)
    assert door.post("/sign-in", data={"email": "ana@x.example"}).status_code == 403


def test_whoever_joins_is_seated_only_when_the_mail_was_opened(
    story: Story, visitor: Visitor
) -> None:
    token = join_link(story, uses=1)
    assert "Parks and leisure" in visitor.get(f"/join/{token}").text
    sent = visitor.post(f"/join/{token}", data={"name": "Flo Cox", "email": "flo@parks.example"})
    assert sent.status_code == 200
    ((kind, person, about),) = queued(story)
    assert (kind, about["agency"]) == ("join_confirm", "parks_and_leisure")
    with story.database.reading() as session:
        assert people.seats_of(session, person, "northport") == []
    mailed = link(story, person, joins=about["join"])
    assert visitor.post(f"/in/{mailed}").is_redirect
    with story.database.reading() as session:
        (seat,) = people.seats_of(session, person, "northport")
        assert (seat.role, seat.agency) == ("practitioner", "parks_and_leisure")
        assert people.known(session, person).name == "Flo Cox"
        assert audit.verify(session).whole
    assert visitor.get("/home").status_code == 200
    assert visitor.get(f"/join/{token}").status_code == 404, "its one use is gone"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "", "email": "flo@parks.example"}, "Please give a name"),
        ({"name": "Flo", "email": "flo"}, "work e-mail address, like"),
        ({"name": "Flo", "email": "flo@elsewhere.example"}, "end in @parks.example"),
        ({"name": "x" * 121, "email": "flo@parks.example"}, "120 characters"),
    ],
)
def test_what_is_wrong_on_a_join_page_stands_beside_its_field(
    story: Story, visitor: Visitor, typed: dict[str, str], sentence: str
) -> None:
    shown = visitor.post(f"/join/{join_link(story, domain='parks.example')}", data=typed)
    assert shown.status_code == 422
    assert sentence in shown.text
    assert f'value="{typed["email"]}"' in shown.text
    assert queued(story) == []


def test_an_unknown_an_ended_and_an_over_link_say_the_same(story: Story, visitor: Visitor) -> None:
    ended, over = join_link(story), join_link(story)
    with story.database.writing() as session:
        rows = joining.of(session, "northport", now=story.now)
        assert len(rows) == 2
        row = joining.open_to(session, ended, now=story.now)
        assert row is not None
        assert joining.end(session, "wolds", row.id) is None
        assert joining.end(session, "northport", row.id) is not None
    story.later(days=15)
    said = {main(visitor.get(f"/join/{token}").text) for token in ("nothing", ended, over)}
    assert len(said) == 1


def test_a_link_that_ended_while_the_mail_lay_there_gives_no_seat(
    story: Story, visitor: Visitor
) -> None:
    token = join_link(story)
    visitor.post(f"/join/{token}", data={"name": "Flo", "email": "flo@parks.example"})
    ((_, person, about),) = queued(story)
    with story.database.writing() as session:
        joining.end(session, "northport", about["join"])
    assert visitor.post(f"/in/{link(story, person, joins=about['join'])}").status_code == 404
    assert visitor.get("/home").status_code == 401


def test_joining_renames_nobody_who_is_here_already(story: Story, visitor: Visitor) -> None:
    with story.database.writing() as session:
        person = people.enrol(session, name="Cora Reed", email="cora@parks.example")
    data = {"name": "Somebody Else", "email": "Cora@parks.example"}
    visitor.post(f"/join/{join_link(story)}", data=data)
    with story.database.reading() as session:
        assert people.known(session, person).name == "Cora Reed"


def test_whoever_asked_to_join_and_never_came_is_forgotten(story: Story, visitor: Visitor) -> None:
    visitor.post(f"/join/{join_link(story)}", data={"name": "Flo", "email": "flo@parks.example"})
    story.clock("tick_people")
    with story.database.reading() as session:
        assert people.by_email(session, "flo@parks.example") is None
        assert session.query(SignInLink).count() == 0
        assert session.query(JoinLink).count() == 1


def test_nobody_at_the_door_may_do_what_needs_a_seat(story: Story) -> None:
    stranger = permissions.visitor("northport")
    for kind in ("reflect", "relay", "withdraw", "away"):
        with pytest.raises(permissions.NotAllowedError):
            story.does(stranger, kind)
    with pytest.raises(permissions.NotAllowedError):
        story.does(story.person("ana"), "joined", join="x")
    assert Incoming("join").kind == "join"


def test_what_is_too_long_gets_a_page_that_says_what_became_of_it(visitor: Visitor) -> None:
    answer = visitor.post("/do/reflect", {"words": "x" * 300_000})
    assert answer.status_code == 413
    assert "nothing was kept" in main(answer.text)
    assert "your words are still in the box" in main(answer.text)
    assert answer.headers["content-security-policy"]


def signed_in(story: Story, visitor: Visitor) -> str:
    """Comes in with a link; returns the token of the first page's forms."""
    visitor.post(f"/in/{link(story, story.person('ana').person)}")
    found = re.search(r'name="csrf" value="([^"]*)"', visitor.get("/home").text)
    assert found
    return found[1]


def test_whoever_presses_faster_than_any_person_waits_a_minute_and_keeps_what_they_typed(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [wall_clock()]
    web = Web(story.database, clock=lambda: story.now, secure=False)
    web.wall = lambda: now[0]
    visitor = Visitor(web.app())
    monkeypatch.setattr(presses, "MOST", 2)
    seal = signed_in(story, visitor)
    words = "The youth club is shut on Fridays now."

    def reflects() -> httpx.Response:
        return visitor.post("/do/reflect", data={"csrf": seal, "words": words})

    assert [reflects().status_code for _ in range(3)] == [200, 200, 429]
    refused = reflects()
    assert (refused.headers["retry-after"], words in refused.text) == ("60", True)
    now[0] += timedelta(seconds=61)
    assert reflects().status_code == 200


def test_the_log_says_who_tried_in_vain_by_what_and_never_who(
    story: Story, visitor: Visitor, heard: io.StringIO
) -> None:
    visitor.post("/in/never-made")
    seal = signed_in(story, visitor)
    visitor.post("/do/reflect", data={"csrf": "another", "words": "x"})
    visitor.post("/do/issue", data={"csrf": seal})
    visitor.post("/do/Leah-was-out-at-two", data={"csrf": seal})
    said = heard.getvalue()
    for line in (
        "a sign-in link was not believed",
        "somebody signed in",
        "a form came without the token of its page",
        "not allowed: issue",
        "not allowed: unknown",
    ):
        assert line in said, line
    assert "Leah" not in said
    assert story.person("ana").person not in said


def test_the_desk_ends_the_sessions_and_links_of_one_person_or_of_everybody(
    story: Story, web: Web
) -> None:
    ana, ben = (Visitor(web.app()) for _ in range(2))
    for name, visitor in (("ana", ana), ("ben", ben)):
        person = story.person(name).person
        visitor.post(f"/in/{link(story, person)}")
    waits = link(story, story.person("ben").person)
    cora = story.person("coordinator")
    story.does(cora, "people_sign_out", person=story.person("ana").person)
    assert [one.get("/home").status_code for one in (ana, ben)] == [401, 200]
    story.does(cora, "people_sign_out")
    assert ben.get("/home").status_code == 401
    assert ben.post(f"/in/{waits}").status_code == 404
    with story.database.reading() as session:
        rows = audit.of_partnership(session, "northport")
    said = [row["about"] for row in rows if row["action"] == "desk.people"]
    assert said[-2:] == [story.person("ana").person, "everybody"]
