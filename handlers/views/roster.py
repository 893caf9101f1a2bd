"""The list of people at the desk: found by name, address, agency or seat, and shown page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from handlers import enrolment
from handlers.permissions import ROLES
from handlers.place import Place
from storage import Session, people
from storage.models import Seat

Values = dict[str, Any]
ON_A_PAGE = 20


@dataclass(frozen=True)
class Asked:
    """What the coordinator looks for: part of a name, address or agency, and a seat. Pages begin at 1."""

    find: str = ""
    role: str = ""
    page: int = 1


def people_page(session: Session, place: Place, seats: Sequence[Seat], asked: Asked) -> Values:
    """One page of the people found, by name, with what the page needs to turn and to look again."""
    held: dict[str, list[Seat]] = {}
    for seat in seats:
        if seat.person_id:
            held.setdefault(seat.person_id, []).append(seat)
    role = asked.role if asked.role in ROLES else ""
    among = {id for id, own in held.items() if not role or any(s.role == role for s in own)}
    known = people.known_all(session, among)
    wanted = enrolment.plain(asked.find).casefold()
    found = sorted(
        (
            id
            for id in among
            if _matches(wanted, known[id], [enrolment.agency_words(s.agency) for s in held[id]])
        ),
        key=lambda id: (known[id].name.casefold(), id),
    )
    last = max(1, -(-len(found) // ON_A_PAGE))
    page = min(max(1, asked.page), last)
    shown = found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return {
        "find": asked.find,
        "role": role,
        "roles": [{"value": id, "label": label} for id, label in ROLES.items()],
        "rows": [_row(known[id], held[id]) for id in shown],
        "page": page,
        "last": last,
        "before": _address(asked.find, role, page - 1) if page > 1 else "",
        "after": _address(asked.find, role, page + 1) if page < last else "",
    }


def _matches(wanted: str, known: people.Known, agencies: Sequence[str]) -> bool:
    if not wanted:
        return True
    return any(wanted in text.casefold() for text in (known.name, known.email, *agencies))


def _row(known: people.Known, seats: Sequence[Seat]) -> Values:
    agencies = dict.fromkeys(enrolment.agency_words(seat.agency) for seat in seats)
    return {
        "id": known.id,
        "name": known.name,
        "agency": ", ".join(agencies),
        "seats": ", ".join(dict.fromkeys(ROLES[seat.role] for seat in seats)),
        "href": f"/desk/{known.id}",
    }


def _address(find: str, role: str, page: int) -> str:
    return "/desk?" + urlencode({"find": find, "role": role, "page": page}) + "#people"
