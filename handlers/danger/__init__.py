"""Possible present danger: the signpost in the same reply, set aside, opened with a reason, handed off.

This is not a referral channel.
"""

from handlers.danger.first_look import ASKS, GO_ON, SET_ASIDE, Way, carried, mark_unread, stops
from handlers.danger.opening import (
    AUTHOR_HAS,
    DELETE_AFTER,
    hand_off,
    not_live,
    open_form,
    open_item,
    reader_of,
)
from handlers.danger.signposts import choose, own_item, signpost
from handlers.danger.tending import forget, tend
from handlers.danger.writer import ask_who

__all__ = [
    "ASKS",
    "AUTHOR_HAS",
    "DELETE_AFTER",
    "GO_ON",
    "SET_ASIDE",
    "Way",
    "ask_who",
    "carried",
    "choose",
    "forget",
    "hand_off",
    "mark_unread",
    "not_live",
    "open_form",
    "open_item",
    "own_item",
    "reader_of",
    "signpost",
    "stops",
    "tend",
]
