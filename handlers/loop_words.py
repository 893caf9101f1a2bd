"""A person's own loops and a champion's returns, in words: only ever for the one they belong to.

Guarded like `handlers.loop`, of which it is the reading half.
"""

from __future__ import annotations

from handlers.answers import STATUS_LABELS, status_words
from handlers.messages import Actor
from handlers.wording import say
from storage import Session, commitments, people, releases, return_addresses


def own_loops(session: Session, actor: Actor) -> list[dict[str, str]]:
    """Lines that my words are part of, each once, and one entry for what still waits."""
    mine = return_addresses.owned_by(session, actor.partnership, actor.person)
    lines = {line.id: line for id in mine if (line := releases.line_behind(session, id))}
    loops = []
    for line in sorted(lines.values(), key=lambda line: line.until, reverse=True):
        answer = commitments.answering(session, line)
        loops.append(
            {
                "title": line.title,
                "sentence": answer.answer if answer else _unanswered(session, line.id),
                "status": answer.status if answer else "heard",
                "status_label": status_words(answer) if answer else STATUS_LABELS["heard"],
            }
        )
    if any(releases.line_behind(session, id) is None for id in mine):
        loops.append(
            {
                "title": say("loop_waiting_title"),
                "sentence": say("loop_waiting"),
                "status": "waiting",
                "status_label": STATUS_LABELS["waiting"],
            }
        )
    return loops


def _unanswered(session: Session, line_id: str) -> str:
    """With the group for the first time, or again after an answer that did not last."""
    ended = commitments.last_ended(session, line_id)
    return say("loop_open_again" if ended is not None else "loop_reached_group")


def returns_of(session: Session, actor: Actor) -> list[dict[str, object]]:
    """Answers for this champion's seat to carry home; told ones are left out."""
    seats = people.seats_of(session, actor.person, actor.partnership)
    carried = [
        c
        for seat in seats
        if seat.role == "champion"
        for c in return_addresses.carried_by(session, actor.partnership, seat.id)
    ]
    found: list[dict[str, object]] = []
    for row in commitments.returns_for(session, actor.partnership, carried):
        answer = commitments.get(session, actor.partnership, row.commitment_id)
        line = releases.line(session, actor.partnership, answer.line_id) if answer else None
        if row.state != "ready" or answer is None or line is None:
            continue
        found.append(
            {
                "title": line.title,
                "sentence": answer.child_words,
                "status": answer.status,
                "status_label": status_words(answer),
                "return_id": row.id,
                "ready": True,
            }
        )
    return found
