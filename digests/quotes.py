"""A quote's place in a frozen digest: a commitment to the words, and never the words.

The digest's fingerprint is over the commitments, so that a place can be emptied and the frozen text still
holds. The salt is kept with the words and goes with them: what is left in the frozen text tells nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

LONGEST = 240  # characters; a quote is a line and not a page


@dataclass(frozen=True)
class Slot:
    """One place: whose key it has, the theme it stands under, and what was committed to."""

    key: str
    title: str
    commitment: str


def commitment(words: str, salt: str) -> str:
    """The SHA-256 of salt and words, in hex; `salt` is at least 128 random bits."""
    return sha256(f"{salt}\n{words}".encode()).hexdigest()


def freeze(frozen: str, slots: Sequence[Slot]) -> str:
    """Put places for quotes into a frozen digest; one without any stays as it was, byte for byte."""
    if not slots:
        return frozen
    content = json.loads(frozen) | {"quotes": [asdict(slot) for slot in slots]}
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def slots(frozen: str) -> tuple[Slot, ...]:
    """The places in a frozen digest, in their order."""
    return tuple(Slot(**slot) for slot in json.loads(frozen).get("quotes", ()))
