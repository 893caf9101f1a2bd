"""Details that have a shape of their own: numbers, codes, addresses on the net, dates of birth.

Keeps the promise that these are found whatever the spelling of the words around them. Every pattern
is linear in the length of the text. Phones include the ranges that Ofcom keeps for drama; an NHS
number needs its check digit, or the letters NHS beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digests.protect.detail import Span

_I = re.IGNORECASE

EMAIL = re.compile(
    r"(?<![\w.+-])[a-z0-9][a-z0-9._%+'-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}(?<![.-])",
    _I,
)
LINK = re.compile(
    r"\b(?:https?://|www\.)[^\s<>\"'()\x00]{1,500}(?<![.,;:!?])"
    r"|\b[a-z0-9-]{2,63}(?:\.[a-z0-9-]{2,30}){0,3}\.(?:com|org|net|uk|io|co|me|gg"
    r"|example)/[^\s<>\"'()\x00]{1,300}"
    r"(?<![.,;:!?])",
    _I,
)
HANDLE = re.compile(r"(?<![\w.@])@[a-z0-9_][a-z0-9_.]{1,29}(?<!\.)", _I)
HANDLE_CUE = re.compile(
    r"\b(?:snap|insta|instagram|snapchat|tiktok|discord|username|user name|handle)"
    r"(?: (?:name|is|account|as|him|her|me|them|on|under))*[ :]{1,2}"
    r"(?P<it>(?=[a-z0-9_.]{0,28}[0-9_])[a-z0-9][a-z0-9_.]{2,28}[a-z0-9_])",
    _I,
)
HANDLE_LIKE = re.compile(
    r"(?<![\w.@/])(?=[a-z0-9.]{0,24}_)(?=[\w.]{0,24}[a-z])[a-z0-9][a-z0-9._]{3,28}(?<!\.)\b", _I
)
POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}[0-9][A-Z0-9]?) ?[0-9][ABD-HJLNP-UW-Z]{2}\b|\bGIR ?0AA\b", _I
)
NI_NUMBER = re.compile(
    r"\b[A-CEGHJ-PQR-TW-Z][A-CEGHJ-NPQR-TW-Z][ -]?(?:[0-9]{2}[ -]?){3}[A-D]\b", _I
)
NHS_NUMBER = re.compile(r"(?<![\w+])(?<!\d[ -])[0-9]{3}([ -]?)[0-9]{3}\1[0-9]{4}(?![\w]|[ -]\d)")
NHS_CUE = re.compile(r"\bnhs(?: (?:no|number|num))?[.:]?(?: is)? ?$", _I)
PHONE = re.compile(
    r"(?<![\w+])(?:"
    r"(?:\+|00)44[ -]?(?:\(0\)[ -]?)?[1-9](?:[ -]?[0-9]){8,9}"
    r"|\(?0[1-9][0-9]{1,4}\)?(?:[ -]?[0-9]){5,8}"
    r")(?![0-9])"
)
PHONE_ABROAD = re.compile(
    r"(?<![\w+.,/:£$€#-])(?:\+[0-9]{1,3}[ .-]?)?(?:\(0?[0-9]{0,4}\)[ .-]?)?"
    r"[0-9]{2,4}(?:[ .-][0-9]{2,5}){1,4}(?![\w/:]|[.,-][0-9])"
)
PHONE_CUE = re.compile(
    r"\b(?:call|ring|phone|fax|mobile|mob|tel|desk|cell|text|number)\b[\w ]{0,12}[:. ]{1,3}$", _I
)
PHONE_AFTER = re.compile(r" ?\(?(?:office|fax|mobile|mob|home|work|cell|desk|tel)\b", _I)
CARD = re.compile(r"(?<![\w-])[0-9](?:[ -]?[0-9]){12,18}(?![\w-])")
IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
SORT_CODE = re.compile(
    r"\bsort ?code[ :]{0,3}(?:is )?(?P<it>[0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2})\b", _I
)
NETWORK = re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w]|\.[0-9])")
CODE_CUE = re.compile(
    r"\b(?:zip(?: ?code)?|postal code|passport|licen[cs]e|social security|ssn|account|card|policy"
    r"|member(?:ship)?)"
    r"(?: (?:no|number|num|code|is"
    r"|id))*\.?[ :#]{1,4}(?P<it>(?=[A-Z-]{0,6}[0-9])[A-Z0-9][A-Z0-9-]{3,18}[A-Z0-9])\b",
    _I,
)
SECURITY = re.compile(r"(?<![\w-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![\w-])")
VEHICLE = re.compile(
    r"\b[A-Z]{2}[0-9]{2}[ ]?[A-Z]{3}\b|\b[A-Z][0-9]{1,3} [A-Z]{3}\b|\b[A-Z]{3} [0-9]{1,3}[A-Z]\b"
)
VEHICLE_LOWER = re.compile(r"\b[a-z]{2}[0-9]{2} ?[a-z]{3}\b")
PLATE_PART = re.compile(
    r"\b(?:plate|reg|registration)(?: (?:no|number|is|was|ends|ending|starts|starting|in"
    r"|with))*[ :]{1,2}"
    r"(?P<it>[A-Z]{2,3}[0-9]{0,2}\b|[A-Z0-9]{2,4} ?[A-Z0-9]{2,3}\b)"
)
REFERENCE = re.compile(
    r"\b(?:URN|CIN|CP|LCS|LAC|CRN|UPN|CAD|EHM|MARAC|NP"
    r"|CR)[ :/-]{0,2}(?:[A-Z]{0,3}[0-9/-]){4,16}(?<![/-])"
    r"|\b[0-9]{2}[A-Z]{2}/[0-9]{3,6}/[0-9]{2}\b"
    r"|\b[A-Z]{2,4}-[0-9]{4}-[0-9]{3,6}\b",
    _I,
)
REFERENCE_CUE = re.compile(
    r"\b(?:case|ref|reference|log|urn|crime|incident|file|record|id)"
    r"(?: (?:no|number|ref|reference|id|is|log|file)){0,4}\.?[ :#]{1,3}"
    r"(?P<it>(?=[a-z/-]{0,12}[0-9])[a-z0-9][a-z0-9/-]{3,20}(?<![/-]))",
    _I,
)
LONG_NUMBER = re.compile(r"(?<![\w£$€.,/+-])[0-9]{6,12}(?![\w%/]|[.,-][0-9])")
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?"
)
_DATE = (
    r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:[0-9]{4}"
    r"|[0-9]{2})"
    r"|[0-9]{1,2}(?:st|nd|rd|th)?(?: of)? " + _MONTH + r",? (?:[0-9]{4}|'?[0-9]{2})"
    r"|" + _MONTH + r" [0-9]{1,2}(?:st|nd|rd|th)?,? [0-9]{4})(?![0-9])"
)
DOB_CUE = re.compile(
    r"(?:\bd\.?o\.?b\.?|\bdate of birth|\bborn|\bbirthday|\bbirth date|\bb\.)"
    r"(?:[ :=,-]|is\b|was\b|on\b|the\b){0,6}(?P<it>"
    + _DATE
    + r"|[0-9]{1,2}(?:st|nd|rd|th)?(?: of)? "
    + _MONTH
    + r"\b)",
    _I,
)
DOB_BRACKET = re.compile(r"\([A-Za-z' -]{2,40}, ?(?P<it>" + _DATE + r")\)", _I)
DATE_ALONE = re.compile(r"\((?P<it>[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ]'?(?:0[3-9]|1[0-9]|2[0-6]))\)")
FULL_DATE = re.compile(r"(?<![\w/.-])(?:" + _DATE + r")(?![\w/])", _I)
_DATE_LIKE = re.compile(
    r"(?:19|20)[0-9]{2}[-. ][0-9]{1,2}[-. ][0-9]{1,2}|[0-9]{1,2}[-. ][0-9]{1,2}[-. ](?:19"
    r"|20)[0-9]{2}"
)
_DIGITS = re.compile(r"[0-9]")


def shaped(words: str) -> Iterator[Span]:
    """Every detail with a shape of its own, most certain first; spans may overlap."""
    yield from _online(words)
    if _DIGITS.search(words):
        yield from _numbers(words)
    yield from (Span(*found.span("it"), "vehicle") for found in PLATE_PART.finditer(words))


def _numbers(words: str) -> Iterator[Span]:
    """What holds a digit."""
    yield from (Span(*found.span(), "ni_number") for found in NI_NUMBER.finditer(words))
    for found in NHS_NUMBER.finditer(words):
        digits = [int(digit) for digit in _DIGITS.findall(found.group())]
        cued = NHS_CUE.search(words, max(0, found.start() - 24), found.start())
        if _nhs_check(digits) or cued:
            yield Span(*found.span(), "nhs_number")
    for pattern in (DOB_CUE, DOB_BRACKET, DATE_ALONE):
        yield from (Span(*found.span("it"), "dob") for found in pattern.finditer(words))
    for found in FULL_DATE.finditer(words):
        if _child_year(found.group()):
            yield Span(*found.span(), "dob")
    yield from _money(words)
    for found in PHONE.finditer(words):
        if 10 <= len(_DIGITS.findall(found.group())) <= 14:
            yield Span(*found.span(), "phone")
    yield from (Span(*found.span(), "reference") for found in REFERENCE.finditer(words))
    for found in REFERENCE_CUE.finditer(words):
        if len(_DIGITS.findall(found["it"])) > 3:
            yield Span(*found.span("it"), "reference")
    for kind, pattern in (("postcode", POSTCODE), ("vehicle", VEHICLE), ("vehicle", VEHICLE_LOWER)):
        yield from (Span(*found.span(), kind) for found in pattern.finditer(words))
    yield from (Span(*found.span(), "reference") for found in LONG_NUMBER.finditer(words))
    yield from (Span(*found.span("it"), "handle") for found in HANDLE_CUE.finditer(words))


def _online(words: str) -> Iterator[Span]:
    """Links, addresses and names on the net."""
    if "/" in words or "www." in words.casefold():
        yield from (Span(*found.span(), "link") for found in LINK.finditer(words))
    if "@" in words:
        yield from (Span(*found.span(), "email") for found in EMAIL.finditer(words))
        yield from (Span(*found.span(), "handle") for found in HANDLE.finditer(words))
    if "_" in words:
        for found in HANDLE_LIKE.finditer(words):
            if words[found.start() - 1 : found.start()] != "{":  # the blank of a form letter
                yield Span(*found.span(), "handle")
        yield from (Span(*found.span("it"), "handle") for found in HANDLE_CUE.finditer(words))


def _money(words: str) -> Iterator[Span]:
    """Cards, accounts, and phones written as they are elsewhere."""
    for found in CARD.finditer(words):
        digits = [int(digit) for digit in _DIGITS.findall(found.group())]
        if _card_check(digits):
            yield Span(*found.span(), "account")
    yield from (Span(*found.span(), "account") for found in IBAN.finditer(words))
    yield from (Span(*found.span("it"), "account") for found in SORT_CODE.finditer(words))
    yield from (Span(*found.span(), "link") for found in NETWORK.finditer(words))
    yield from (Span(*found.span(), "reference") for found in SECURITY.finditer(words))
    for found in PHONE_ABROAD.finditer(words):
        text = found.group()
        marked = text[0] in "+(0" or "-" in text or "." in text
        line = PHONE_AFTER.match(words, found.end()) is not None
        if line and len(_DIGITS.findall(text)) > 5:
            yield Span(*found.span(), "phone")
        cued = marked or PHONE_CUE.search(words, max(0, found.start() - 24), found.start())
        if cued and 9 <= len(_DIGITS.findall(text)) <= 15 and not _DATE_LIKE.match(text):
            yield Span(*found.span(), "phone")
    yield from (Span(*found.span("it"), "reference") for found in CODE_CUE.finditer(words))


def _card_check(digits: list[int]) -> bool:
    """The check that ISO/IEC 7812-1 gives card numbers."""
    doubled = [d if n % 2 == 0 else d * 2 - 9 * (d > 4) for n, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _nhs_check(digits: list[int]) -> bool:
    """The modulus-11 check of the NHS Data Dictionary."""
    check = (
        11
        - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    )
    return check % 11 == digits[9] and check != 10


def _child_year(date: str) -> bool:
    """Whether a full date lies where a young person's birthday would: 2004 to 2019, four digits."""
    year = re.search(r"(?<![0-9])(?:200[4-9]|201[0-9])(?![0-9])", date)
    return year is not None
