"""The vocabulary in which handlers and platforms talk: text in, form in, text out, form out.

Frozen values without behaviour. A `Form` is an HTML form on the web, a modal in Slack and a card or
dialog in Teams; a platform shows its parts in order and posts the answers back under their names. A
form carries its own state in `state`, so no conversation is remembered between two steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from storage.addresses import Address as Address

TextStyle = Literal[
    "plain",  # the system speaking
    "voice",  # a person speaking: words kept, questions asked
    "hint",  # smaller, softer
    "tell",  # a sentence the champion says aloud
    "not_referral",  # the fixed line, heather edge
    "locked",  # what happens to words that were set aside
    "phrase",  # the three words of a receipt phrase
    "error",  # what is missing, in words
]


@dataclass(frozen=True)
class Text:
    """A paragraph. `body` may hold **bold** and nothing else; `heading` stands above it."""

    body: str
    style: TextStyle = "plain"
    heading: str = ""


@dataclass(frozen=True)
class Marked:
    """The words as typed with the details that could point to someone; offsets are code points."""

    words: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Contact:
    """A place to ring. `number` is empty where there is only a name or an address in words."""

    label: str
    number: str = ""
    hours: str = ""


@dataclass(frozen=True)
class Contacts:
    """Numbers first: the head of a danger signpost."""

    rows: tuple[Contact, ...]
    heading: str = ""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    hint: str = ""


FieldKind = Literal["long_text", "short_text", "date", "one_of", "any_of", "select"]


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `value` is what was typed before; for `any_of` it is comma-joined."""

    name: str
    label: str
    kind: FieldKind = "long_text"
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    value: str = ""
    error: str = ""


@dataclass(frozen=True)
class Button:
    """Submits the form. `kind` is the kind of thing that happens; `value` goes with it as `choice`."""

    label: str
    kind: str
    value: str = ""
    style: Literal["plain", "main", "quiet"] = "plain"
    tail: str = ""  # heard by screen readers only: "Act *on theme 1*"


@dataclass(frozen=True)
class Buttons:
    """Buttons that belong to what stands right above them. `state` goes back with whichever is pressed."""

    buttons: tuple[Button, ...]
    state: Mapping[str, str] = field(default_factory=dict)


Part = Text | Marked | Contacts | Field | Buttons


@dataclass(frozen=True)
class Form:
    """What somebody sees and may fill in.

    `name` says which form this is (for tests, styling and platform titles). `state` goes back
    unchanged with whatever is pressed; it never holds more than the person typed in this exchange.
    `needs` names the fields without which its main button always comes back with an error.
    """

    name: str
    title: str
    parts: tuple[Part, ...] = ()
    buttons: tuple[Button, ...] = ()
    state: Mapping[str, str] = field(default_factory=dict)
    tone: Literal["plain", "sign"] = "plain"  # "sign": the danger signpost, and nothing competes
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Actor:
    """Who does something: a person in one partnership, with the roles of the seats they hold."""

    person: str
    partnership: str
    roles: frozenset[str]
    agency: str = ""


@dataclass(frozen=True)
class Incoming:
    """Something that happened: its kind and the fields that came with it."""

    kind: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outgoing:
    """Something others get: a kind and ids, never words. Rendered when it is sent.

    `to` is a person's id, a return-address id (`via="return_address"`) that only the guarded
    door can open, or the id of a channel of the strategic group (`via="channel"`). `about` holds ids
    and dates, never text. `once` makes a repeat impossible.
    """

    kind: str
    to: str
    once: str
    due: datetime
    via: Literal["person", "return_address", "channel"] = "person"
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What a handler decides: `now` is the answer in the same breath, `later` is what others get.

    `outcome` is remembered for a repeat of the same key: small, and without words.
    """

    now: Form
    later: tuple[Outgoing, ...] = ()
    outcome: Mapping[str, str] = field(default_factory=dict)
