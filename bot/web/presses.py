"""How often somebody who is signed in may press: far more than a person does, and less than a program."""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.responses import HTMLResponse, Response

from bot.outbox.accept import PATIENCE
from bot.web import away
from bot.web.pages import Frame
from handlers.messages import Incoming
from storage import Database, sign_in

MOST = 240
WITHIN = timedelta(minutes=1)


def may_press(database: Database, person: str, *, now: datetime) -> bool:
    """Count one press of this person, on whichever machine; False when there were too many of late."""
    with database.writing(patience=PATIENCE) as session:
        return sign_in.may_try(session, f"press:{person}", now=now, most=MOST, within=WITHIN)


def too_many(event: Incoming, around: Frame, once: str) -> Response:
    """Nothing was kept, and what was typed is still there, to be sent in a minute."""
    wait = {"Retry-After": str(round(WITHIN.total_seconds()))}
    return HTMLResponse(away.not_saved(event, around, once, sure=True), 429, headers=wait)
