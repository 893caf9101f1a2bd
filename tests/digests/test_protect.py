"""Identifying details: found in their many spellings, replaced once, and nothing else touched."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digests.protect import Detail, find, find_by_rules, find_by_shape, replace

NEAR_MISSES = (
    "Duke of Edinburgh bronze counts, and so does Gillick.",
    "Autumn term starts. Joy is rare.",
    "Rose from 12 to 30 in one quarter.",
    "A Kurdish mum said the letters frighten her.",
    "omg the new worker is actually alright n everythin",
    "Youth Justice, CAMHS and Early Help each hold a bit of it.",
    "Referal came in on the 31st. New form, old grief.",
    "PlayStation, TikTok and Roblox came up more than school did.",
    "Grace period again, and nobody minds.",
    "May half term is quiet. Hope this helps.",
    "Ofsted liked our CAMHS link, and the Children Act 1989 came up twice.",
    "Room 204 is free for Year 8 on Monday and in March.",
    "Will we ever get a smaller form? Mark the date.",
    "The primary school and the youth club share one minibus.",
    "It cost 1,250.50 and took 14 days, and 27 people came.",
)

FOUND = (
    ("Talked with Oluwaseun Bright-Hale at the gate.", "name", "Oluwaseun Bright-Hale"),
    ("spoke to khadija about the bus", "name", "khadija"),
    ("Mrs Quillfeather rang back.", "name", "Mrs Quillfeather"),
    ("We went round to Flat 7, Otterburn Crescent.", "address", "Flat 7, Otterburn Crescent"),
    ("still at 31b larch grove", "address", "31b larch grove"),
    ("Post goes to zz1 1aa", "postcode", "zz1 1aa"),
    ("She likes St Hilda's Primary", "school", "St Hilda's Primary"),
    ("Ring 01632 960999 please", "phone", "01632 960999"),
    ("Ring +44 7700 900001 please", "phone", "+44 7700 900001"),
    ("Write to nobody.here@mail.example", "email", "nobody.here@mail.example"),
    ("She posts as @moss.and.tide", "handle", "@moss.and.tide"),
    ("See https://pages.example/someone.9 today", "link", "https://pages.example/someone.9"),
    ("It says 999 014 2270 on the form", "nhs_number", "999 014 2270"),
    ("NI number QQ 12 34 56 C", "ni_number", "QQ 12 34 56 C"),
    ("Our ref LCS5550001 was lost", "reference", "LCS5550001"),
    ("A van, QX00 AAA, again", "vehicle", "QX00 AAA"),
    ("Lad, dob 3.4.12, likes art", "dob", "3.4.12"),
    ("Family moved to Grimsby", "place", "Grimsby"),
    ("I sat with Yntherisk after lunch.", "name", "Yntherisk"),
    ("idk why but qazvinda told me off", "name", "qazvinda"),
    ("they all went to Ollbrackwick by bus", "place", "Ollbrackwick"),
    ("she goes brindlewhaite academy now", "school", "brindlewhaite academy"),
    ("The card is 4000 0000 0000 0002 still", "account", "4000 0000 0000 0002"),
    ("her user is tide_fox9 on there", "handle", "tide_fox9"),
    ("Only one: the Somali lad in Year 10 asked.", "combination", "the Somali lad in Year 10"),
    ("A lad, 13 years old, from Hessle, came", "age_place", "13 years old, from Hessle"),
    ("that grey Audi parked by the rink again", "car_place", "grey Audi parked by the rink again"),
)


@pytest.mark.parametrize(("words", "kind", "text"), FOUND, ids=[row[1] + row[2] for row in FOUND])
def test_a_detail_is_found_with_its_offsets(words: str, kind: str, text: str) -> None:
    details = find(words)
    assert [(detail.kind, detail.text) for detail in details] == [(kind, text)]
    assert all(words[detail.start : detail.end] == detail.text for detail in details)


@pytest.mark.parametrize("words", NEAR_MISSES)
def test_a_near_miss_is_left_alone(words: str) -> None:
    assert find(words) == ()


def test_a_name_found_once_is_found_in_any_case() -> None:
    details = find("Met Tobiah Wrenfield today. tobiah's nan came too.")
    assert [detail.text for detail in details] == ["Tobiah Wrenfield", "tobiah"]
    assert details[0].replacement == details[1].replacement


def test_several_people_get_numbers() -> None:
    words = "Yusra and Callum both came."
    assert replace(words, find(words)) == "[person] and [person 2] both came."


def test_a_young_person_and_a_street_keep_their_sense() -> None:
    words = "The lad, Callum, moved to 5 Larch Grove."
    assert replace(words, find(words)) == "The lad, [young person], moved to [street]."


def test_a_mix_that_points_to_someone_is_a_warning() -> None:
    details = find("The only girl at the rink with a baby runs the rota.")
    assert [detail.kind for detail in details] == ["combination"]
    assert details[0].note


def test_only_the_chosen_details_are_replaced() -> None:
    words = "Yusra rang 01632 960999."
    phone = [detail for detail in find(words) if detail.kind == "phone"]
    assert replace(words, phone) == "Yusra rang [phone]."


def test_a_mix_comes_with_a_wording_that_says_as_much() -> None:
    details = find("The only Kurdish boy in Year 9 eats alone.")
    assert [detail.kind for detail in details] == ["combination"]
    assert "one of the young people here" in details[0].note


def test_patterns_alone_find_numbers_and_no_names() -> None:
    words = "Yusra rang 01632 960999."
    assert [detail.kind for detail in find_by_shape(words)] == ["phone"]
    assert [detail.kind for detail in find_by_rules(words)] == ["name", "phone"]


def test_an_nhs_number_needs_its_check_digit() -> None:
    assert find("The total was 999 014 2278 somehow") == ()


def test_a_long_text_is_read_to_its_end() -> None:
    words = "We sat and waited. " * 1000 + "Ring 01632 960999."
    assert [detail.kind for detail in find(words)] == ["phone"]


PIECES = st.sampled_from(
    [row[0] for row in FOUND] + list(NEAR_MISSES) + ["[person]", "[", " 2]", "\x00", "Mr ", "'s "]
)
ANY_TEXT = st.text(st.characters(), max_size=80)


@given(st.lists(PIECES | ANY_TEXT, max_size=5).map("".join))
@example("")
@example("\ud800 Yusra \udfff")
@example("🙂Callum🙂")
@example("İ Yusra 01632 960999")
@example("E\u0301abha rang Zoe\u0308 🏴\U000e0067\U000e0062 from 12 Larch Grove 👩‍👧")
@example("12 " * 40 + "Oak " * 40)
@settings(max_examples=150, deadline=None)
def test_protecting_twice_equals_protecting_once(words: str) -> None:
    details = find(words)
    once = replace(words, details)
    assert find(once) == ()
    assert replace(once, find(once)) == once


@given(st.lists(PIECES | ANY_TEXT, max_size=5).map("".join))
@settings(max_examples=100, deadline=None)
def test_details_stand_in_order_and_never_overlap(words: str) -> None:
    details = find(words)
    ends = [0, *(detail.end for detail in details)]
    assert all(end <= detail.start < detail.end for end, detail in zip(ends, details, strict=False))
    assert all(
        isinstance(detail, Detail) and words[detail.start : detail.end] == detail.text
        for detail in details
    )


def test_a_surname_that_is_also_a_town_stays_a_name_after_its_title() -> None:
    found = find("Mrs Hale rang me twice about the bus.")
    assert [(detail.kind, detail.text) for detail in found] == [("name", "Mrs Hale")]
