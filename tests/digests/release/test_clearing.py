"""The release rule on stories and on random rosters."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.release import Cleared, Spoken, clear
from digests.release import stands as judged


def say(
    number: int, person: str, agency: str, theme: str = "edge", group: str = "places"
) -> Spoken:
    return Spoken(f"c{number}", person, agency, theme, group, relayed=False)


def bring(number: int, champion: str, agency: str, voices: int, theme: str = "edge") -> Spoken:
    return Spoken(f"r{number}", champion, agency, theme, "places", relayed=True, voices=voices)


def people(*agencies: tuple[str, int], theme: str = "edge") -> list[Spoken]:
    """One reflection from each of so many people in each agency."""
    return [
        Spoken(f"{theme}-{agency}{i}", f"{agency}{i}", agency, theme, "places", relayed=False)
        for agency, count in agencies
        for i in range(count)
    ]


@st.composite
def rosters(draw: st.DrawFn) -> list[Spoken]:
    """Small towns: few agencies, some people in two, several themes a contribution."""
    rows: list[Spoken] = []
    for number in range(draw(st.integers(0, 40))):
        person = draw(st.integers(0, 17))
        agency = person % 4 if draw(st.integers(0, 9)) else draw(st.integers(0, 3))
        relayed = draw(st.integers(0, 2)) == 0
        voices = draw(st.sampled_from([1, 1, 2, 5])) if relayed else 1
        for theme in draw(st.sets(st.integers(0, 4), min_size=1, max_size=3)):
            row = Spoken(
                f"c{number}",
                f"p{person}",
                f"a{agency}",
                f"t{theme}",
                f"g{theme % 2}",
                relayed,
                voices,
            )
            rows.append(row)
    return rows


def rows_behind(line: Cleared, roster: list[Spoken]) -> list[Spoken]:
    """The contributions of a line, once each."""
    return list(
        {r.contribution: r for r in roster if r.contribution in line.contributions}.values()
    )


def stands(line: Cleared, roster: list[Spoken], k: int) -> bool:
    """The two rules written a second time, plainly, from the design."""
    rows = rows_behind(line, roster)
    agencies = {r.agency for r in rows}
    if line.rule == "practitioners":
        everyone = {r.person for r in rows}
        without_any = [everyone - {r.person for r in rows if r.agency == a} for a in agencies]
        return (
            len(everyone) >= k
            and len(agencies) >= 2
            and all(len(rest) >= k for rest in without_any)
        )
    voices: dict[str, int] = defaultdict(int)
    for row in rows:
        voices[row.person] += row.voices
    total = sum(voices.values())
    return (
        total >= k
        and len(voices) >= 3
        and len(agencies) >= 2
        and all((total - v) * 5 >= 3 * k for v in voices.values())
        and all(
            sum(v for c, v in voices.items() if c not in {r.person for r in rows if r.agency == a})
            * 5
            >= 3 * k
            for a in agencies
        )
    )


@given(rosters(), st.integers(5, 8))
@settings(max_examples=150)
def test_nothing_below_its_rule_is_ever_shown(roster: list[Spoken], k: int) -> None:
    assert all(stands(line, roster, k) for line in clear(roster, k=k))


@given(rosters(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_the_rows_changes_nothing(roster: list[Spoken], random: object) -> None:
    shuffled = sorted(roster, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert clear(shuffled) == clear(roster)
    assert clear(roster + shuffled) == clear(roster)


@given(rosters())
@settings(max_examples=60)
def test_a_contribution_is_consumed_at_most_once_and_only_by_its_own_subject(
    roster: list[Spoken],
) -> None:
    lines = clear(roster)
    consumed = [c for line in lines for c in line.contributions]
    assert len(consumed) == len(set(consumed))
    for line in lines:
        own = {
            r.contribution
            for r in roster
            if line.subject == (r.theme if line.level == "theme" else r.group)
            and r.relayed == (line.rule == "relayed")
        }
        assert line.contributions <= own


@given(rosters())
@settings(max_examples=60)
def test_nothing_that_could_still_be_shown_is_left_over(roster: list[Spoken]) -> None:
    consumed = {c for line in clear(roster) for c in line.contributions}
    assert clear([r for r in roster if r.contribution not in consumed]) == ()


@given(rosters(), st.integers(5, 9), st.integers(1, 5))
@settings(max_examples=60)
def test_a_higher_bar_never_shows_what_a_lower_one_would_refuse(
    roster: list[Spoken], k: int, more: int
) -> None:
    higher = clear(roster, k=k + more)
    assert all(stands(line, roster, k) for line in higher)
    assert clear(roster, k=k) or not higher


@pytest.mark.parametrize("k", [4, 1, 0, -5])
def test_the_bar_is_never_lowered(k: int) -> None:
    with pytest.raises(ValueError, match="never lowered"):
        clear([], k=k)
    with pytest.raises(ValueError, match="never lowered"):
        judged([], subject="edge", level="theme", k=k)


def test_an_agency_of_one_person_waits_until_five_remain_without_the_largest() -> None:
    eight = people(("housing", 4), ("education", 3), ("parks", 1))
    assert clear(eight) == ()
    ten = eight + people(("health", 2))
    (line,) = clear(ten)
    assert (line.subject, line.level, line.rule, line.band) == (
        "edge",
        "theme",
        "practitioners",
        "10–19",
    )


def test_a_person_who_spoke_nine_times_is_one_person() -> None:
    often = [say(n, "one", "housing") for n in range(9)]
    assert clear(often + people(("education", 4))) == ()


def test_a_person_in_two_agencies_is_left_out_with_either() -> None:
    roster = people(("housing", 5), ("education", 5))
    assert len(clear(roster)) == 1
    # four in education alone, and one who spoke from both: without housing, four remain
    both = people(("housing", 5), ("education", 4))
    both += [say(1, "housing0", "education")]
    assert clear(both) == ()


def test_a_group_session_clears_only_with_a_third_champion() -> None:
    col, kit, wen = (
        bring(1, "col", "voluntary", 5),
        bring(2, "kit", "justice", 1),
        bring(3, "wen", "housing", 2),
    )
    assert clear([col]) == ()
    assert clear([col, kit]) == ()
    (line,) = clear([col, kit, wen])
    assert (line.rule, line.band) == ("relayed", "5–9")
    assert line.contributions == {"r1", "r2", "r3"}


def test_three_champions_of_one_agency_never_clear() -> None:
    assert clear([bring(n, f"champion{n}", "housing", 20) for n in range(3)]) == ()
    assert clear([bring(1, "col", "voluntary", 20)]) == ()


def test_a_champion_with_two_agencies_does_not_make_two_of_one() -> None:
    one_agency = [bring(n, f"champion{n}", "housing", 5) for n in range(3)]
    assert clear([*one_agency, bring(9, "champion0", "education", 5)]) == ()


def test_three_voices_remain_without_all_the_champions_of_any_one_agency() -> None:
    one_agency = [bring(n, f"champion{n}", "housing", 5) for n in range(3)]
    assert clear([*one_agency, bring(9, "champion9", "education", 2)]) == ()
    assert clear([*one_agency, bring(9, "champion9", "education", 3)])


def test_three_voices_remain_without_the_champion_who_relayed_most() -> None:
    thin = [bring(1, "col", "voluntary", 20), bring(2, "kit", "justice", 1)]
    assert clear([*thin, bring(3, "wen", "housing", 1)]) == ()
    assert clear([*thin, bring(3, "wen", "housing", 2)])


def test_relays_do_not_help_practitioners_over_the_bar() -> None:
    nine = people(("housing", 5), ("education", 4))
    assert clear([*nine, bring(1, "col", "voluntary", 20)]) == ()


def test_what_a_theme_leaves_falls_back_to_its_group() -> None:
    first = people(("housing", 3), ("education", 3), theme="edge")
    second = [
        Spoken(f"s{i}", f"other{i}", f"agency{i % 3}", "stairs", "places", relayed=False)
        for i in range(3)
    ]
    (line,) = clear(first + second)
    assert (line.subject, line.level, line.band) == ("places", "group", "5–9")
    assert len(line.contributions) == 9


def test_a_theme_that_loses_its_shared_contributions_is_judged_afresh() -> None:
    shared = people(("housing", 5), ("education", 5), ("health", 5), theme="edge")
    again = [
        Spoken(r.contribution, r.person, r.agency, "stairs", "places", relayed=False)
        for r in shared
        if r.agency != "health"
    ]
    (line,) = clear(shared + again)
    assert line.subject == "edge"


def test_bands_have_three_sizes_and_no_others() -> None:
    bands = [
        clear(people(*((f"a{i}", 1) for i in range(n))))[0].band for n in (6, 9, 10, 19, 20, 90)
    ]
    assert bands == ["5–9", "5–9", "10–19", "10–19", "20+", "20+"]


def test_a_raised_bar_holds_for_what_remains_too() -> None:
    fourteen = people(("housing", 5), ("education", 5), ("health", 4))
    assert clear(fourteen, k=9)
    assert clear(fourteen, k=10) == ()
    session = [bring(n, f"champion{n}", f"agency{n}", 5) for n in range(3)]
    assert clear(session, k=10)[0].band == "10–19"
    assert clear([*session[:2], bring(2, "champion2", "agency2", 1)], k=10)
    assert clear([session[0], bring(1, "b", "x", 4), bring(2, "c", "y", 1)], k=10) == ()


def test_rows_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="contradict"):
        clear([say(1, "ada", "housing"), say(1, "bo", "housing", theme="stairs")])
    with pytest.raises(ValueError, match="contradict"):
        clear([bring(1, "col", "voluntary", 0)])


@given(rosters())
@settings(max_examples=60)
def test_a_line_judged_alone_says_what_it_said_among_the_others(roster: list[Spoken]) -> None:
    for line in clear(roster):
        behind = [r for r in roster if r.contribution in line.contributions]
        assert line in judged(behind, subject=line.subject, level=line.level)


@given(rosters(), st.integers(1, 4))
@settings(max_examples=60)
def test_too_few_leave_no_more_trace_than_nobody(roster: list[Spoken], few: int) -> None:
    quiet = [Spoken(f"q{n}", f"q{n}", f"a{n}", "quiet", "alone", relayed=False) for n in range(few)]
    assert clear(roster + quiet) == clear(roster)
