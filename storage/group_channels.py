"""Where a strategic group reads together: a channel of theirs, sealed, to which each digest is posted.

It is remembered when somebody speaks there, and holds nothing back until the group's chair says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from storage.addresses import Address, from_text, to_text
from storage.database import Session
from storage.models import GroupChannel
from storage.people import ANYWHERE


def _at(session: Session, address: Address) -> GroupChannel | None:
    return session.scalar(select(GroupChannel).where(GroupChannel.tag == _tag(session, address)))


def _tag(session: Session, address: Address) -> str:
    return session.keyring.tag(
        "address", "channel", address.platform, address.account, address.user
    )


def remember(session: Session, partnership: str, address: Address) -> str:
    """The id of this channel, to which nothing is posted yet; empty when it is another group's.

    `address.user` is the channel's own id.
    """
    row = _at(session, address)
    if row is not None and row.partnership_id != partnership:
        return ""
    if row is None:
        row = GroupChannel(
            id=secrets.token_hex(16),
            partnership_id=partnership,
            platform=address.platform,
            tag=_tag(session, address),
        )
        session.expect_new("people", [row.id])
        session.add(row)
    row.sealed = session.seal("people", ANYWHERE, row.id, to_text(address))
    session.flush()
    return row.id


def begin(session: Session, partnership: str, id: str, on: date) -> bool:
    """From now on each digest is posted there; whether such a channel was remembered."""
    row = session.get(GroupChannel, id)
    if row is None or row.partnership_id != partnership:
        return False
    row.since = row.since or on
    return True


def begun(session: Session, partnership: str) -> Sequence[str]:
    """Ids of the channels that each digest of this partnership is posted to."""
    return session.scalars(
        select(GroupChannel.id)
        .where(GroupChannel.partnership_id == partnership, GroupChannel.since.is_not(None))
        .order_by(GroupChannel.id)
    ).all()


def address_of(session: Session, partnership: str, id: str) -> Address | None:
    """Where to post; None when the group does not want it there any more."""
    row = session.get(GroupChannel, id)
    if row is None or row.partnership_id != partnership or row.since is None:
        return None
    return from_text(session.open("people", ANYWHERE, row.id, row.sealed))


def forget(session: Session, partnership: str, id: str) -> bool:
    """Nothing is posted there any more, and where it is goes with its key; whether anything was."""
    row = session.get(GroupChannel, id)
    if row is None or row.partnership_id != partnership:
        return False
    _delete(session, row)
    return row.since is not None


def gone(session: Session, address: Address) -> None:
    """Nobody can post there any more: the app was taken out."""
    row = _at(session, address)
    if row is not None:
        _delete(session, row)


def _delete(session: Session, row: GroupChannel) -> None:
    session.destroy_key("people", row.id)
    session.delete(row)
    session.flush()
