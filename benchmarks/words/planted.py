"""Messages with planted details: invented sentences filled with invented people, streets and numbers.

Gives what protection is measured and proved on without anybody's real words: the templates, villages and
schools are in no list and in no training text, and `unseen=True` leaves out every name that a list has.
"""

from __future__ import annotations

import calendar
import random
import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

SLOT = re.compile(r"\{(\w+?)\}")
MONTHS = calendar.month_name[1:]


@dataclass(frozen=True)
class Planted:
    """A message and the stretches in it (start, end, type), in code points."""

    text: str
    template: str
    spans: tuple[tuple[int, int, str], ...]


@cache
def material() -> dict[str, Any]:
    """The templates and word lists of `planted.toml`."""
    return tomllib.loads(files(__package__).joinpath("planted.toml").read_text("utf-8"))


def messages(
    number: int,
    *,
    seed: int = 20261123,
    listed: Collection[str] = (),
    near: float = 0.2,
    written: Literal["first", "second"] = "first",
) -> Iterator[Planted]:
    """So many messages, evenly over the templates, `near` of them without any detail.

    `listed` holds folded names that must not be used; `written` says which set of templates.
    """
    chance = random.Random(seed)
    filler = Filler(chance, listed)
    sets = {"first": ("template", "near"), "second": ("second", "second_near")}
    templates, nothing = ([row["text"] for row in material()[name]] for name in sets[written])
    for n in range(number):
        if chance.random() < near:
            yield Planted(nothing[n % len(nothing)], f"near-{n % len(nothing)}", ())
        else:
            at = n % len(templates)
            yield fill(templates[at], filler, f"planted-{at}")


def fill(template: str, filler: Filler, name: str) -> Planted:
    """One template with every slot filled; a slot named twice gets the same words."""
    parts: list[str] = []
    spans: list[tuple[int, int, str]] = []
    given: dict[str, tuple[str, str]] = {}
    at = length = 0
    filler.begin()
    for slot in SLOT.finditer(template):
        before = template[at : slot.start()]
        if slot[1] not in given:
            given[slot[1]] = filler.value(slot[1])
        words, kind = given[slot[1]]
        parts += [before, words]
        length += len(before)
        bare = words[:-2] if words.endswith("'s") and kind == "PERSON" else words
        spans.append((length, length + len(bare), kind))
        length += len(words)
        at = slot.end()
    parts.append(template[at:])
    return Planted("".join(parts), name, tuple(spans))


