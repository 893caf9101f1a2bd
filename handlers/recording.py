"""Who did what, into the record that cannot be changed unseen. Ids and words of ours, never anybody's words."""

from __future__ import annotations

from datetime import datetime

from handlers.messages import Actor
from storage import Session, audit


def record(
    session: Session, actor: Actor, action: str, about: str, now: datetime, *, reason: str = ""
) -> None:
    """This actor did this, in their partnership; `about` is an id, an agency or a day, `reason` a reference."""
    audit.record(
        session,
        partnership=actor.partnership,
        actor=actor.person,
        action=action,
        about=about,
        reason=reason,
        at=now,
    )
