"""The door for Slack's requests: size, then signature on the raw bytes, then shape; only then a parser.

Bolt logs the raw body of a request whose signature is wrong, so no unsigned body ever reaches it.
Source of the signature: Slack, "Verifying requests from Slack" (version v0, five minutes).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

MOST_BYTES = 1_000_000
MOST_SECONDS = 300
DEEPEST = 40
MOST_FIELDS = 60
FORM = "application/x-www-form-urlencoded"


class Turned(Exception):
    """This request is not let in; `status` is the HTTP status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True)
class Signed:
    """What Slack really sent: read, and as text (of a form with a payload, the payload's own JSON)."""

    payload: dict[str, Any]
    text: str


def verified(headers: Mapping[str, str], body: bytes, *, secret: str, now: float) -> Signed:
    """The payload of a request that Slack really signed.

    Args:
        headers: names in lower case.
        now: seconds since 1970.

    Raises:
        Turned: 413 too large, 401 not signed by Slack or too old, 400 not of Slack's shape.
    """
    if len(body) > MOST_BYTES:
        raise Turned(413)
    _signed(headers, body, secret, now)
    return _payload(headers.get("content-type", ""), body)


def _signed(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> None:
    stamp = headers.get("x-slack-request-timestamp", "")
    given = headers.get("x-slack-signature", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise Turned(401)
    if abs(now - int(stamp)) > MOST_SECONDS:
        raise Turned(401)
    if not hmac.compare_digest(signature(secret, stamp, body).encode(), given.encode()):
        raise Turned(401)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """`v0=` and the HMAC-SHA256 of `v0:<stamp>:<body>`, in hex."""
    message = b"v0:" + stamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _payload(content_type: str, body: bytes) -> Signed:
    try:
        text = body.decode("utf-8")
        if content_type.split(";")[0].strip().lower() != FORM:
            return Signed(_object(text), text)
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (ValueError, RecursionError):
        raise Turned(400) from None
    if "payload" in fields:
        return Signed(_object(fields["payload"]), fields["payload"].strip())
    return Signed(dict(fields), text)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Turned(400) from None
    if not isinstance(found, dict) or _too_deep(found):
        raise Turned(400)
    return found


def _too_deep(found: Any) -> bool:
    level = [found]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(found: Any) -> list[Any]:
    if isinstance(found, dict):
        return list(found.values())
    return found if isinstance(found, list) else []
