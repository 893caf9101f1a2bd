"""The last step of a partnership: records for whoever gets them, everything else deleted, a signed certificate.

The certificate says what was deleted, how much, and what stays; it names roles and no person. Anybody checks it
with the key beside it and common tools, and holds the records against the hash that it names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers import closing
from handlers.messages import Actor
from handlers.permissions import ROLES, require
from handlers.place import day_words
from handlers.place import of as place_of
from handlers.privacy import foi, parting
from handlers.wording import say
from storage import Session, audit, people, signing
from storage.models import Decision
from storage.parting import ending, going

STAYS = ("certificate_stays_record", "certificate_stays_names")


class NotYetError(Exception):
    """Something is still in the way; the arguments are sentences."""


@dataclass(frozen=True)
class Finished:
    """What is written into the folder, and the names of the keys that must be gone."""

    records: Mapping[str, bytes]
    certificate: Mapping[str, bytes]
    keys: frozenset[str]


def finish(session: Session, actor: Actor, *, now: datetime) -> Finished:
    """Write the records, delete everything, and sign what was done: committed by the caller, or not at all.

    Raises:
        NotAllowedError: this actor may not.
        NotYetError: something is left undone.
    """
    require(actor, "privacy.ask")
    place = place_of(session, actor.partnership)
    if wrong := closing.in_the_way(session, place, now):
        raise NotYetError(*wrong)
    row = closing.agreed(session, place.id)
    if row is None:
        raise NotYetError(say("close_not_agreed"))
    records = _records(session, actor, now)
    words = {"partnership_name": place.name, "to_whom": row.to_whom}
    ended_on = place.today(now)
    readme = say("close_readme", date=f"{day_words(ended_on)} {ended_on.year}", **words)
    about = {
        "what": say("certificate_what"),
        "partnership": place.id,
        "name": place.name,
        "ended_on": ended_on.isoformat(),
        "asked_for_by": _roles(session, row, row.asked_by),
        "agreed_to_by": _roles(session, row, row.decided_by),
        "reference": row.reference,
        "records_handed_to": row.to_whom,
        "records_sha256": hashlib.sha256(records["records/SHA256SUMS"]).hexdigest(),
    }
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="partnership.close",
        about=row.id,
        reason=row.reference,
        at=now,
    )
    about["record_of_what_was_done"] = audit.head(session, place.id)
    gone = ending.delete_all(session, place.id, on=ended_on)
    signed = _signed(session, place.id, about, gone)
    return Finished({"README.txt": f"{readme}\n".encode(), **records}, signed, frozenset(gone.keys))


def _records(session: Session, actor: Actor, now: datetime) -> dict[str, bytes]:
    """What the group has read and answered, and what was done."""
    files = dict(foi.pack(session, actor, first=date.min, last=date.max, now=now))
    del files["README.txt"], files["SHA256SUMS"]
    lines = audit.of_partnership(session, actor.partnership)
    files["record.jsonl"] = "".join(going.as_line(line) + "\n" for line in lines).encode()
    found = {f"records/{name}": held for name, held in files.items()}
    return found | {"records/SHA256SUMS": parting.sums(found)}


def _roles(session: Session, row: Decision, person: str) -> Sequence[str]:
    seats = people.seats_of(session, person, row.partnership_id)
    return sorted({ROLES[seat.role].lower() for seat in seats}) or [say("hold_nobody")]


def _signed(
    session: Session, partnership: str, about: Mapping[str, object], gone: ending.Ended
) -> Mapping[str, bytes]:
    said = {
        **about,
        "rows_deleted": dict(sorted(gone.rows.items())),
        "keys_destroyed": len(gone.keys),
        "stays": [say(id) for id in STAYS],
        "public_key": signing.public_key(session.keyring, partnership),
    }
    text = json.dumps(said, indent=2, ensure_ascii=False) + "\n"
    return {
        "certificate.json": text.encode(),
        "certificate.sig": bytes.fromhex(signing.sign(session.keyring, partnership, text)),
        "certificate-key.pem": signing.public_pem(session.keyring, partnership),
    }


def holds(files: Mapping[str, bytes], key: str = "") -> list[str]:
    """What is wrong with a folder that `finish` made, a sentence each; empty when all of it holds.

    Args:
        files: every file of the folder by its name.
        key: the partnership's public key as somebody had it before, hex; empty to take the folder's own.
    """
    try:
        text = files["certificate.json"].decode()
        said = json.loads(text)
        named, sums = said["public_key"], files["records/SHA256SUMS"]
        signature = files["certificate.sig"].hex()
        wanted = said["records_sha256"]
    except (KeyError, ValueError, TypeError):
        return [say("certificate_not_whole")]
    found = []
    if said.get("what") != say("certificate_what") or not signing.verified(
        key or named, text, signature
    ):
        found.append(say("certificate_not_signed"))
    if hashlib.sha256(sums).hexdigest() != wanted:
        found.append(say("certificate_other_records"))
    for line in sums.decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        if hashlib.sha256(files.get(name, b"")).hexdigest() != digest:
            found.append(say("certificate_record_changed", name=name))
    return found
