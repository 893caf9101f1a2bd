"""Small agencies are merged, and no band says that everybody said it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digests.release import Roster, Spoken, clear

sizes = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 6), min_size=1)


def staffed(agencies: dict[str, int]) -> Roster:
    return Roster({a: {f"{a}{n}" for n in range(count)} for a, count in agencies.items()})


def everybody(agencies: dict[str, int], leave_out: int = 0) -> list[Spoken]:
    people = [(f"{a}{n}", a) for a, count in sorted(agencies.items()) for n in range(count)]
    return [
        Spoken(f"c{person}", person, agency, "edge", "places", relayed=False)
        for person, agency in people[leave_out:]
    ]


@given(sizes)
def test_nobody_is_an_agency_on_their_own_while_there_is_another(agencies: dict[str, int]) -> None:
    roster = staffed(agencies)
    together: dict[str, int] = {}
    for agency, count in agencies.items():
        together[roster.block(agency)] = together.get(roster.block(agency), 0) + count
    assert len(agencies) == 1 or min(together.values()) >= 2 or sum(agencies.values()) < 2


@given(sizes)
def test_an_agency_of_two_or_more_is_merged_only_to_take_in_one_that_is_left_over(
    agencies: dict[str, int],
) -> None:
    roster = staffed(agencies)
    for agency, count in agencies.items():
        assert count < 2 or roster.block(agency) == agency


def test_agencies_of_one_person_stand_together_when_one_is_left_out() -> None:
    ones = dict.fromkeys("abcdef", 1)
    said = everybody(ones)
    assert clear(said)
    assert clear(said, roster=staffed(ones)) == ()  # two by two: four remain without a pair
    seven = ones | {"g": 1, "h": 1}
    assert clear(everybody(seven), roster=staffed(seven))


def test_ten_of_ten_would_say_that_everybody_said_it() -> None:
    town = {"a": 4, "b": 3, "c": 3}
    assert clear(everybody(town)) != ()
    assert clear(everybody(town), roster=staffed(town)) == ()
    assert clear(everybody(town, leave_out=1), roster=staffed(town)) != ()  # 5–9 of ten is no all


def test_an_agency_that_takes_out_its_own_does_not_learn_that_all_others_said_it() -> None:
    roster = staffed({"a": 5, "b": 3, "c": 3})
    said = everybody({"a": 5, "b": 3, "c": 3}, leave_out=1)  # ten: four of a, all of b and c
    assert clear(said) != ()
    assert clear(said, roster=roster) == ()


@given(sizes, st.integers(0, 6))
def test_a_band_leaves_room_for_somebody_who_did_not_say_it(
    agencies: dict[str, int], silent: int
) -> None:
    roster = staffed(agencies)
    for line in clear(everybody(agencies, silent), roster=roster):
        sure = {"5–9": 5, "10–19": 10, "20+": 20}[line.band]
        assert sure < len(roster.everyone)
        for agency in agencies:
            own = {r.person for r in everybody(agencies, silent) if r.agency == agency}
            others = roster.everyone - set(roster.people[agency])
            assert not others or sure - len(own) < len(others)
