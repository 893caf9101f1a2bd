"""A status of "on leave" read as leave, where an organisation has granted it: the person's own, and only then.

Only a status with an end counts, so that a forgotten one silences nobody for good. Nothing of the status
itself is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

AWAY = re.compile(
    r"\b(annual leave|on leave|a/l|holiday|vacation|away|out of office|ooo|off sick)\b", re.I
)
EMOJI = frozenset({":palm_tree:", ":airplane:", ":beach_with_umbrella:", ":face_with_thermometer:"})
LATE = 17  # a status that ends from this hour on means the next day


def away_until(profile: Mapping[str, Any], *, zone: ZoneInfo, now: datetime) -> date | None:
    """The first day back, from a Slack profile's status; None when it is no leave or has no end.

    Args:
        profile: with `status_text`, `status_emoji` and `status_expiration` (seconds since 1970; 0 for no end).
    """
    text, emoji = str(profile.get("status_text") or ""), str(profile.get("status_emoji") or "")
    ends = profile.get("status_expiration")
    if not (AWAY.search(text[:200]) or emoji in EMOJI):
        return None
    if not isinstance(ends, int) or isinstance(ends, bool) or not 0 < ends < 32_503_680_000:
        return None
    end = datetime.fromtimestamp(ends, UTC).astimezone(zone)
    back = end.date() + timedelta(days=1) if end.hour >= LATE else end.date()
    return back if back > now.astimezone(zone).date() else None
