"""What a found detail is, and the words that stand in for it.

Keeps the promise that what replaces a detail keeps the sense of the sentence: a person stays a
person and a street a street, numbered where there are several. The stand-ins are a closed set, so
that words protected once are recognised and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

STAND_INS = {
    "name": "person",
    "young_name": "young person",
    "address": "street",
    "postcode": "postcode",
    "school": "school",
    "phone": "phone",
    "email": "email",
    "handle": "profile",
    "link": "link",
    "nhs_number": "NHS number",
    "ni_number": "NI number",
    "reference": "reference",
    "vehicle": "vehicle",
    "account": "account number",
    "dob": "date of birth",
    "age_place": "age and place",
    "car_place": "vehicle and place",
    "place": "place",
    "combination": "someone",
}

NOTES = {
    "name": "looks like a name",
    "address": "looks like an address",
    "postcode": "looks like a postcode",
    "school": "looks like a school",
    "phone": "looks like a phone number",
    "email": "looks like an email address",
    "handle": "looks like an online name",
    "link": "looks like a link to a page",
    "nhs_number": "looks like an NHS number",
    "ni_number": "looks like an NI number",
    "reference": "looks like a case reference",
    "vehicle": "looks like a number plate",
    "account": "looks like a card or account number",
    "dob": "looks like a date of birth",
    "age_place": "an exact age and a place may point to someone; “a younger teenager” would do",
    "car_place": "a car and where it stands may point to someone; “a car outside” would do",
    "place": "looks like a town or area",
    "combination": "together these may point to one person; “one of the young people here” would do",
}

STAND_IN = re.compile(
    r"\[(?:" + "|".join(sorted(map(re.escape, STAND_INS.values()), key=len, reverse=True)) + r")"
    r"(?: [0-9]{1,4})?\]"
)


@dataclass(frozen=True)
class Detail:
    """A stretch that could point to someone; `start` and `end` are code points of the words."""

    start: int
    end: int
    kind: str
    text: str
    replacement: str
    note: str = ""


@dataclass(frozen=True, order=True)
class Span:
    """A stretch before it has a stand-in."""

    start: int
    end: int
    kind: str

    @property
    def ends(self) -> tuple[int, int]:
        """Where it starts and ends."""
        return self.start, self.end


class Taken:
    """Which characters of a text are taken already; asking costs no more than the stretch is long."""

    def __init__(self, length: int, spans: Iterable[Span] = ()) -> None:
        self._marks = bytearray(length)
        for span in spans:
            self.add(span)

    def add(self, span: Span) -> None:
        """Take a stretch."""
        self._marks[span.start : span.end] = b"\1" * (span.end - span.start)

    def touches(self, start: int, end: int) -> bool:
        """Whether a character between these is taken."""
        return self._marks.find(1, start, end) >= 0
