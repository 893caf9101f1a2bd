"""People of a channel come in by themselves: one message, one button, their own name."""

from __future__ import annotations

import json
from typing import Any

from handlers import permissions
from storage import addresses, joining, people
from tests.bot.slack.conftest import NAME, Slack
from tests.bot.slack.workspace import TEAM, Member, reads

Json = dict[str, Any]


def invitation(slack: Slack, text: str = "invite Housing") -> tuple[Member, Json]:
    """The message that the coordinator's command puts into the channel, as its people see it."""
    cora = slack.member(slack.story.person("cora", permissions.COORDINATOR), "U9")
    said = cora.commands(text)
    return cora, {**said, "ts": "1700000000.000100"}


def who(slack: Slack, member: Member) -> str | None:
    with slack.story.database.reading() as session:
        return addresses.who(session, "slack", f"{NAME}/{TEAM}", member.user)


def test_somebody_of_the_channel_joins_with_their_name_and_can_answer_at_once(slack: Slack) -> None:
    _, said = invitation(slack)
    assert said["response_type"] == "in_channel"
    assert slack.workspace._checked(said) == ""
    new = slack.member(None, "U7")
    new.presses("Join", where=said)
    new.fills(name="Noor Example")
    new.submits()
    assert "You are in" in reads(new.modal)
    person = who(slack, new)
    assert person is not None
    with slack.story.database.reading() as session:
        seats = people.seats_of(session, person, "northport")
        assert people.known(session, person).name == "Noor Example"
    assert [(s.role, s.agency) for s in seats] == [("practitioner", "housing")]
    new.commands("something else")
    assert new.modal is not None
    assert "words" in new.typed


def test_joining_needs_a_name_and_keeps_the_window_open_without_one(slack: Slack) -> None:
    _, said = invitation(slack)
    new = slack.member(None, "U7")
    new.presses("Join", where=said)
    new.fills(name="  ")
    new.submits()
    assert new.errors == {"name": "Please give a name."}
    assert who(slack, new) is None


def test_the_message_stays_for_everybody_else(slack: Slack) -> None:
    """An update of it would be refused by the workspace, which the fixture looks for."""
    _, said = invitation(slack)
    sam = slack.member(slack.story.person("sam"), "U1")
    sam.presses("Join", where=said)
    assert "You take part already" in reads(sam.modal)


def test_a_known_account_gets_a_seat_and_stays_one_person(slack: Slack) -> None:
    _, said = invitation(slack)
    wes = slack.member(slack.story.person("wes", side="wolds"), "U5")
    before = who(slack, wes)
    wes.presses("Join", where=said)
    assert "You are in" in reads(wes.modal)
    assert who(slack, wes) == before
    with slack.story.database.reading() as session:
        assert list(people.serves(session, str(before))) == ["northport", "wolds"]


def test_nobody_joins_as_somebody_else(slack: Slack) -> None:
    """Fields of a forged press that name another account count for nothing."""
    _, said = invitation(slack)
    button = next(b for b in said["blocks"] if b["type"] == "actions")["elements"][0]
    kind, value, side, fields = json.loads(button["value"])
    button["value"] = json.dumps([kind, value, side, {**fields, "user": "U1", "name": "Mallory"}])
    new = slack.member(None, "U7")
    new.presses("Join", where=said)
    assert who(slack, new) is not None
    with slack.story.database.reading() as session:
        assert addresses.who(session, "slack", f"{NAME}/{TEAM}", "U1") is None


def test_only_a_coordinator_asks_a_channel_in_and_names_the_agency(slack: Slack) -> None:
    sam = slack.member(slack.story.person("sam"), "U1")
    said = sam.commands("invite housing")
    assert (said["response_type"], "seat" in reads(said)) == ("ephemeral", True)
    cora, said = invitation(slack, "invite")
    assert said["response_type"] == "ephemeral"
    assert "/heardback invite housing" in reads(said)
    assert "which agency" not in reads(cora.commands("invite parks and leisure")).lower()


def test_an_invitation_that_was_ended_opens_nothing(slack: Slack) -> None:
    _, said = invitation(slack)
    with slack.story.database.writing() as session:
        (link,) = joining.of(session, "northport", now=slack.story.now)
        joining.end(session, "northport", link.id)
    new = slack.member(None, "U7")
    new.presses("Join", where=said)
    assert "does not open" in reads(new.modal)
    assert who(slack, new) is None
