"""What names nobody and still points to somebody: the only one, an age with a place, a car with a place.

Keeps the promise that a rare mix is put before whoever wrote it, with a wording that says as much and
points to nobody. In a small place "the only girl on the team" is a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digests.protect.detail import Span

_I = re.IGNORECASE
_CAP = r"[A-Z][A-Za-z'’-]{0,24}"
_WHO = (
    r"(?:girl|boy|lad|lass|child|kid|baby|teenager|twins?|triplets|family|pupil|student|mum|mam"
    r"|mother|dad|father"
    r"|sisters?|brothers?|siblings|woman|man|bloke|couple|one|foster carer|carer|worker|officer"
    r"|pcso|teacher)"
)
_PLAIN_WHO = r"(?:lad|lass|girl|boy|kid|twins?|man|woman|bloke|mum|dad|family)"
_RARE = (
    r"(?:kurdish|roma|romany|traveller|gypsy|polish|romanian|lithuanian|latvian|bulgarian"
    r"|albanian|ukrainian|russian"
    r"|somali|sudanese|eritrean|ethiopian|nigerian|ghanaian|congolese|zimbabwean|afghan|syrian"
    r"|iraqi|iranian|turkish"
    r"|yemeni|pakistani|bangladeshi|indian|sri lankan|tamil|nepali|vietnamese|chinese|filipino"
    r"|thai|portuguese"
    r"|brazilian|jamaican|jewish|muslim|sikh|hindu|buddhist|catholic|mormon|black|asian"
    r"|mixed-race|arab|deaf|blind"
    r"|disabled|autistic|trans|transgender|non-binary|gay|lesbian|pregnant|adopted|looked-after"
    r"|home-educated)"
)
_SPOT = (
    r"(?:at|in|on|off|from|over|near|by) (?:the |our |that |a "
    r"|this )?[\w'’-]{2,20}(?: [\w'’-]{1,20})?"
)
ONLY = re.compile(
    rf"\b(?:the |our |my )?only (?:[\w'’-]{{2,14}} ){{0,3}}{_WHO} {_SPOT}"
    rf"(?: (?:with|who) (?:a |an |the |has |is )?[\w'’-]{{2,20}}(?: [\w'’-]{{2,20}})?)?",
    _I,
)
DOING = re.compile(
    rf"\b(?:the )?(?:[\w'’-]{{2,14}} )?{_PLAIN_WHO} (?:with|in|off|from) (?:the"
    rf"|a) (?:[\w'’-]{{2,20}} ){{1,3}}(?:who|that)"
    r" (?:does|do|lives?|works?|sings?|sells?|drives?|plays?|runs?|walks?|busks?"
    r"|cleans?)(?: [\w'’-]{1,20}){1,6}",
    _I,
)
RARE = re.compile(
    rf"\b(?:the|our|that|this) (?:[\w'’-]{{2,14}} )?{_RARE} (?:[\w'’-]{{2,14}} )?{_WHO} {_SPOT}", _I
)
COUNTED = re.compile(
    rf"\b(?:one of (?:only )?(?:two|three|four) {_RARE}? ?(?:girls|boys|lads|lasses|children|kids"
    rf"|families|pupils|students"
    rf"|mums|dads|women|men)) {_SPOT}",
    _I,
)
_AGE = r"(?:[5-9]|1[0-9]|2[0-5])"
AGE_PLACE = re.compile(
    rf"\b(?:{_AGE}[ -]?(?:yo|y/o|year[ -]olds?|yr[ -]olds?|yrs? old|years old)"
    rf"|(?i:aged) {_AGE})(?:,? [a-z]{{2,12}}){{0,3}},? (?:from"
    rf"|in|near|at) (?:the )?{_CAP}(?: {_CAP})?"
    rf"|\({_AGE}, {_CAP}(?: {_CAP})?\)"
)
_COLOUR = r"(?:black|white|silver|grey|gray|blue|red|green|yellow|orange|purple|gold|brown|pink|beige|lime)"
_CAR = (
    r"(?:car|van|moped|motorbike|bike|taxi|pick-?up|4x4|corsa|astra|fiesta|focus|golf|polo|clio"
    r"|bmw|audi|merc|mercedes|vauxhall"
    r"|ford|transit|nissan|micra|qashqai|toyota|yaris|honda|seat|ibiza|skoda|fabia|kia|hyundai|vw"
    r"|volkswagen|peugeot"
    r"|renault|citroen|berlingo|vivaro|range rover|mini|tesla|jaguar)"
)
CAR_PLACE = re.compile(
    rf"\b{_COLOUR} (?:[A-Za-z0-9-]{{1,12}} ){{0,2}}?{_CAR}(?: (?:parked|waits|waiting|sat|stops|stopped|always"
    r"|often|still|is|was|seen|hanging|around|round|again|there|up|reg)){0,3} "
    r"(?:outside|behind|by|near|opposite|in|at|on|off) (?:the |our )?[\w'’-]{2,20}(?: [\w'’-]{2,20})?",
    _I,
)
_MAYBE = frozenset(re.findall(r"[\w-]+", f"{_RARE} {_COLOUR} only who that one"))


def telling(words: str) -> Iterator[Span]:
    """Mixes that may point to one person; spans may overlap."""
    yield from (Span(*found.span(), "age_place") for found in AGE_PLACE.finditer(words))
    if _MAYBE.isdisjoint(words.casefold().split()):
        return
    yield from (Span(*found.span(), "car_place") for found in CAR_PLACE.finditer(words))
    for pattern in (ONLY, DOING, RARE, COUNTED):
        yield from (Span(*found.span(), "combination") for found in pattern.finditer(words))
