"""Issue the digest: freeze the lines that people signed, and send it to the strategic group.

Both release rules and the ledger stand here again: what no longer clears waits, its editors and
approvers hear that it does, and the digest still goes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from digests import digest as pages
from digests import quotes as places
from digests import release
from handlers import group_channel, material, permissions, quotes
from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import message
from handlers.weekly import agreed, first_contact, gathering, heard, sharing, sides
from handlers.weekly.gathering import about, roster
from handlers.weekly.ledger import Ledger
from handlers.weekly.many import many_values
from handlers.wording import say
from storage import Session, left_out, people, releases
from storage.counting import Counted
from storage.ledger import OF_SEVERAL
from storage.models import Digest, Line


@dataclass
class _Standing:
    """A line that goes out, what stands behind it one by one, and what enters the ledger with it."""

    line: Line
    behind: list[Counted]
    entries: list[release.Entry]
    of_several: list[release.Entry] = field(default_factory=list)  # with earlier lines


@many_values()
def issue(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """Freeze the signed lines into the digest and send it to the strategic group."""
    place = place_of(session, actor.partnership)
    today = place.today(now)
    made = releases.draft(session, place.id)
    if made is None:
        return Reply(message("no_draft", say("no_draft_title"), say("no_draft")))
    book = Ledger(session, place, roster(session, place, today), today)
    standing = []
    for line in releases.lines_of(session, made.id):
        why, stands = _why_not_asked(line), None
        if not why:
            why, stands = _judged(session, place, line, book)
        if why:
            _waits(session, place, made, line, why, today)
        if stands is not None:
            standing.append(stands)
    for one in standing:  # sides yield to lines: no line waits because of a side
        agreed.hold(session, place, one.line)
        sides_too = (
            sides.stand(session, place, one.line, one.behind, book) if one.line.other_side else []
        )
        if not sides_too:
            one.line.other_side = one.line.apart = ""
        if one.line.apart == "gathered":
            one.of_several = sides_too
        else:
            one.entries += sides_too
    page, marks = _page(session, place, made, [one.line for one in standing], book, today)
    shown = {line.key for line in page.lines}
    for one in standing:
        if one.line.id not in shown:
            _waits(session, place, made, one.line, "cut", today)
            continue
        one.line.state, one.line.until, one.line.reason = "shown", today, ""
        releases.mark_shown(session, one.line.id)
        sharing.share(session, place, one.line, one.behind, book.roster, today)
        book.enter(one.entries, line=one.line.id)
        book.enter(one.of_several, line=OF_SEVERAL)
    book.enter(marks, line=OF_SEVERAL)
    said = quotes.placed(session, place, made, actor, now=now)
    made.state, made.frozen = "issued", places.freeze(pages.to_json(page), said)
    made.fingerprint = pages.fingerprint(made.frozen)
    record(session, actor, "digest.issue", made.fingerprint[:32], now)
    later = (
        *_to_the_group(session, place, made, now),
        *group_channel.to_each(session, place, made, now),
        *_to_the_desk(session, place, made, now),
    )
    waits = len(left_out.of_digest(session, made.id))
    told = [say("issued", number=str(made.number))]
    if waits:
        told.append(say("lines_wait_note"))
    return Reply(
        message("issued", say("issued_title"), " ".join(told)),
        later=later,
        outcome={"message": "issued"},
    )


def _page(
    session: Session, place: Place, made: Digest, lines: Sequence[Line], book: Ledger, today: date
) -> tuple[pages.Digest, list[release.Entry]]:
    """The page, with what enters the ledger for what it says of several lines together.

    Of whom enough was heard, and how a first contact came, is looked at with what stands on it: what is
    cut is not counted.
    """
    shown, since = list(lines), today - material.LOOKING_BACK
    while True:
        came = first_contact.cleared(session, place, shown, book, since=since)
        made.heard = heard.cleared(session, place, made, shown, book.roster, since=since)
        made.heard = [*made.heard, *(first_contact.name(one) for one in came)]
        session.flush()
        given = material.of(session, place, made.number, lines, today)
        page = pages.build(replace(given, first_contact=tuple(came)))
        on_it = {line.key for line in page.lines}
        left = [line for line in shown if line.id in on_it]
        if len(left) == len(shown):
            return page, [entry for entries in came.values() for entry in entries]
        shown = left


def _why_not_asked(line: Line) -> str:
    """Why a line is not even put to the rules: nobody signed it, or an editor keeps it back."""
    if line.state == "signed":
        return ""
    return "kept_back" if line.state == "kept_back" else "unsigned"


def _judged(
    session: Session, place: Place, line: Line, book: Ledger
) -> tuple[str, _Standing | None]:
    """Both rules and the ledger, on what stands behind a line now: why not, and what of it stands.

    Bands are brought up to date. What is behind it and no longer clears, or is no longer about it,
    waits again instead of being consumed unseen.
    """
    level, subject = _level(line), line.subject
    behind = gathering.behind(session, place, line)
    said = about(place, behind, level, subject)
    parts = release.stands(said, subject=subject, level=level, k=place.k, roster=book.roster)
    entries = {part: book.admit(part, said) for part in parts}
    kept = [part for part in parts if entries[part] is not None]
    bands = {part.rule: part.band for part in kept}
    line.practitioners_band = bands.get("practitioners", "")
    line.voices_band = bands.get("relayed", "")
    ids = frozenset[str]().union(*(part.contributions for part in kept))
    line.may_leave = bool(kept) and len(kept) == len(
        release.stands(
            [row for row in said if row.contribution in ids],
            subject=subject,
            level=level,
            k=max(place.k, release.LEAVING),
        )
    )
    why = "too_few" if not parts else "ledger" if len(kept) < len(parts) else ""
    if not kept:
        return why, None
    releases.let_go_of(session, line.id, set(releases.behind(session, line.id)) - ids)
    left = [one for one in behind if one.id in ids]
    return why, _Standing(line, left, [entry for entry in entries.values() if entry is not None])


def _level(line: Line) -> release.Level:
    return "group" if line.level == "group" else "theme"


def _waits(session: Session, place: Place, made: Digest, line: Line, why: str, today: date) -> None:
    """Log why a line, or a part of it, is not in this digest; a line with nothing left waits whole."""
    left_out.log(
        session,
        place.id,
        digest=made.id,
        title=line.title,
        why=why,
        on=today,
        said=line.reason if why == "kept_back" else "",
    )
    if why == "ledger" and (line.practitioners_band or line.voices_band):
        return
    releases.let_go(session, line.id)
    line.state = "kept_back"


def _to_the_group(
    session: Session, place: Place, made: Digest, now: datetime
) -> Sequence[Outgoing]:
    group = {
        person
        for role in (permissions.MEMBER, permissions.CHAIR, permissions.DELEGATE)
        for person in people.holders(session, place.id, role)
    }
    return [
        Outgoing(
            kind="digest_issued",
            to=person,
            once=f"digest:{made.id}:{person}",
            due=place.within_hours(now),
            about={"number": str(made.number)},
        )
        for person in sorted(group)
    ]


def _to_the_desk(session: Session, place: Place, made: Digest, now: datetime) -> Sequence[Outgoing]:
    """Whoever wrote and whoever signs hears what rolls over, once, and only when something does."""
    if not left_out.of_digest(session, made.id):
        return []
    desk = {
        person
        for role in (permissions.THEME_EDITOR, permissions.APPROVER)
        for person in people.holders(session, place.id, role)
    }
    return [
        Outgoing(
            kind="lines_wait",
            to=person,
            once=f"wait:{made.id}:{person}",
            due=place.within_hours(now),
            about={"digest_id": made.id, "digest": str(made.number)},
        )
        for person in sorted(desk)
    ]
