"""Words and pieces are taken apart in code points, the same way in any batch."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from digests import grams


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_every_word_lies_inside_its_text_in_order_and_holds_no_space(texts: list[str]) -> None:
    stream = grams.read(texts)
    before = (-1, 0)
    for owner, start, end in zip(stream.owner, stream.start, stream.end, strict=True):
        assert 0 <= start < end <= len(texts[owner])
        assert not any(letter.isspace() for letter in texts[owner][start:end])
        assert before <= (owner, start)
        before = (owner, end)


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_a_text_has_the_same_codes_alone_and_among_others(texts: list[str]) -> None:
    together = grams.read(texts)
    for at, text in enumerate(texts):
        alone = grams.read([text])
        assert list(together.code[together.owner == at]) == list(alone.code)
        pieces = together.pieces
        assert sorted(pieces.code[pieces.owner == at]) == sorted(alone.pieces.code)


def test_emoji_combining_marks_and_curly_apostrophes_leave_offsets_alone() -> None:
    text = "😀 Zoë’s cafe\u0301 İs shut"
    stream = grams.read([text])
    words = [text[a:b] for a, b in zip(stream.start, stream.end, strict=True)]
    assert words == ["Zoë’s", "cafe\u0301", "İs", "shut"]


def test_codes_do_not_change_from_one_machine_to_another() -> None:
    assert [int(code) for code in grams.read(["youth club"]).code] == CODES


CODES = [13177173527050052312, 678566099728576613]
