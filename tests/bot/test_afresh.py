"""What changes how somebody comes in, or where they are written to, takes a sign-in of a short time ago."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.web.app import Web, wall_clock
from handlers.messages import Address
from storage import addresses, people, sign_in
from storage.models import PersonAddress
from tests.bot.openid_provider import Forger
from tests.bot.test_entrance import link, queued
from tests.bot.test_openid import csrf, forger, forging, sessions, signs_in, ties, web_with
from tests.story import Story
from tests.visiting import Visitor

__all__ = ["forger", "forging"]
LATER = timedelta(minutes=16)
MAIL, CHATS = frozenset({"mail", "slack"}), frozenset({"slack"})


class Clocked:
    """The pages, with hands on their clock."""

    def __init__(self, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
        self.web, self.ahead = web, timedelta(0)
        monkeypatch.setattr(web, "wall", self.now)

    def now(self) -> datetime:
        return wall_clock() + self.ahead


@pytest.fixture
def pages(story: Story, forger: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clocked:
    web = web_with(story, forger.issuer, tmp_path)
    web.mails = True
    return Clocked(web, monkeypatch)


def with_mail(story: Story, name: str) -> str:
    with story.database.writing() as session:
        person = people.enrol(session, name=name, email=f"{name}@northport.example")
        people.seat(
            session,
            partnership="northport",
            person=person,
            role="practitioner",
            agency="health",
            on=story.now.date(),
        )
    return person


def slack_of(story: Story, person: str) -> str:
    with story.database.writing() as session:
        there = Address("slack", "T1/app", "U1", "D1")
        return addresses.keep(session, person=person, address=there, on=story.now.date())


def presses(visitor: Visitor, path: str, /, **typed: str) -> Any:
    return visitor.post(path, data={"csrf": csrf(visitor.get("/account").text), **typed})


def test_a_sign_in_of_long_ago_changes_nothing_and_comes_back_to_what_was_chosen(
    story: Story, pages: Clocked
) -> None:
    ana = with_mail(story, "ana")
    slack = slack_of(story, ana)
    visitor, elsewhere = Visitor(pages.web.app()), Visitor(pages.web.app())
    for one in (elsewhere, visitor):
        one.post(f"/in/{link(story, ana)}")
    other = re.findall(r'name="place" value="([^"]+)"', visitor.get("/account").text)[0]
    pages.ahead = LATER
    acts = {
        "/account/end": {"place": other},
        "/account/everywhere": {},
        "/account/written": {"choice": "web"},
        "/account/forget": {"address": slack},
        "/openid/council/tie": {},
        "/openid/council/untie": {},
        "/do/use_in_chat": {},
    }
    come_back = {}
    for address, typed in acts.items():
        asked = presses(visitor, address, **typed)
        assert asked.status_code == 403, address
        assert "sign in once more first" in asked.text, address
        to = re.search(r'name="to" value="([^"]+)"', asked.text)
        assert to
        come_back[address] = to[1].replace("&amp;", "&")
    assert sessions(story) == 2
    with story.database.reading() as session:
        assert addresses.preferred(session, ana, "northport", CHATS) is not None
    sent = presses(visitor, "/account/again", to=come_back["/account/end"])
    assert "link is on its way" in sent.text
    [(_, person, about)] = [one for one in queued(story) if one[0] == "sign_in_link"]
    assert (person, about["to"]) == (ana, f"/account?do=end&what={other}")
    visitor.post(f"/in/{link(story, ana, lands_on=about['to'])}")
    shown = visitor.get(about["to"]).text
    assert "What you chose before signing in again" in shown
    assert sessions(story) == 2, "nothing is done by coming back"
    assert presses(visitor, "/account/end", place=other).is_redirect
    assert elsewhere.get("/home").status_code == 401


def test_a_provider_is_believed_only_when_it_says_that_they_signed_in_there_just_now(
    story: Story, pages: Clocked, forger: Forger
) -> None:
    ana = story.person("ana").person
    visitor = Visitor(pages.web.app())
    ties(story, visitor, forger, ana)

    def said(ago: object) -> int:
        def token(asked: dict[str, str]) -> str:
            at = int(pages.now().timestamp()) - ago if isinstance(ago, int) else ago
            return forger.signed(forger.claims(asked) | {"auth_time": at})

        forger.token = forger.honest if ago is None else token
        there = visitor.get("/openid/council?to=/account&again=1").headers["location"]
        assert "max_age=0" in there
        signs_in(visitor, forger)
        return int(presses(visitor, "/account/written", choice="web").status_code)

    for ago in (None, 16 * 60, 26 * 3600, -600, "now", 10**18):
        assert said(ago) == 403, ago
    assert said(5) == 303


def test_where_somebody_is_written_to_is_theirs_to_choose_and_a_chat_theirs_to_leave(
    story: Story, pages: Clocked
) -> None:
    ana, ben = with_mail(story, "ana"), story.person("ben").person
    slack = slack_of(story, ana)
    visitor, other = Visitor(pages.web.app()), Visitor(pages.web.app())
    visitor.post(f"/in/{link(story, ana)}")
    other.post(f"/in/{link(story, ben)}")

    def written() -> str:
        with story.database.reading() as session:
            there = addresses.preferred(session, ana, "northport", MAIL)
        return there.platform if there else "web"

    assert written() == "slack"
    for choice in ("mail", "web", slack):
        assert presses(visitor, "/account/written", choice=choice).is_redirect
        assert written() == (choice if choice != slack else "slack")
    assert presses(other, "/account/written", choice=slack).status_code == 403
    assert presses(other, "/account/forget", address=slack).status_code == 403
    assert written() == "slack"
    assert presses(visitor, "/account/forget", address=slack).is_redirect
    assert written() == "mail"
    with story.database.reading() as session:
        assert session.query(PersonAddress).count() == 0


def test_an_everyday_link_makes_no_words_for_a_chat_and_those_words_open_no_page(
    story: Story, pages: Clocked
) -> None:
    ana = story.person("ana", "safeguarding_lead", "practitioner").person
    visitor = Visitor(pages.web.app())
    visitor.post(f"/in/{link(story, ana, own_only=True)}")
    assert presses(visitor, "/do/use_in_chat").status_code == 403
    visitor.post(f"/in/{link(story, ana)}")
    offer = presses(visitor, "/do/use_in_chat")
    code = re.search(r"/heardback connect ([\w-]+)", offer.text)
    assert code
    assert Visitor(pages.web.app()).post(f"/in/{code[1]}").status_code == 404
    with story.database.writing() as session:
        assert sign_in.take_code(session, link_made(session, ana), now=wall_clock()) is None
        assert sign_in.take_code(session, code[1], now=story.now) == (ana, "northport")


def link_made(session: Any, person: str) -> str:
    expires = wall_clock() + timedelta(hours=1)
    return sign_in.make_link(session, person=person, partnership="northport", expires_at=expires)


def test_going_on_in_another_partnership_makes_no_sign_in_younger(
    story: Story, pages: Clocked
) -> None:
    ana = story.person("ana").person
    with story.database.writing() as session:
        token = sign_in.begin(
            session, person=ana, partnership="northport", now=pages.now(), proved_at=pages.now()
        )
        pages.ahead = LATER
        token = sign_in.go_over(session, token, "wolds", now=pages.now())
        found = sign_in.who(session, token, now=pages.now())
        assert (found.partnership, found.fresh) == ("wolds", False) if found else False
        pages.ahead = timedelta(hours=11, minutes=59)
        sign_in.seen(session, token, now=pages.now())
        assert sign_in.who(session, token, now=pages.now()) is not None
        pages.ahead = timedelta(hours=12)
        assert sign_in.who(session, token, now=pages.now()) is None
