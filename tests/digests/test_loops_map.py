"""The map of loops: themes counted, names escaped, nothing that came back is drawn where nothing did."""

from __future__ import annotations

from xml.etree import ElementTree

from digests.loops_map import Station, draw
from digests.render import loops_map_body

HEARD = Station("Direct delivery", "heard", 7, 3)
SILENT = Station("Governance", "heard", 2, 0)
PASSED = Station("Northport inclusion board", "passed", 1, 1)
WORDS = dict.fromkeys(
    ("caption", "heard", "passed", "where", "returned", "heard_count", "passed_count"), "x"
) | {"none": "None"}


def parsed(*stations: Station) -> ElementTree.Element:
    return ElementTree.fromstring(draw(stations, group="Strategic group"))  # noqa: S314 - our own


def test_there_is_a_way_for_what_went_and_one_for_what_came_back() -> None:
    kinds = [path.get("class") for path in parsed(HEARD, SILENT, PASSED).iter("path")]
    assert (kinds.count("m-go"), kinds.count("m-back")) == (3, 2)


def test_the_numbers_are_of_themes_and_stand_at_the_arrows() -> None:
    counts = [t.text for t in parsed(HEARD, SILENT).iter("text") if t.get("class") == "m-count"]
    assert counts == ["7", "3", "2"]


def test_a_name_is_words_and_never_markup() -> None:
    hostile = Station("<script>alert(1)</script> & co", "passed", 1, 0)
    assert "<script>" not in draw([hostile], group="<b>")
    assert "<script>" not in loops_map_body([hostile], group="<b>", words=WORDS)


def test_the_table_has_all_of_a_long_name_and_says_none_in_words() -> None:
    long = Station("The board for inclusion in schools of the whole county", "heard", 4, 0)
    html = loops_map_body([long], group="Group", words=WORDS)
    assert long.name in html
    assert ">None<" in html
    assert "style=" not in html


def test_no_station_is_no_map() -> None:
    assert str(loops_map_body([], group="Group", words=WORDS)).strip() == ""
