"""What a digest is made of: an answer in short, and strengths that stand beside worries."""

from __future__ import annotations

import pytest

from handlers.material import in_short


@pytest.mark.parametrize(
    ("answer", "short"),
    [
        ("Two rooms stay open from Monday.", "Two rooms stay open from Monday."),
        (
            "You asked for a room. We have found one. It opens on Friday.",
            "… We have found one. It opens on Friday.",
        ),
        (
            "Everybody described the same steps. A small group will bring one thing to say. "
            + "Long " * 40,
            "… A small group will bring one thing to say. …",
        ),
        ("Nothing that can be picked. Nor here.", "Nothing that can be picked. Nor here."),
    ],
)
def test_an_answer_in_short_begins_where_it_says_what_happens(answer: str, short: str) -> None:
    assert in_short(answer) == short
