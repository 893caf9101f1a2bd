"""Issued records for a freedom-of-information request: what everybody in the group has read, and what came of it.

Digests go out as the bytes that were frozen, so that fingerprints hold, and once more for reading. Answers say
what, when and by which role, and no person. Quotes are left out: their words are their contributors'.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime

from digests.digest import fingerprint, from_json
from digests.render import digest_markdown
from handlers.messages import Actor
from handlers.permissions import require
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session, audit, commitments, releases
from storage.models import Commitment, Digest


def pack(
    session: Session, actor: Actor, *, first: date, last: date, now: datetime
) -> Mapping[str, bytes]:
    """The files of the pack by name, for the digests issued from the first to the last day.

    Raises:
        NotAllowedError: this actor may not.
        ValueError: a digest is not as it was when it was issued; nothing is handed out.
    """
    require(actor, "privacy.ask")
    place = place_of(session, actor.partnership)
    files: dict[str, bytes] = {}
    made = [row for row in releases.issued(session, place.id) if first <= row.slot_date <= last]
    for row in sorted(made, key=lambda row: row.number):
        if fingerprint(row.frozen) != row.fingerprint:
            raise ValueError(say("foi_changed", number=str(row.number)))
        name = f"digests/{row.slot_date.isoformat()}-digest-{row.number}"
        files[f"{name}.json"] = row.frozen.encode()
        files[f"{name}.md"] = digest_markdown(from_json(row.frozen)).encode()
    files["answers.json"] = _as_bytes(_answers(session, made))
    files["records.json"] = _as_bytes([_about(row) for row in made])
    days = {"first": first.isoformat(), "last": last.isoformat()}
    files["README.txt"] = (say("foi_readme", partnership_name=place.name, **days) + "\n").encode()
    sums = [f"{hashlib.sha256(held).hexdigest()}  {name}" for name, held in sorted(files.items())]
    files["SHA256SUMS"] = ("\n".join(sums) + "\n").encode()
    audit.record(
        session,
        partnership=place.id,
        actor=actor.person,
        action="foi.pack",
        about=hashlib.sha256(files["SHA256SUMS"]).hexdigest()[:32],
        at=now,
    )
    return files


def _answers(session: Session, made: list[Digest]) -> list[dict[str, str]]:
    """Every answer that people were told to a line of these digests, in order."""
    found = []
    for row in sorted(made, key=lambda row: row.number):
        lines = {line.id: line for line in releases.lines_of(session, row.id)}
        told = commitments.ever_confirmed(session, row.partnership_id)
        for answer in sorted(told, key=lambda answer: (answer.confirmed_on or date.min, answer.id)):
            line = lines.get(answer.line_id)
            if line is not None and line.state == "shown":
                found.append({"digest": str(row.number), "theme": line.title, **_answer(answer)})
    return found


def _answer(row: Commitment) -> dict[str, str]:
    """What was said, when, and by whom as a role; never by which person."""
    days = {"due_on": row.due_on, "confirmed_on": row.confirmed_on}
    said = {
        "status": row.status,
        "answer": row.answer,
        "for_a_young_person": row.child_words,
        "how_we_would_know": row.sign,
        "owner_role": row.owner_role,
        "passed_to": row.receiver,
        "state": row.state,
    }
    return said | {name: day.isoformat() if day else "" for name, day in days.items()}


def _about(row: Digest) -> dict[str, str]:
    frozen = json.loads(row.frozen)
    return {
        "digest": str(row.number),
        "issued_on": row.slot_date.isoformat(),
        "fingerprint_sha256": row.fingerprint,
        "mark_of_the_record": frozen.get("audit_hash", ""),
    }


def _as_bytes(found: object) -> bytes:
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()
