"""A whole partnership takes its data away, in open formats, when two people agreed to it.

Words lie without people and people without words; what joins them goes into one sealed file. Tables stand there
exactly, a line of JSON each row, and once more as spreadsheets in which no cell is read as a formula.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.cells import spreadsheet
from handlers.messages import Actor
from handlers.permissions import require
from handlers.place import of as place_of
from handlers.wording import say
from storage import Session, audit, decisions
from storage.models import Decision
from storage.parting import going, shape

AGREED_FOR = timedelta(days=30)
LINKS_FILE = "links.sealed"


@dataclass(frozen=True)
class Parted:
    """The files of the folder by name, and the lines that are only ever written sealed."""

    files: Mapping[str, bytes]
    links: Sequence[str]
    decision: str


class NotAgreedError(Exception):
    """No second person has agreed to this of late."""


def agreed(session: Session, partnership: str, kind: str, *, now: datetime) -> Decision:
    """What two people decided; raises NotAgreedError when they have not, or long ago."""
    place = place_of(session, partnership)
    for row in decisions.agreed(session, partnership, kind):
        if row.decided_on is not None and row.decided_on >= place.today(now) - AGREED_FOR:
            return row
    raise NotAgreedError


def leave(session: Session, actor: Actor, *, revision: str, now: datetime) -> Parted:
    """Everything that goes along; that it was written is in the record.

    Raises:
        NotAllowedError: this actor may not.
        NotAgreedError: nobody else has agreed.
    """
    require(actor, "privacy.ask")
    decision = agreed(session, actor.partnership, "leave", now=now)
    found = list(going.open_tables(session, actor.partnership))
    linked = list(going.links(session, actor.partnership))
    tags = going.tags(session, actor.partnership, [*found, *linked])
    files: dict[str, bytes] = {}
    for one in found:
        lines = "".join(going.as_line(row) + "\n" for row in one.rows)
        files[f"tables/{one.table}.jsonl"] = lines.encode()
        files[f"spreadsheets/{one.table}.csv"] = spreadsheet(one.rows)
    record = audit.of_partnership(session, actor.partnership)
    files["record.jsonl"] = "".join(going.as_line(row) + "\n" for row in record).encode()
    schema = going.schema(found, linked, revision)
    schema |= {"partnership": actor.partnership, "does_not_go_along": dict(shape.STAYS)}
    files["schema.json"] = (json.dumps(schema, indent=2, ensure_ascii=False) + "\n").encode()
    name = place_of(session, actor.partnership).name
    files["README.txt"] = (say("leave_readme", partnership_name=name) + "\n").encode()
    links = [going.as_line({"table": one.table, "row": row}) for one in linked for row in one.rows]
    links += [going.as_line({"tags": tags})]
    decision.state = "ended"
    audit.record(
        session,
        partnership=actor.partnership,
        actor=actor.person,
        action="partnership.leave",
        about=decision.id,
        reason=decision.reference,
        at=now,
    )
    return Parted(files, links, decision.id)


def sums(files: Mapping[str, bytes]) -> bytes:
    """A list by which anybody checks that no file was changed."""
    each = [f"{hashlib.sha256(held).hexdigest()}  {name}" for name, held in sorted(files.items())]
    return ("\n".join(each) + "\n").encode()
