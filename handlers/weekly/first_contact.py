"""How a first contact came, where enough of those behind what was shown say so: as help, or as a police or
court matter.

A tag that people give by their own choice, looked at over what digests have shown, as every lens is. Each
answer has a window of its own, which stays open until it clears and never overlaps the next; it clears by the
rules of a line, and is held against everything issued as a side of a line is. No figure of it is ever shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from digests import release
from digests.content import FIRST_CONTACTS
from handlers.place import Place
from handlers.weekly.ledger import Ledger
from storage import Session, counting, releases
from storage.models import Line


def cleared(
    session: Session, place: Place, lines: Sequence[Line], book: Ledger, *, since: date
) -> dict[str, list[release.Entry]]:
    """Which answers may be shown with these lines, each with what then enters the ledger."""
    before = releases.issued(session, place.id)
    number = {digest.id: digest.number for digest in before}
    shown = [line for line in releases.shown_lines(session, place.id) if line.until > since]
    found: dict[str, list[release.Entry]] = {}
    for came in FIRST_CONTACTS if lines else ():
        last = max((digest.number for digest in before if name(came) in digest.heard), default=0)
        window = [line for line in shown if number.get(line.digest_id, 0) > last]
        said = _said(session, place, [line.id for line in (*window, *lines)], came)
        parts = release.stands(
            said, subject=name(came), level="theme", k=place.k, roster=book.roster
        )
        beside = [entry for entries in found.values() for entry in entries]
        entries = [book.mark(part, said, beside) for part in parts]
        if standing := [entry for entry in entries if entry is not None]:
            found[came] = standing
    return found


def name(came: str) -> str:
    """What a digest is marked with that has shown this answer, so that its window ends there."""
    return f"first_contact:{came}"


def _said(session: Session, place: Place, lines: Sequence[str], came: str) -> list[release.Spoken]:
    return [
        release.Spoken(
            contribution=one.id,
            person=one.alike.person,
            agency=one.alike.agency,
            theme=name(came),
            group=name(came),
            relayed=one.alike.relayed,
            voices=one.voices,
        )
        for one in counting.tagged(session, place.id, lines, came)
    ]
