"""A pilot's one question, and the live session: who is present, its sentences, and who said yes.

Presence and every yes are deleted when a session ends, with the sentences and their keys.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select

from storage.database import Session
from storage.models import (
    Contribution,
    LineContribution,
    LiveSentence,
    LiveSession,
    LiveYes,
    Pilot,
    Present,
)
from storage.statements import compared

SESSION = "session:"  # before its id, where other contributions have the id of their prompt


def pilot(session: Session, partnership: str, today: date) -> Pilot | None:
    """The pilot that runs on this day, if any."""
    row = session.get(Pilot, partnership)
    return row if row is not None and row.until >= today else None


def begin_pilot(session: Session, partnership: str, *, prompt: str, until: date) -> None:
    """Ask this one question until that day; people are asked with the next round."""
    session.merge(Pilot(partnership_id=partnership, prompt_id=prompt, until=until, round_id=""))
    session.flush()


def end_pilot(session: Session, partnership: str) -> None:
    session.execute(delete(Pilot).where(Pilot.partnership_id == partnership))


def open_session(session: Session, partnership: str, *, code: str, on: date) -> LiveSession:
    row = LiveSession(
        id=secrets.token_hex(16),
        partnership_id=partnership,
        opened_on=on,
        code=code,
        state="open",
        people=0,
    )
    session.add(row)
    session.flush()
    return row


def now_open(session: Session, partnership: str) -> LiveSession | None:
    return session.scalars(
        select(LiveSession).where(
            LiveSession.partnership_id == partnership, LiveSession.state == "open"
        )
    ).first()


def get(session: Session, partnership: str, id: str) -> LiveSession | None:
    row = session.get(LiveSession, id)
    return row if row is not None and row.partnership_id == partnership else None


def come(session: Session, live: str, person: str, agency: str) -> None:
    session.merge(Present(session_id=live, person_id=person, agency=agency))
    session.flush()


def go(session: Session, live: str, person: str) -> None:
    """Somebody leaves the room: they are asked for nothing more, and their yes counts no longer."""
    own = select(LiveSentence.id).where(LiveSentence.session_id == live)
    session.execute(
        delete(LiveYes).where(LiveYes.person_id == person, LiveYes.sentence_id.in_(own))
    )
    session.execute(delete(Present).where(Present.session_id == live, Present.person_id == person))


def present(session: Session, live: str) -> Sequence[Present]:
    return session.scalars(
        select(Present).where(Present.session_id == live).order_by(Present.person_id)
    ).all()


def sentences(session: Session, live: str) -> Sequence[LiveSentence]:
    return session.scalars(
        select(LiveSentence)
        .where(LiveSentence.session_id == live)
        .order_by(LiveSentence.place, LiveSentence.id)
    ).all()


def sentence(session: Session, partnership: str, id: str) -> LiveSentence | None:
    row = session.get(LiveSentence, id)
    return row if row is not None and row.partnership_id == partnership else None


def words(session: Session, row: LiveSentence) -> str:
    return session.open("words", row.partnership_id, row.id, row.sealed_words)


def add(session: Session, live: LiveSession, text: str) -> None:
    last = session.scalar(
        select(func.max(LiveSentence.place)).where(LiveSentence.session_id == live.id)
    )
    id = secrets.token_hex(16)
    session.add(
        LiveSentence(
            id=id,
            partnership_id=live.partnership_id,
            session_id=live.id,
            place=(last or 0) + 1,
            state="stands",
            sealed_words=session.seal("words", live.partnership_id, id, text),
        )
    )
    session.flush()


def change(session: Session, row: LiveSentence, text: str) -> None:
    """Put other words in its place: whoever had said yes is asked again."""
    session.execute(delete(LiveYes).where(LiveYes.sentence_id == row.id))
    row.sealed_words = session.seal("words", row.partnership_id, row.id, text)
    row.state = "stands"
    session.flush()


def leave_out(session: Session, row: LiveSentence) -> None:
    session.execute(delete(LiveYes).where(LiveYes.sentence_id == row.id))
    session.destroy_key("words", row.id)
    session.delete(row)
    session.flush()


def say_yes(session: Session, sentence: str, person: str) -> None:
    session.merge(LiveYes(sentence_id=sentence, person_id=person))
    session.flush()


def said_yes(session: Session, sentence: str) -> frozenset[str]:
    rows = session.scalars(select(LiveYes.person_id).where(LiveYes.sentence_id == sentence))
    return frozenset(rows)


def end(session: Session, live: LiveSession, *, people: int = 0) -> None:
    """Over: nothing of who was there or who said what is left. `people` when its summary went on."""
    for row in sentences(session, live.id):
        leave_out(session, row)
    session.execute(delete(Present).where(Present.session_id == live.id))
    live.state, live.people, live.code = "sent", people, ""
    session.flush()
    if not people:
        session.delete(live)
        session.flush()


def end_since(session: Session, partnership: str, day: date) -> None:
    """A session opened on that day or before, and ended by nobody, is over; nothing of it goes on."""
    live = now_open(session, partnership)
    if live is not None and live.opened_on <= day:
        end(session, live)


def left_behind(session: Session, partnership: str, line: str) -> Sequence[Contribution]:
    """What live sessions left that stands behind a line, its words quick to open."""
    rows = session.scalars(
        select(Contribution)
        .join(LineContribution, LineContribution.contribution_id == Contribution.id)
        .where(
            LineContribution.line_id == line,
            compared(session, Contribution.partnership_id) == partnership,
            Contribution.prompt_id.startswith(SESSION, autoescape=True),
        )
        .order_by(Contribution.id)
    ).all()
    session.fetch_keys("words", [row.id for row in rows])
    return rows
