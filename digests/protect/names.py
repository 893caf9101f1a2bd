"""People's names, by list, by title and by what stands beside them.

Keeps the promise that a name found once is found in the whole message, in any case. A first name from
the list counts anywhere unless it is also an ordinary word; those, and words nobody knows, count only
beside a cue or capitalised inside a sentence. What isn't sure is asked of the person, never decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from digests.protect.detail import Span, Taken
from digests.protect.lists import cues, first_names, fold, more_first_names, ordinary, towns
from digests.protect.plain import likely_plain, plain

_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;\n•\"“‘(\[\x00]\s{0,8}['\"“‘(]{0,8}$")
_LISTED = re.compile(
    r"(?<![^\W\d_])(?P<last>(?!\d)[^\W\d_][\w'’-]{1,24}), (?P<first>[^\W\d_][\w'’-]{1,24})"
    r"(?= - | – |, | ?\(| (?i:dob|nhs|born|attended|seen|aged)\b)"
)
_LISTED_CAPS = re.compile(r"\b(?P<last>[A-Z][A-Z'’-]{1,24}), (?P<first>[A-Z][a-z'’-]{1,24})\b")
_SPEAKER = re.compile(r"(?:^|[\n.!?] ?)(?P<it>[^\W\d_][^\W\d_'’-]{2,20})(?= ?:)")
_INITIAL = re.compile(r"\b(?P<it>[A-Z]\.? ?(?:[A-Z]\. ?)?(?<=[. ])(?P<last>[A-Z][\w'’-]{2,24}))")
_TYPED = re.compile(
    r"(?:\b(?:its|it's|it’s|goodbye to|bye to|next to|thanks to|about|ask|tell|see|me and|like"
    r"|ngl|im|i'm|without|lose|miss|missing"
    r"|with|for|says|said"
    r"|from|n|and|bout|abt|wi|w|w/|&)"
    r"|\ba:) (?P<it>[^\W\d_](?:[^\W\d_]|-(?=\w)){2,20})"
    r"(?= (?:again|already|n|nd|and|who|whos|who's|is|isnt|was|wont|wants|told|said|says"
    r"|yesterday|today|tmrw|got|gets|on|at|in"
    r"|hangs|when|if|cos|coz|bc|cuz|\d|\+|\x00)\b|[,.!?]| ?\x00| ?[+\d]|$)",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"\bme (?:and|n|nd|&) (?P<it>[^\W\d_]{3,20})"
    r"(?= (?:made|went|go|did|do|are|were|was|got|had|have|want|like|love|both|always|walk|sat"
    r"|get|said|just)\b)",
    re.IGNORECASE,
)
_OF_TYPED = re.compile(
    r"\b(?P<it>[^\W\d_](?:[^\W\d_]|-(?=\w)){2,20}?)(?P<own>'s|’s|s)? (?:mum|mam|mom|dad|nan|gran"
    r"|sister|brother|bro|sis|mate|mates|worker|teacher"
    r"|house|carer|aunt|auntie|uncle|cousin|boyfriend|girlfriend|phone|school)\b",
    re.IGNORECASE,
)
_MY_NAME = re.compile(
    r"\b(?:my|his|her|their|the|whose) (?:real |first |full )?names? (?:is|was"
    r"|are)(?: called)? (?P<it>[^\W\d_][\w'’-]{1,20})",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:\b(?:its|it's|it’s|i'm|im|i’m|this is|hi|hiya|hey|dear|cheers|ta|thanks|love|regards)"
    r"(?: to)?,? )(?P<it>[^\W\d_][\w'’-]{1,20})(?= here\b| again\b| from\b|[,.!]|$)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:called|named|known as|goes by|name of|nicknamed) (?P<it>(?:[Bb]ig |[Ll]ittle "
    r"|[Uu]ncle )?[A-Z][\w'’-]{0,20})"
)
_HYPHENED = re.compile(r"\b(?P<it>[A-Z][a-z]{1,14})-(?:from|with|in|at)-")


@dataclass(frozen=True)
class _Word:
    """A token with what the rules ask of it."""

    start: int
    end: int
    text: str
    folded: str
    opens: bool  # stands first in a sentence, a bracket or a quotation
    gap: str  # what stands between it and the token before

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def names(words: str, taken: Taken) -> Iterator[Span]:
    """Every name outside the stretches already taken, then every repeat of it in any case."""
    tokens = [token for token in _tokens(words) if not taken.touches(token.start, token.end)]
    found = list(_shaped(words)) + list(_walk(tokens))
    found = [span for span in found if not taken.touches(*span.ends)]
    yield from found
    yield from repeats(words, found)


def repeats(words: str, found: Iterable[Span]) -> Iterator[Span]:
    """Every other place where a part of these names stands, in any case, possessive or not."""
    known = {
        folded
        for span in found
        if span.kind == "name"
        for folded in map(fold, _TOKEN.findall(words[span.start : span.end]))
        if len(folded) > 2 and not plain(folded) and folded not in cues("nick")
    }
    if not known:
        return
    for token in _TOKEN.finditer(words):
        bare = _bare(token.group())
        if fold(bare) in known or (len(bare) > 4 and bare[-1] == "s" and fold(bare[:-1]) in known):
            yield Span(token.start(), token.start() + len(bare), "name")


def _tokens(words: str) -> list[_Word]:
    found: list[_Word] = []
    end = 0
    for token in _TOKEN.finditer(words):
        gap = words[end : token.start()]
        opens = not found or (bool(_SENTENCE_END.search(gap[-8:])) and gap.strip(" ") != "")
        found.append(_Word(*token.span(), token.group(), fold(token.group()), opens, gap))
        end = token.end()
    return found


def _shaped(words: str) -> Iterator[Span]:
    for found in _LISTED_CAPS.finditer(words):
        if fold(found["last"]) not in ordinary() or fold(found["first"]) in first_names():
            yield Span(*found.span(), "name")
    for found in _LISTED.finditer(words):
        if found["last"][0].isupper() and not (plain(found["last"]) or plain(found["first"])):
            yield Span(*found.span(), "name")
    for found in _PAIR.finditer(words):
        if fold(found["it"]) in first_names() - cues("roles"):
            yield Span(*found.span("it"), "name")
    for found in _INITIAL.finditer(words):
        if not likely_plain(found["last"]) and not found["last"].isupper():
            yield Span(*found.span("it"), "name")
    for found in _SPEAKER.finditer(words):
        if found["it"][0].isupper() and not (likely_plain(found["it"]) or found["it"].isupper()):
            yield Span(*found.span("it"), "name")
    for found in (*_TYPED.finditer(words), *_OF_TYPED.finditer(words)):
        it = found["it"]
        if found.re is _OF_TYPED and (not found["own"] or likely_plain(it + "s")):
            continue
        if not likely_plain(it) and fold(it) not in cues("not_names") and not it.isupper():
            yield Span(*found.span("it"), "name")
    for pattern in (_MY_NAME, _GREETING):
        for found in pattern.finditer(words):
            if fold(found["it"]) in first_names() or (
                found["it"][0].isupper() and fold(found["it"]) not in ordinary()
            ):
                yield Span(*found.span("it"), "name")
    for pattern in (_CALLED, _HYPHENED):
        for found in pattern.finditer(words):
            last = fold(found["it"].split()[-1])
            if last in first_names() or last not in ordinary():
                yield Span(found.start("it"), found.start("it") + len(_bare(found["it"])), "name")


def _walk(tokens: list[_Word]) -> Iterator[Span]:
    at = 0
    while at < len(tokens):
        step = _titled(tokens, at) or _first_name(tokens, at) or _unknown(tokens, at)
        if step is None:
            at += 1
            continue
        start, last = step
        if start and tokens[start - 1].folded in cues("nick") and tokens[start].gap == " ":
            start -= 1
        end = tokens[last]
        yield Span(tokens[start].start, end.start + len(_bare(end.text)), "name")
        at = last + 1


def _titled(tokens: list[_Word], at: int) -> tuple[int, int] | None:
    """A title and what follows: "Mrs McGrath", "dr adeyemi", "PC Rudd"."""
    title = tokens[at]
    if title.folded not in cues("person_before") | cues("unsure_title") or at + 1 == len(tokens):
        return None
    name = tokens[at + 1]
    if name.gap != " " and not (name.gap == ". " and title.folded in cues("short_title")):
        return None
    sure = title.folded in cues("person_before") and title.folded != "miss"
    if sure and (name.capital or name.folded not in ordinary()):
        return at, _surname(tokens, at + 1)
    if (
        name.capital
        and title.capital
        and title.folded in ("miss", "sir")
        and name.folded not in cues("field")
    ):
        return at, _surname(tokens, at + 1)
    unknown = not likely_plain(_bare(name.text))
    if (name.capital and _bare(name.folded) not in ordinary()) or (
        title.folded in ("miss", "sir") and unknown
    ):
        return at, _surname(tokens, at + 1)
    return None


def _first_name(tokens: list[_Word], at: int) -> tuple[int, int] | None:
    """A name from the list. One that is also a word needs more."""
    token = tokens[at]
    bare = _bare(token.folded)
    known = bare in first_names() or (bare in more_first_names() and _speaks(tokens, at))
    if not known or bare in cues("roles") or _acronym(token, tokens, at):
        return None
    if not token.capital and bare in cues("not_names"):
        return None
    last = _surname(tokens, at)
    if bare not in ordinary() and bare not in cues("town_words"):
        if (
            not token.capital
            and token.folded != bare
            and token.text.endswith("s")
            and len(bare) < 4
        ):
            return None
        return (at, last) if token.capital or len(bare) > 2 else None
    cued = _cued(tokens, at)
    if bare in cues("calendar"):
        possessive = token.folded != bare and token.capital and not token.opens
        spoken = cued == "sure" or (cued == "before" and tokens[at - 1].folded in cues("speaking"))
        borne = last > at or cued == "after" or possessive or spoken
        return (at, last) if (token.capital and borne) or cued == "sure" else None
    if not token.capital:
        return (at, last) if cued == "sure" else None
    if token.opens:
        return (at, last) if last > at or cued == "after" or token.folded != bare else None
    return at, last


def _unknown(tokens: list[_Word], at: int) -> tuple[int, int] | None:
    """A capitalised word that is in no list, where a person would stand."""
    token = tokens[at]
    if not _stranger(token) or _acronym(token, tokens, at):
        return None
    if not token.capital:
        sure = _cued(tokens, at) == "sure" or (
            len(token.text) > 3 and _speaks(tokens, at) and not likely_plain(token.text)
        )
        return (at, _surname(tokens, at)) if sure else None
    if token.opens and likely_plain(token.text):
        return None  # "Referal came in": mistyped at the head of a sentence
    before = tokens[at - 1] if at else None
    if before and not token.opens and before.folded in cues("place_before"):
        return None
    last = _surname(tokens, at)
    if last > at and tokens[at + 1].gap == " ":
        return at, last
    after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
    owns = token.folded != _bare(token.folded) and (not token.opens or after in cues("roles"))
    joined = after == "and" and at + 2 < len(tokens) and tokens[at + 2].capital
    if _cued(tokens, at) or owns or joined:
        return at, last
    return None


def _cued(tokens: list[_Word], at: int) -> str:
    """ "sure": a person must stand here; "before" or "after": one may, by the word beside it."""
    before = tokens[at - 1] if at and tokens[at].gap in (" ", " (", ", ") else None
    after = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].gap == " " else None
    two = tokens[at - 2].folded if at > 1 else ""
    if (
        before
        and before.folded == "to"
        and two in {"spoke", "talked", "speaking", "talking", "chatted"}
    ):
        return "sure"
    if (
        before
        and before.folded == "was"
        and two == "it"
        and after
        and after.folded in {"from", "who", "that"}
    ):
        return "sure"
    if before and before.folded == "is" and two in {"name", "names"}:
        return "sure"
    if before and before.folded in {"called", "named"}:
        return "sure"
    counts = at + 2 < len(tokens) and any(sign.isdigit() for sign in tokens[at + 2].gap)
    counts = counts or (after is not None and after.folded == "from" and plain(tokens[at].text))
    if after and after.folded in cues("after_name") and not counts:
        return "after"
    if before and before.folded in cues("before_name") | cues("roles") and not tokens[at].opens:
        return "before"
    return ""


def _speaks(tokens: list[_Word], at: int) -> bool:
    """Whether the next word is something that people do."""
    after = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].gap == " " else None
    if after is None:
        return False
    does = after.folded in cues("does") and not tokens[at].capital
    return does or after.folded in cues("after_name") - {"from"}


def _surname(tokens: list[_Word], at: int) -> int:
    """The index of the last word of the name that starts at `at`."""
    last = at
    if tokens[at].text != _bare(tokens[at].text):
        return last  # "Tyrone's mum": the name has ended
    while last + 1 < len(tokens) and last - at < 2:
        token = tokens[last + 1]
        bare = _bare(token.folded)
        if token.gap != " " or token.folded in cues("no_surname") or bare in towns():
            break
        initial = len(token.text) == 1 and token.capital and token.text != "I"
        written = (
            token.capital
            and bare not in ordinary()
            and not (token.text.isupper() and not tokens[at].text.isupper())
        )
        lower = (
            not token.capital
            and not tokens[at].capital
            and bare not in ordinary()
            and len(bare) > 3
        )
        listed = token.capital and bare in cues("surnames")
        shouted = (
            token.text.isupper()
            and tokens[at].text.isupper()
            and len(bare) > 2
            and bare not in cues("field")
        )
        if not (initial or written or lower or listed or shouted):
            break
        last += 1
        if initial or token.text != _bare(token.text):
            break
    return last


def _stranger(token: _Word) -> bool:
    bare = _bare(token.folded)
    return (
        len(bare) > 1
        and not plain(bare)
        and not any(
            bare in known or bare.removesuffix("s") in known for known in (ordinary(), towns())
        )
        and not all(part in ordinary() for part in bare.split("-"))
    )


def _acronym(token: _Word, tokens: list[_Word], at: int) -> bool:
    """Capitals among ordinary writing: an agency or a form, not a person."""
    if not token.text.isupper() or len(token.text) < 2:
        return False
    if token.folded in cues("informal") | cues("field"):
        return True
    near = tokens[max(0, at - 1) : at] + tokens[at + 1 : at + 2]
    beside = any(len(other.text) > 1 and other.text.isupper() for other in near)
    return not (beside and _bare(token.folded) in first_names())


def _bare(text: str) -> str:
    """Without a possessive ending."""
    return text[:-2] if text[-2:] in ("'s", "’s", "'S", "’S") and len(text) > 3 else text
