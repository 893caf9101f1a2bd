"""Somebody who has only e-mail goes once round: asked, answering behind a link, and told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.mail.letters import message_id
from bot.mail.platform import Mail
from bot.outbox import Sender
from bot.sending import Message, Unclear
from bot.web.app import Web
from handlers import permissions
from handlers.messages import Address, Form, Text
from storage import outgoing, people
from storage.models import SignInLink
from tests.bot.mail.server import Manners, free_port, serving
from tests.dialogues.test_loop import answered, issue
from tests.loops import run
from tests.story import AGENCIES, Story
from tests.visiting import Visitor

PUBLIC = "https://heardback.northport.example"
WORDS = "waiting at the bus station after the last bus worries me most"


class Post:
    """A story whose people have mail: a server, the pages, and the sender between them."""

    def __init__(self, story: Story, manners: Manners, mail: Mail) -> None:
        self.story = story
        self.manners = manners
        self.mail = mail
        web = Web(story.database, clock=lambda: story.now, secure=False, mails=True)
        web.wall = lambda: story.now
        self.visitor = Visitor(web.app())

    def person(self, name: str, *roles: str, agency: str = "housing") -> str:
        """Somebody with an address and these seats."""
        with self.story.database.writing() as session:
            id = people.enrol(session, name=name, email=f"{name}@northport.example")
            for role in roles or (permissions.PRACTITIONER,):
                people.seat(
                    session,
                    partnership="northport",
                    person=id,
                    role=role,
                    agency=agency,
                    on=self.story.now.date(),
                )
        return id

    def goes(self) -> dict[str, int]:
        """The sender's turns until it has nothing more to do; what came of the messages."""
        results: dict[str, int] = {}
        sender = Sender(self.story.database, {"mail": self.mail}, clock=lambda: self.story.now)
        while (turn := run(sender.turn())).busy:
            for how, number in turn.results.items():
                results[how] = results.get(how, 0) + number
        return results

    def to(self, name: str) -> list[EmailMessage]:
        return [m for m in self.manners.taken if m["To"] == f"{name}@northport.example"]

    def link(self, message: EmailMessage) -> str:
        found = re.search(rf"{PUBLIC}(/[^\s]*)", text(message))
        assert found, text(message)
        return found[1]

    def opens(self, message: EmailMessage) -> str:
        """Open the link of a mail and press its button; returns the page that comes."""
        path = self.link(message)
        assert "<button" in self.visitor.get(path).text
        landed = self.visitor.post(path)
        assert landed.is_redirect, landed.text
        return self.visitor.get(landed.headers["location"]).text


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def post(story: Story, tmp_path: Path) -> Iterator[Post]:
    manners = Manners()
    with ExitStack() as stack:
        settings = stack.enter_context(serving(manners, tmp_path))
        yield Post(story, manners, Mail(story.database, settings, PUBLIC, clock=lambda: story.now))


def test_somebody_with_only_mail_is_asked_answers_and_is_told(post: Post, story: Story) -> None:
    post.person("ana")
    for n in range(7):
        post.person(f"speaker{n}", agency=AGENCIES[n % 5])
    story.clock("tick_ask")
    assert post.goes() == {"sent": 8}
    (asked,) = post.to("ana")
    assert asked["Subject"] == "A question from Northport"
    assert "works once" in text(asked)
    page = post.opens(asked)
    assert 'name="words"' in page
    for n in range(8):
        if n:
            page = post.opens(post.to(f"speaker{n - 1}")[0])
        round_ = re.search(r'name="state.round" value="([^"]+)"', page)
        assert round_
        kept = post.visitor.presses(page, "reflect", words=WORDS, **{"state.round": round_[1]})
        assert "This is what was kept" in kept.text
        assert WORDS in kept.text
    answered(story, issue(story)[0])
    story.now += timedelta(days=1)
    post.goes()
    told = post.to("ana")[-1]
    assert told["Subject"] == "An answer from Northport"
    assert "We chose to wait until the meeting" in text(told)
    for message in post.manners.taken:
        assert WORDS not in message.as_string(), "no mail holds a contributor's words"
        assert "bus station" not in message["Subject"]


def test_a_link_in_an_everyday_mail_opens_once_and_no_duty(post: Post, story: Story) -> None:
    post.person("kit", permissions.PRACTITIONER, permissions.LEAD)
    story.clock("tick_ask")
    post.goes()
    (asked,) = post.to("kit")
    post.opens(asked)
    assert post.visitor.get("/aside").status_code == 403
    assert post.visitor.post(post.link(asked)).status_code == 404


