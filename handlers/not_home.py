"""Answers that have not got home: the group hears of it only when several have not, and never from which seat.

The rule is that of relayed voices, so that neither one champion nor one agency can be told from it.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from handlers.place import Place
from handlers.wording import say
from storage import Session, commitments, people, return_addresses

LOOKING_BACK = timedelta(weeks=12)
SEATS, AGENCIES = (
    3,
    2,
)  # DESIGN §3.6, the rule of relayed voices: two seats remain without the largest


def line(session: Session, place: Place, today: date) -> str:
    """The one sentence that the group reads about it; empty when too few did not get home."""
    lost: Counter[str] = Counter()
    for back in commitments.not_home(session, place.id, today - LOOKING_BACK):
        address = return_addresses.of(session, back.contribution_id)
        if address is not None and address.seat:
            lost[address.seat] += 1
    seats = [people.seat_by_id(session, place.id, id) for id in lost]
    agencies = {seat.agency for seat in seats if seat is not None}
    enough = lost.total() >= place.k and len(lost) >= SEATS and len(agencies) >= AGENCIES
    return say("loop_not_home_line") if enough else ""