class Filler:
    """Words for slots, by chance; the same slot name without its number has the same shape."""

    def __init__(self, chance: random.Random, listed: Collection[str]) -> None:
        names, places = material()["names"], material()["places"]
        self.chance = chance
        self.first = [n for n in names["first"].split() if n.casefold() not in listed]
        self.last = [n for n in names["last"].split() if n.casefold() not in listed]
        self.worded, self.nick = names["worded"].split(), names["nick"].split()
        self.lists = {
            key: [one.strip() for one in text.replace("\n", "").split("|") if one.strip()]
            for key, text in places.items()
        }
        self.used: set[str] = set()
        self.shapes: dict[str, tuple[str, Callable[[], str]]] = {
            "first": ("PERSON", self._first),
            "low": ("PERSON", lambda: self._first().lower()),
            "poss": ("PERSON", lambda: f"{self._first()}'s"),
            "full": ("PERSON", lambda: f"{self._first()} {self.pick(self.last)}"),
            "last": ("PERSON", lambda: self.pick(self.last)),
            "caps": ("PERSON", lambda: f"{self.pick(self.last)}, {self._first()}".upper()),
            "init": ("PERSON", self._initial),
            "title": ("PERSON", self._titled),
            "nick": ("PERSON", lambda: self.pick(self.nick)),
            "worded": ("PERSON", lambda: self.pick(self.worded)),
            "worded_low": ("PERSON", lambda: self.pick(self.worded).lower()),
            "lowfull": ("PERSON", lambda: f"{self._first()} {self.pick(self.last)}".lower()),
            "lowtitle": ("PERSON", lambda: self._titled().lower()),
            "street": ("ADDRESS", lambda: self.pick(self.lists["streets"])),
            "town": ("LOCATION", lambda: self.pick(self.lists["towns"])),
            "lowtown": ("LOCATION", lambda: self.pick(self.lists["towns"]).lower()),
            "school": ("SCHOOL", lambda: self.pick(self.lists["schools"])),
            "lowschool": ("SCHOOL", lambda: self.pick(self.lists["schools_low"])),
            "addr": ("ADDRESS", self._address),
            "lowaddr": ("ADDRESS", lambda: self._address().lower()),
            "postcode": ("POSTCODE", self._postcode),
            "lowpostcode": ("POSTCODE", lambda: self._postcode().lower()),
            "phone": ("PHONE", self._phone),
            "email": ("EMAIL", self._email),
            "handle": ("HANDLE", self._handle),
            "url": ("URL", self._link),
            "nhs": ("NHS_NUMBER", self._nhs),
            "ni": ("NI_NUMBER", self._ni),
            "case": ("CASE_REF", self._case),
            "plate": ("VEHICLE_REG", self._plate),
            "lowplate": ("VEHICLE_REG", lambda: self._plate().lower()),
            "dob": ("DATE_OF_BIRTH", self._date),
        }

    def begin(self) -> None:
        """A new message: nobody in it yet."""
        self.used.clear()

    def value(self, slot: str) -> tuple[str, str]:
        """Words for a slot, and their type."""
        kind, make = self.shapes[slot.rstrip("0123456789")]
        return make(), kind

    def pick(self, among: list[str]) -> str:
        """One that this message has not had yet."""
        found = self.chance.choice([one for one in among if one not in self.used] or among)
        self.used.add(found)
        return found

    def _first(self) -> str:
        return self.pick(self.first)

    def _initial(self) -> str:
        if self.chance.random() < 0.5:
            return f"{self._first()} {self.pick(self.last)[0]}"
        return f"{self._first()[0]}. {self.pick(self.last)}"

    def _titled(self) -> str:
        return f"{self.chance.choice(['Mrs', 'Mr', 'Ms', 'Miss', 'Dr'])} {self.pick(self.last)}"

    def _address(self) -> str:
        street, number = self.pick(self.lists["streets"]), self.chance.randint(1, 160)
        shape = self.chance.randrange(4)
        if shape == 0:
            return f"Flat {number % 30 + 1}, {self.chance.randint(1, 99)} {street}"
        return f"{number}{self.chance.choice(['', '', 'a', 'b'])} {street}"

    def _postcode(self) -> str:
        area = self.chance.choice(["LS", "NE", "CF", "E", "SA", "PR", "TS", "B", "LE", "WF"])
        inward = self.chance.choice("ABDEFGHJLNPQRSTUWXYZ") + self.chance.choice("ABDEFGHJLNPQ")
        gap = self.chance.choice([" ", " ", ""])
        return f"{area}{self.chance.randint(1, 29)}{gap}{self.chance.randint(1, 9)}{inward}"

    def _phone(self) -> str:
        start, tail = self.chance.choice(
            [("07700 900", 3), ("0113 496 0", 3), ("020 7946 0", 3), ("01632 960", 3)]
        )
        number = start + "".join(self.chance.choice("0123456789") for _ in range(tail))
        change = self.chance.randrange(4)
        if change == 0:
            return number.replace(" ", "")
        if change == 1:
            return f"+44 {number[1:]}"
        return number.replace(" ", "-") if change == 2 else number

    def _email(self) -> str:
        name = self._first().lower().encode("ascii", "ignore").decode() or "someone"
        post = self.chance.choice(["mail.example", "example.org", "post.example.net"])
        return f"{name}{self.chance.choice(['.', '_', ''])}{self.chance.randint(1, 99)}@{post}"

    def _handle(self) -> str:
        word = self.chance.choice(["moss", "nightbus", "kickflip", "lilac", "tide", "noodle"])
        number = self.chance.randint(1, 99)
        return self.chance.choice([f"@{word}.{number}", f"@x{word}x", f"{word}_{number}x"])

    def _link(self) -> str:
        page = self.chance.choice(["estate", "year9", "rate"])
        host = self.chance.choice(["social", "pages", "clips"])
        return f"https://{host}.example/{page}{self.chance.randint(10, 999)}"

    def _nhs(self) -> str:
        while True:
            digits = [9, 9, 9, *(self.chance.randrange(10) for _ in range(6))]
            check = -sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
            if check < 10:
                break
        text = "".join(map(str, [*digits, check]))
        gap = self.chance.choice([" ", "-", ""])
        return gap.join((text[:3], text[3:6], text[6:]))

    def _ni(self) -> str:
        pairs = [f"{self.chance.randrange(100):02}" for _ in range(3)]
        return self.chance.choice([" ", ""]).join(["QQ", *pairs, self.chance.choice("ABCD")])

    def _case(self) -> str:
        number = self.chance.randrange(10_000, 9_999_999)
        return self.chance.choice(
            [f"LCS{number}", f"CP-{number}", f"EHM/{number}", f"{number}", f"URN {number}"]
        )

    def _plate(self) -> str:
        letters = "".join(self.chance.choice("ABCDEFGHJKLMNOPRSTUVWXY") for _ in range(5))
        gap = self.chance.choice([" ", ""])
        return f"{letters[:2]}{self.chance.randint(2, 74):02}{gap}{letters[2:]}"

    def _date(self) -> str:
        day, month = self.chance.randint(1, 28), self.chance.randint(1, 12)
        year = self.chance.randint(2008, 2018)
        return self.chance.choice(
            [
                f"{day}/{month:02}/{year}",
                f"{day}.{month}.{year % 100:02}",
                f"{day} {MONTHS[month - 1]} {year}",
                f"{day}-{month}-{year}",
                f"{MONTHS[month - 1]} {day}, {year}",
            ]
        )
