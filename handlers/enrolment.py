"""How people come in: invited by the coordinator, through their agency's join link, or by a fresh link.

Nobody is signed in by an address that they only typed: a link goes to it first. Whether an address is
known here is never said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from handlers import permissions
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import of as place_of
from handlers.surfaces import message
from handlers.wording import say
from storage import Session, audit, joining, leaving, people, sign_in
from storage.models import JoinLink

INVITATION_LASTS = timedelta(days=7)
SIGN_IN_LASTS = timedelta(minutes=30)
JOIN_LASTS = timedelta(days=1)
HOUR = timedelta(hours=1)
MAILS_AN_HOUR = 3  # to one address
JOINS_AN_HOUR = 60  # through one link
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
    people.seat(
        session,
        partnership=link.partnership_id,
        person=actor.person,
        role=permissions.PRACTITIONER,
        agency=link.agency,
        on=place_of(session, link.partnership_id).today(now),
    )
    audit.record(
        session,
        partnership=link.partnership_id,
        actor=actor.person,
        action="people.join",
        about=link.id,
        at=now,
    )
    return Reply(
        message("joined", say("joined_title"), say("joined")), outcome={"message": "joined"}
    )


def tidy(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Every day: links whose time is over go, and so does whoever asked to join and never came."""
    sign_in.prune(session, now=now)
    leaving.forget_unseated(session)
    return Reply(message("tidied", "Done"))
