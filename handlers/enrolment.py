"""How people come in: invited by the coordinator, through their agency's join link, or by a fresh link.

Nobody is signed in by an address that they only typed: a link goes to it first. Whether an address is
known here is never said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers import permissions
from handlers.messages import (
    Actor,
    Address,
    Button,
    Field,
    Form,
    Incoming,
    Outgoing,
    Reply,
    Text,
)
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import message
from handlers.wording import buttons, say
from storage import Session, addresses, audit, joining, leaving, people, sign_in
from storage.models import JoinLink

INVITATION_LASTS = timedelta(days=7)
SIGN_IN_LASTS = timedelta(minutes=30)
JOIN_LASTS = timedelta(days=1)
HOUR = timedelta(hours=1)
MAILS_AN_HOUR = 3  # to one address
JOINS_AN_HOUR = 60  # through one link
CHANNEL_LASTS = timedelta(days=14)
CHANNEL_USES = 100
LONGEST = 120
EMAIL = re.compile(r"[^@\s<>,;\"()\\]+@[^@\s<>,;\"()\\]+\.[^@\s<>,;\"()\\]+")


def agency_of(text: str) -> str:
    """An agency as it is kept: small letters and underscores. Empty when there are no letters."""
    return re.sub(r"\W+", "_", text.casefold()).strip("_")[:LONGEST]


def agency_words(agency: str) -> str:
    """An agency as it is shown."""
    return agency.replace("_", " ").capitalize()


def plain(text: str) -> str:
    """One line without doubled spaces or characters that cannot be seen."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(seen.split())


def faults(name: str, email: str) -> dict[str, str]:
    """What is wrong with a typed name and address, by field."""
    found = {}
    if not name:
        found["name"] = say("error_name_needed")
    elif len(name) > LONGEST:
        found["name"] = say("error_name_too_long", most=str(LONGEST))
    if not EMAIL.fullmatch(email) or len(email) > LONGEST:
        found["email"] = say("error_email_needed")
    return found


def forbidden(session: Session, partnership: str, person: str, wanted: frozenset[str]) -> str:
    """Why these roles may not be given to this person, in a sentence; empty when they may."""
    held = {seat.role for seat in people.seats_of(session, person, partnership)}
    pairs = permissions.forbidden_pairs(frozenset(wanted | held))
    if not pairs:
        return ""
    one, other = (permissions.ROLES[role].lower() for role in pairs[0])
    return say("error_forbidden_pair", one=one, other=other)


def invitation(person: str, *, now: datetime) -> Outgoing:
    """The message that asks somebody in."""
    until = now + INVITATION_LASTS
    return Outgoing(
        "invitation",
        person,
        f"invitation:{person}:{now.isoformat()}",
        now,
        about={"until": until.isoformat()},
    )


# whoever is at the door


