"""What a modal carries from one step to the next, so that no conversation is remembered here.

A modal's private metadata holds 3,000 characters. What does not fit goes into the modal as an input
with the words in it, so that nothing typed is ever lost.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.plain_text import whole

MOST = 3_000  # characters of private metadata
UNPACKED = 200_000  # no state of ours is larger


@dataclass(frozen=True)
class Carried:
    """Which partnership this is about, the form's own state, and which inputs are shown as what."""

    partnership: str
    state: Mapping[str, str] = field(default_factory=dict)
    submit: tuple[str, str] = ("", "")  # kind and value of the submit button


def pack(carried: Carried) -> tuple[str, Mapping[str, str]]:
    """Private metadata, and the longest entries of the state when they have to be shown instead."""
    left = {name: whole(value) for name, value in carried.state.items()}
    spilled: dict[str, str] = {}
    while len(packed := _written(carried, left)) > MOST:
        longest = max(left, key=lambda name: len(left[name]))
        spilled[longest] = left.pop(longest)
    return packed, spilled


def _written(carried: Carried, state: Mapping[str, str]) -> str:
    text = json.dumps([carried.partnership, dict(state), *carried.submit], ensure_ascii=False)
    if len(text) <= MOST:
        return text
    return "z" + base64.b85encode(zlib.compress(text.encode(), 9)).decode()


def unpack(metadata: str) -> Carried | None:
    """What `pack` wrote, or None for anything else."""
    try:
        if metadata.startswith("z"):
            reader = zlib.decompressobj()
            raw = reader.decompress(base64.b85decode(metadata[1:]), UNPACKED)
            metadata = raw.decode()
        partnership, state, kind, value = json.loads(metadata)
    except (ValueError, TypeError, zlib.error, binascii.Error, RecursionError):
        return None
    texts = isinstance(state, dict) and all(isinstance(v, str) for v in state.values())
    if not texts or not all(isinstance(v, str) for v in (partnership, kind, value)):
        return None
    clean = {name: whole(text) for name, text in state.items()}
    return Carried(whole(partnership), clean, (whole(kind), whole(value)))
