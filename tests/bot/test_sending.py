"""How long to wait, in every form in which a platform may say so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.sending import LONGEST_WAIT, UNTOLD_WAIT, retry_after

NOW = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("1", 1.0),
        ("30", 30.0),
        ("1.5", 1.5),
        ("3600", 3600.0),
        ("0", 1.0),
        ("Mon, 07 Sep 2026 09:02:00 GMT", 120.0),
        ("999999999", LONGEST_WAIT),
        ("Wed, 07 Sep 2033 09:02:00 GMT", LONGEST_WAIT),
        ("inf", LONGEST_WAIT),
        (None, UNTOLD_WAIT),
        ("", UNTOLD_WAIT),
        ("-5", UNTOLD_WAIT),
        ("nan", UNTOLD_WAIT),
        ("soon", UNTOLD_WAIT),
        ("Mon, 07 Sep 2026 08:00:00 GMT", UNTOLD_WAIT),
    ],
)
def test_every_form_of_retry_after_is_a_time_to_wait(header: str | None, seconds: float) -> None:
    assert retry_after(header, now=NOW) == seconds
