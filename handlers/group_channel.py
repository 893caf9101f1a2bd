"""The strategic group's own channel: each digest comes there too, from when its chair says so until they end it.

Everybody whom the channel's owner lets in reads along, so it is the group's decision and nobody else's,
is said in that place, and is in the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.messages import Actor, Incoming, Outgoing, Reply
from handlers.place import Place
from handlers.place import of as place_of
from handlers.recording import record
from handlers.surfaces import message
from handlers.wording import say
from storage import Session, group_channels
from storage.models import Digest

KIND = "digest_in_channel"


def begin(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """From the next one on, each digest is posted in the channel where this was said."""
    place = place_of(session, actor.partnership)
    id = event.fields.get("channel", "")
    if not group_channels.begin(session, place.id, id, place.today(now)):
        return Reply(
            message("channel_unknown", say("channel_unknown_title"), say("channel_unknown"))
        )
    record(session, actor, "digest.channel", id, now)
    said = say("channel_begun", partnership_name=place.name)
    return Reply(
        message("channel_begun", say("channel_begun_title"), said),
        outcome={"message": "channel_begun"},
    )


def end(session: Session, actor: Actor, event: Incoming, *, now: datetime) -> Reply:
    """No digest is posted there any more, also none that is on its way."""
    id = event.fields.get("channel", "")
    if not group_channels.forget(session, actor.partnership, id):
        return Reply(
            message("channel_unknown", say("channel_unknown_title"), say("channel_unknown"))
        )
    record(session, actor, "digest.channel", id, now, reason="ended")
    return Reply(
        message("channel_ended", say("channel_ended_title"), say("channel_ended")),
        outcome={"message": "channel_ended"},
    )


def to_each(session: Session, place: Place, made: Digest, now: datetime) -> Sequence[Outgoing]:
    """A digest that was issued, for each channel of the group."""
    return [
        Outgoing(
            kind=KIND,
            to=id,
            via="channel",
            once=f"digest:{made.id}:{id}",
            due=place.within_hours(now),
            about={"number": str(made.number)},
        )
        for id in group_channels.begun(session, place.id)
    ]