def ask_link(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Somebody asks for a link to sign in; it goes to the address, if it is known here."""
    email = plain(event.fields.get("email", ""))
    if not _may_mail(session, actor.partnership, email, now):
        return Reply(message("sign_in_wait", say("sign_in_wait_title"), say("sign_in_wait")))
    minutes = str(int(SIGN_IN_LASTS.total_seconds() // 60))
    said = message(
        "sign_in_sent", say("sign_in_sent_title"), say("sign_in_sent", minutes_words=minutes)
    )
    person = people.by_email(session, email) if email else None
    if person is None or not people.seats_of(session, person, actor.partnership):
        return Reply(said)
    return Reply(said, later=(_link(person, now, event.fields.get("to", "")),))


def _may_mail(session: Session, partnership: str, email: str, now: datetime) -> bool:
    what = f"mail:{partnership}:{email.lower()}"
    return sign_in.may_try(session, what, now=now, most=MAILS_AN_HOUR, within=HOUR)


def _link(person: str, now: datetime, to: str) -> Outgoing:
    until = now + SIGN_IN_LASTS
    return Outgoing(
        "sign_in_link",
        person,
        f"sign_in_link:{person}:{now.isoformat()}",
        now,
        about={"until": until.isoformat(), "to": to},
    )


def join(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Somebody typed their name and address on a join link's page; the address is asked first."""
    link = joining.open_to(session, event.fields.get("token", ""), now=now)
    if link is None or link.partnership_id != actor.partnership:
        return Reply(message("join_gone", say("join_gone_title"), say("join_gone")))
    name, email = plain(event.fields.get("name", "")), plain(event.fields.get("email", ""))
    if problems := join_faults(link, name, email):
        return Reply(message("join_missing", say("join_missing_title"), *problems.values()))
    tried = f"join:{link.id}"
    if not sign_in.may_try(
        session, tried, now=now, most=JOINS_AN_HOUR, within=HOUR
    ) or not _may_mail(session, actor.partnership, email, now):
        return Reply(message("sign_in_wait", say("sign_in_wait_title"), say("sign_in_wait")))
    person = people.by_email(session, email) or people.enrol(session, name=name, email=email)
    held = {seat.role for seat in people.seats_of(session, person, actor.partnership)}
    until = now + JOIN_LASTS
    asked = Outgoing(
        "join_confirm",
        person,
        f"join:{link.id}:{person}:{now.isoformat()}",
        now,
        about={"until": until.isoformat(), "join": link.id, "agency": link.agency},
    )
    later = _link(person, now, "") if permissions.PRACTITIONER in held else asked
    return Reply(message("join_sent", say("sign_in_sent_title"), say("join_sent")), later=(later,))


def join_faults(link: JoinLink, name: str, email: str) -> Mapping[str, str]:
    """What is wrong with what was typed on a join link's page, by field."""
    found = faults(plain(name), plain(email))
    domain = email.strip().rpartition("@")[2].lower()
    if "email" not in found and link.domain and domain != link.domain:
        found["email"] = say("error_email_domain", domain=link.domain)
    return found


def joined(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The link in the mail was opened, so the address is theirs: they get a seat in that agency."""
    link = joining.use(session, event.fields.get("join", ""), now=now)
    if link is None or link.partnership_id != actor.partnership:
        return Reply(message("join_gone", say("join_gone_title"), say("join_gone")))
    return _seated(session, actor.person, link, now)


def _seated(session: Session, person: str, link: JoinLink, now: datetime) -> Reply:
    people.seat(
        session,
        partnership=link.partnership_id,
        person=person,
        role=permissions.PRACTITIONER,
        agency=link.agency,
        on=place_of(session, link.partnership_id).today(now),
    )
    audit.record(
        session,
        partnership=link.partnership_id,
        actor=person,
        action="people.join",
        about=link.id,
        at=now,
    )
    return Reply(
        message(
            "joined", say("joined_title"), place_of(session, link.partnership_id).says("joined")
        ),
        outcome={"message": "joined"},
    )


def channel(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """The coordinator asks a channel's people in: one message there, with a button for one agency."""
    place = place_of(session, actor.partnership)
    agency = agency_of(plain(event.fields.get("agency", "")))
    if not agency:
        return Reply(
            message("channel_no_agency", say("channel_no_agency_title"), say("channel_no_agency"))
        )
    until = now + CHANNEL_LASTS
    token = joining.make(
        session,
        partnership=place.id,
        agency=agency,
        domain="",
        expires_at=until,
        uses=CHANNEL_USES,
    )
    record(session, actor, "join_link.make", agency, now)
    said = say(
        "channel_invitation",
        **place.words,
        agency_name=agency_words(agency),
        date=day_words(place.today(until)),
    )
    join = Button(buttons("channel_join")[0], "join_here", token, style="main")
    form = message("channel_invitation", place.name, said, buttons=(join,))
    return Reply(form, outcome={"message": "channel_invitation"})


def join_here(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Somebody pressed that button: their name, and they are in. The platform says whose account it is.

    `platform`, `account` and `user` are set by the platform's own listener, never by what was typed.
    """
    token = event.fields.get("token") or event.fields.get("choice", "")
    link = joining.open_to(session, token, now=now)
    account = Address(*(event.fields.get(part, "") for part in ("platform", "account", "user")))
    if link is None or link.partnership_id != actor.partnership or not account.user:
        return Reply(message("join_gone", say("join_gone_title"), say("join_gone")))
    known = addresses.who(session, account.platform, account.account, account.user)
    name = plain(event.fields.get("name", ""))
    wrong = faults(name, "a@b.example").get("name", "") if "name" in event.fields else ""
    if known is None and ("name" not in event.fields or wrong):
        return Reply(_name_form(token, link, name, wrong))
    held = (
        {seat.role for seat in people.seats_of(session, known, link.partnership_id)}
        if known
        else ()
    )
    if permissions.PRACTITIONER in held:
        return Reply(
            message("join_in_already", say("join_in_already_title"), say("join_in_already"))
        )
    if joining.use(session, link.id, now=now) is None:
        return Reply(message("join_gone", say("join_gone_title"), say("join_gone")))
    person = known or people.enrol(session, name=name)
    today = place_of(session, link.partnership_id).today(now)
    if known is None:
        addresses.keep(session, person=person, address=account, on=today)
    return _seated(session, person, link, now)


def _name_form(token: str, link: JoinLink, name: str, wrong: str) -> Form:
    return Form(
        name="join_here",
        title=say("join_here_title", agency_name=agency_words(link.agency)),
        parts=(
            Text(say("join_here")),
            Field("name", say("join_here_name"), "short_text", value=name, error=wrong),
        ),
        needs=("name",),
        buttons=(Button(buttons("channel_join")[0], "join_here", "send", style="main"),),
        state={"token": token},
    )


def tidy(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Every day: links whose time is over go, and so does whoever asked to join and never came."""
    sign_in.prune(session, now=now)
    leaving.forget_unseated(session)
    return Reply(message("tidied", "Done"))
