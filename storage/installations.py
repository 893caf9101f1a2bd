"""Where an app of ours has been let in: the tokens of each workspace, sealed, found by a keyed tag."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Session
from storage.models import Installation
from storage.people import ANYWHERE


@dataclass(frozen=True)
class Installed:
    """What a platform gave us for one account. `expires_at` and `refresh` are there where tokens rotate."""

    token: str
    refresh: str = ""
    expires_at: datetime | None = None


def _tag(session: Session, platform: str, account: str) -> str:
    return session.keyring.tag("address", "installation", platform, account)


def _row(session: Session, platform: str, account: str) -> Installation | None:
    tag = _tag(session, platform, account)
    return session.scalar(select(Installation).where(Installation.tag == tag))


def keep(session: Session, platform: str, account: str, installed: Installed) -> None:
    """Add an installation, or put new tokens in the place of old ones."""
    row = _row(session, platform, account)
    if row is None:
        row = Installation(
            id=secrets.token_hex(16),
            platform=platform,
            tag=_tag(session, platform, account),
        )
        session.add(row)
    content = json.dumps({"account": account, **asdict(installed)}, default=datetime.isoformat)
    row.sealed = session.seal("people", ANYWHERE, row.id, content)
    session.flush()


def find(session: Session, platform: str, account: str) -> Installed | None:
    row = _row(session, platform, account)
    return _opened(session, row)[1] if row is not None else None


def every(session: Session, platform: str) -> Sequence[tuple[str, Installed]]:
    """Each account with what is kept for it."""
    rows = session.scalars(select(Installation).where(Installation.platform == platform))
    return [_opened(session, row) for row in rows]


def _opened(session: Session, row: Installation) -> tuple[str, Installed]:
    content = json.loads(session.open("people", ANYWHERE, row.id, row.sealed))
    expires = content["expires_at"]
    at = datetime.fromisoformat(expires) if expires else None
    return content["account"], Installed(content["token"], content["refresh"], at)


def forget(session: Session, platform: str, account: str) -> None:
    """Uninstalled or revoked: the tokens and their key go."""
    row = _row(session, platform, account)
    if row is not None:
        session.destroy_key("people", row.id)
        session.delete(row)
        session.flush()
