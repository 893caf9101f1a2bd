"""The guarded door: who to write back to, sealed apart from the words with a key class of its own.

Only `handlers.contributions`, `danger`, `loop` and `privacy` may import this file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from storage.database import Session
from storage.models import ReturnAddress


@dataclass(frozen=True)
class Address:
    """A person, and for a relay the champion's seat, which outlives the person."""

    person: str
    seat: str = ""


def keep(session: Session, *, partnership: str, contribution: str, address: Address) -> None:
    """Remember whom to write back to about a contribution that was made in this transaction."""
    session.expect_new("links", [contribution])
    text = json.dumps({"person": address.person, "seat": address.seat})
    session.add(
        ReturnAddress(
            contribution_id=contribution,
            partnership_id=partnership,
            owner_tag=owner_tag(session, partnership, address.person),
            seat_tag=owner_tag(session, partnership, address.seat) if address.seat else "",
            sealed=session.seal("links", partnership, contribution, text),
        )
    )
    session.flush()


def owner_tag(session: Session, partnership: str, owner: str) -> str:
    return session.keyring.tag("owner", partnership, owner)


def of(session: Session, contribution: str) -> Address | None:
    """Who spoke. None when they took their words back, or they were deleted."""
    row = session.get(ReturnAddress, contribution)
    if row is None:
        return None
    found = json.loads(session.open("links", row.partnership_id, contribution, row.sealed))
    return Address(found["person"], found["seat"])


def owned_by(session: Session, partnership: str, person: str) -> Sequence[str]:
    """Ids of what this person said here."""
    tag = owner_tag(session, partnership, person)
    return session.scalars(
        select(ReturnAddress.contribution_id).where(ReturnAddress.owner_tag == tag)
    ).all()


def tagged(session: Session, partnership: str, tags: Sequence[str]) -> Sequence[str]:
    """Ids of what belongs to these tags, of a person or of a seat."""
    return session.scalars(
        select(ReturnAddress.contribution_id).where(
            ReturnAddress.partnership_id == partnership,
            ReturnAddress.owner_tag.in_(tags) | ReturnAddress.seat_tag.in_(tags),
        )
    ).all()


def carried_by(session: Session, partnership: str, seat: str) -> Sequence[str]:
    """Ids of the relays that belong to a champion's seat, whoever sits in it now."""
    tag = owner_tag(session, partnership, seat)
    return session.scalars(
        select(ReturnAddress.contribution_id).where(ReturnAddress.seat_tag == tag)
    ).all()


def hand_over(session: Session, partnership: str, seat: str, person: str) -> None:
    """From now on relays that came through this seat are answered to this person, or wait for one.

    The seat itself becomes their owner: whoever wrote them down cannot open them any more, and the next
    holder never can.
    """
    tag = owner_tag(session, partnership, seat)
    rows = session.scalars(select(ReturnAddress).where(ReturnAddress.seat_tag == tag))
    for row in rows:
        text = json.dumps({"person": person, "seat": seat})
        row.owner_tag = tag
        row.sealed = session.reseal("links", partnership, row.contribution_id, row.sealed, text)
    session.flush()


def forget(session: Session, contribution: str) -> None:
    row = session.get(ReturnAddress, contribution)
    if row is not None:
        session.destroy_key("links", contribution)
        session.delete(row)
        session.flush()
