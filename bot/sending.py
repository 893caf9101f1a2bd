"""How a platform is written to: what it is given, what it answers, and the ways it can fail.

Slack, Teams and mail each bring a `Platform`; nobody else sends. A platform never tries again by
itself (switch off its SDK's retries): it says what happened, and the outbox decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from handlers.messages import Address, Form

PATIENCE = 10.0  # seconds that a platform may take over one request, connecting included
UNTOLD_WAIT = 30.0  # seconds, when a platform says "later" and not when
LONGEST_WAIT = 6 * 60 * 60.0  # a platform that asks for more is asked again after this


class Unclear(Exception):
    """It may have been posted or not: a timeout, a connection reset, a 5xx, an answer cut short."""


class TryLater(Exception):
    """It was certainly not posted, and may be after so many seconds (429, `Retry-After`)."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:g} s")
        self.seconds = seconds


class Busy(TryLater):
    """It was certainly not posted, because of a collision there (412): this message alone is tried
    again, after a growing wait with jitter, and its account need not rest."""

    def __init__(self) -> None:
        super().__init__(UNTOLD_WAIT)


class Refused(Exception):
    """It will never be posted: access revoked, the person has left, the conversation is archived.

    `reason` is a short word or two without names, shown at the desk ("access revoked").
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLate(Exception):
    """The last look said no: somebody else has this message now. Nothing was sent."""


def _always() -> None:
    """The last look of a message that nobody else can have."""


@dataclass(frozen=True)
class Message:
    """What to post. `form` is shown as the platform shows forms; `repeat` asks for the note
    `may_have_had_this` above it. `partnership` goes with every button, to come back when it is pressed.

    `key` goes into the platform's own metadata of the message, and is how `find` knows it again.
    `last_look` must be called right before the request is written to the socket, after everything
    that takes time; it raises `TooLate`, which is let through. `partnership` and `person` say whose
    message it is, for a platform that makes links of their own.
    """

    kind: str
    form: Form
    key: str
    repeat: bool = False
    last_look: Callable[[], None] = _always
    partnership: str = ""
    person: str = ""


@dataclass(frozen=True)
class Budget:
    """Messages per second that the platform allows; 0 means that it names no limit."""

    per_conversation: float = 0.0
    per_account: float = 0.0


class Platform(Protocol):
    """One platform, ready to send. Requests end within `PATIENCE` seconds."""

    @property
    def can_read_back(self) -> bool:
        """Whether `find` can see what was posted."""

    @property
    def budget(self) -> Budget: ...

    async def send(self, address: Address, message: Message) -> str:
        """Post once; returns the platform's own reference of the message.

        Raises:
            Unclear: it may have been posted.
            TryLater: it was not, because of a limit.
            Busy: it was not, because something else was in the way at that moment.
            Refused: it was not, and never will be.
            TooLate: from `message.last_look`.
        """

    async def find(self, address: Address, key: str, since: datetime) -> str | None:
        """The reference of a message posted with this key since then; None when there is none.

        Raises:
            Unclear, TryLater: the conversation could not be read now.
            Refused: it can never be read.
        """


def retry_after(header: str | None, *, now: datetime) -> float:
    """Seconds to wait, from a `Retry-After` header in any form (RFC 9110, 10.2.3): a whole number, a date,
    or something else, which is taken as not told."""
    text = (header or "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return UNTOLD_WAIT
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        seconds = (at - now).total_seconds()
    if not seconds >= 0:  # negative, or not a number
        return UNTOLD_WAIT
    return min(max(seconds, 1.0), LONGEST_WAIT)