def test_a_mail_about_a_duty_holds_no_key(post: Post, story: Story) -> None:
    lee = post.person("lee", permissions.LEAD)
    form = Form("set_aside_notice_to_lead", "Something has been set aside", (Text("Please open."),))
    about = Message(form.name, form, "key-1", partnership="northport", person=lee)
    run(post.mail.send(Address("mail", "", "lee@northport.example"), about))
    (notice,) = post.to("lee")
    assert post.link(notice) == "/aside"
    with story.database.reading() as session:
        assert session.query(SignInLink).count() == 0
    shown = post.visitor.get("/aside")
    assert shown.status_code == 401
    assert 'name="to" value="/aside"' in shown.text
    asked = post.visitor.post("/sign-in", {"email": "lee@northport.example", "to": "/aside"})
    assert asked.status_code == 200
    assert post.goes() == {"sent": 1}
    fresh = post.to("lee")[-1]
    assert fresh["Subject"] == "Your sign-in link for Northport"
    assert "set aside" in post.opens(fresh).lower()


def test_an_invitation_is_a_mail_and_nothing_in_the_thread(post: Post, story: Story) -> None:
    coordinator = story.person("coordinator")
    form = story.does(coordinator, "invite")
    typed = {"name": "Nia Rowe", "email": "nia@northport.example", "agency": "Housing"}
    story.presses(coordinator, form, "Invite", **typed, role="practitioner")
    assert post.goes() == {"sent": 1}
    (invited,) = post.to("nia")
    assert invited["Subject"] == "Northport invites you to heardback"
    post.opens(invited)
    assert "Nothing yet. The first question comes here." in post.visitor.get("/chat").text


def test_whoever_joins_is_in_when_the_mail_was_opened(post: Post, story: Story) -> None:
    coordinator = story.person("coordinator")
    form = story.does(coordinator, "join_link_make")
    made = story.presses(coordinator, form, "Make", agency="Parks", uses="3", days="7")
    path = str(made.parts[0].body)  # type: ignore[union-attr]
    typed = {"name": "Flo Cox", "email": "flo@northport.example"}
    assert post.visitor.post(path, typed).status_code == 200
    assert post.goes() == {"sent": 1}
    (asked,) = post.to("flo")
    assert "Parks" in text(asked)
    post.opens(asked)
    with story.database.reading() as session:
        person = people.by_email(session, "flo@northport.example") or ""
        assert [s.agency for s in people.seats_of(session, person, "northport")] == ["parks"]


def test_a_refused_address_waits_at_the_desk_without_a_name(post: Post, story: Story) -> None:
    post.manners.rcpt = "550 no such user"
    post.person("ana")
    story.clock("tick_ask")
    assert post.goes() == {"refused": 1}
    with story.database.reading() as session:
        (parked,) = outgoing.parked(session, "northport")
        assert parked.reason == "the address was refused"
        assert "ana" not in str(vars(parked))


def test_a_server_that_is_down_took_nothing_and_the_message_waits(post: Post, story: Story) -> None:
    post.person("ana")
    story.clock("tick_ask")
    post.mail.settings = replace(post.mail.settings, port=free_port())
    assert post.goes() == {"later": 1}
    with story.database.reading() as session:
        assert outgoing.parked(session, "northport") == []


def test_a_mail_that_may_have_gone_is_repeated_with_its_note_and_the_same_id(
    post: Post, story: Story
) -> None:
    person = post.person("ana")
    form = Form("reopened", "Open again", (Text("It is open again."),))
    there = Address("mail", "", "ana@northport.example")
    first = Message("reopened", form, "key-1", partnership="northport", person=person)
    post.manners.break_at = "data"
    with pytest.raises(Unclear):
        run(post.mail.send(there, first))
    post.manners.break_at = ""
    sent = run(post.mail.send(there, replace(first, repeat=True)))
    before, again = post.to("ana")
    assert "You may have had this already" in text(again)
    assert "You may have had this already" not in text(before)
    assert before["Message-ID"] == again["Message-ID"] == sent
    assert sent == message_id("key-1", "bot@heardback.example")


def test_the_links_of_mails_end_with_their_question(post: Post, story: Story) -> None:
    post.person("ana")
    story.clock("tick_ask")
    post.goes()
    with story.database.reading() as session:
        (link,) = session.query(SignInLink).all()
        assert link.own_only
        assert link.expires_at - story.now < timedelta(days=12)
