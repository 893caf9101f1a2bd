"""What goes out and what waits: the ledger at draft and issue, roll-over, and the log of what was left out."""

from __future__ import annotations

from digests import digest, release
from digests.page import differing
from handlers import views
from handlers.messages import Actor
from storage import counting, ledger, left_out, releases, retention
from storage.models import LedgerEntry
from tests.dialogues.test_loop import SAID, draft_lines, issue, speak
from tests.story import AGENCIES, MONDAY, Story, read


def again(story: Story, people: list[Actor]) -> None:
    for n, person in enumerate(people):
        assert story.does(person, "reflect", words=SAID[n % len(SAID)]).name == "receipt"


def known(story: Story) -> list[ledger.Issued]:
    with story.database.reading() as session:
        return ledger.since(session, "northport", MONDAY.date().replace(year=2020))


def reasons(story: Story) -> list[str]:
    with story.database.reading() as session:
        return [row.why for row in left_out.latest(session, "northport", most=20)]


def test_an_issued_line_is_in_the_ledger_and_only_the_release_can_read_who(both: Story) -> None:
    people = speak(both, 8)
    shown = issue(both)
    (entry,) = known(both)
    with both.database.reading() as session:
        line = releases.line(session, "northport", shown[0])
        row = session.query(LedgerEntry).one()
        tags = {session.keyring.tag("counting", "northport", person.person) for person in people}
    assert line is not None
    assert (entry.subject, entry.band) == (line.subject, "5–9")
    assert set(entry.units) == tags
    assert not any(tag.encode() in row.sealed_units for tag in tags)


def test_a_line_that_differs_by_one_person_waits_and_the_desk_hears_a_calm_sentence(
    both: Story,
) -> None:
    people = speak(both, 8)
    assert issue(both)
    both.later(days=21)
    again(both, [*people, both.person("the ninth", agency="health")])
    assert draft_lines(both) == []
    assert reasons(both) == ["ledger"]
    both.does(both.person("approver"), "issue")
    both.later(days=1)
    for role in ("theme_editor", "approver"):
        said = read(both.notice(both.person(role), "lines_wait"))
        assert "could point to a few people" in said
        assert "ninth" not in said
    assert "lines_wait" not in both.thread(both.person("strategic_member"))


def test_the_same_people_again_or_five_more_of_several_agencies_may_be_shown(both: Story) -> None:
    people = speak(both, 8)
    assert issue(both)
    both.later(days=21)
    again(both, people)
    assert issue(both)
    both.later(days=21)
    more = [both.person(f"new {n}", agency=AGENCIES[n % 5]) for n in range(10)]
    again(both, [*people, *more])
    assert issue(both)
    assert [entry.band for entry in known(both)] == ["5–9", "5–9", "10–19"]


def test_who_takes_words_back_leaves_the_ledger_and_stays_protected(both: Story) -> None:
    people = speak(both, 8)
    assert issue(both)
    gone = people[0]
    form = both.does(gone, "my_words")
    both.presses(gone, form, "Take back")
    (entry,) = known(both)
    with both.database.reading() as session:
        tag = session.keyring.tag("counting", "northport", gone.person)
    assert tag not in entry.units
    assert len(entry.units) == 8  # the place is counted still, because the digest was read
    both.later(days=21)
    again(both, people[1:])
    assert draft_lines(both) == []  # one less than before would point to whoever went


def test_the_horizon_passes_and_the_entry_goes_with_its_key(both: Story) -> None:
    people = speak(both, 8)
    issue(both)
    both.later(weeks=14)
    again(both, [*people, both.person("the ninth", agency="health")])
    assert issue(both)
    assert [entry.issued_on for entry in known(both)] == [both.now.date()]


def test_an_unsigned_line_rolls_over_with_its_words_and_the_desk_is_told(both: Story) -> None:
    speak(both, 8)
    line = draft_lines(both)[0]
    both.does(
        both.person("theme_editor"),
        "line_ready",
        line_id=line["line_id"],
        sentence="Young people wait where no adult does.",
    )
    both.does(both.person("approver"), "issue")
    assert reasons(both) == ["unsigned"]
    both.later(days=7)
    assert "lines_wait" in both.thread(both.person("theme_editor"))
    (again_,) = draft_lines(both)
    assert again_["sentence"] == "Young people wait where no adult does."
    assert again_["state"] == "draft"


def test_what_an_editor_keeps_back_is_in_the_log_with_the_reason(both: Story) -> None:
    speak(both, 8)
    line = draft_lines(both)[0]
    editor = both.person("theme_editor")
    both.does(editor, "line_keep_back", line_id=line["line_id"], reason="too close to one place")
    both.does(both.person("approver"), "issue")
    with both.database.reading() as session:
        (row,) = left_out.latest(session, "northport", most=5)
    assert (row.why, row.said) == ("kept_back", "too close to one place")


def test_what_no_longer_belongs_to_a_line_is_not_consumed_with_it(both: Story) -> None:
    speak(both, 9)
    line = draft_lines(both)[0]
    editor, approver = both.person("theme_editor"), both.person("approver")
    with both.database.reading() as session:
        other = releases.behind(session, line["line_id"])[0]
    both.does(editor, "recode", contribution_id=other, theme_id="")
    both.does(editor, "line_ready", line_id=line["line_id"])
    both.does(approver, "line_sign", line_id=line["line_id"])
    both.does(approver, "issue")
    with both.database.reading() as session:
        behind = releases.behind(session, line["line_id"])
        assert other not in behind
        assert len(behind) == 8
        assert other in counting.of(session, "northport", [other])
    assert len(known(both)[0].units) == 8


def test_nothing_waits_and_nobody_is_told_when_all_went_out(both: Story) -> None:
    speak(both, 8)
    assert issue(both)
    both.later(days=1)
    assert "lines_wait" not in both.thread(both.person("theme_editor"))
    with both.database.reading() as session:
        assert views.digest(session, both.person("chair")) is not None


def test_the_policy_names_the_horizon_for_which_the_ledger_is_kept() -> None:
    assert retention.length("ledger") == release.HORIZON


HELPS = "the drivers at the bus station wait with them until the last bus has gone"
ASKS = "what if the bus station had a warm waiting room at night"


def tell(story: Story, number: int, stance: str, *, words: str = HELPS, named: str = "") -> None:
    for n in range(number):
        who = story.person(f"{named or stance} {n}", agency=AGENCIES[n % len(AGENCIES)])
        assert story.does(who, "reflect", words=words, stance=stance).name == "receipt"


def test_both_sides_of_a_line_are_in_the_ledger_beside_it(both: Story) -> None:
    tell(both, 8, "strength")
    tell(both, 8, "worry")
    assert issue(both)
    with both.database.reading() as session:
        page = views.digest(session, both.person("chair"))
    assert page is not None
    assert page.lines[0].differs
    entries = {entry.level: len(entry.units) for entry in known(both)}
    assert entries == {"theme": 16, release.SIDE: 8}
    assert sorted(entry.subject.split()[-1] for entry in known(both) if entry.level == "side") == [
        "strength",
        "worry",
    ]


def test_one_person_who_told_of_neither_side_is_nobody_to_subtract(both: Story) -> None:
    tell(both, 8, "strength")
    tell(both, 8, "worry")
    tell(both, 1, "", words=ASKS, named="asker")
    assert issue(both)
    with both.database.reading() as session:
        page = views.digest(session, both.person("chair"))
    assert page is not None
    assert page.lines[0].differs
    entries = {entry.subject.split()[-1]: len(entry.units) for entry in known(both)}
    assert sorted(entries.values()) == [8, 9, 17], "a line less both its sides leaves nobody"
    assert entries["worry"] == 9, "on the side that the theme is usually on"


def test_what_nobody_called_a_strength_or_a_worry_is_on_neither_side(both: Story) -> None:
    tell(both, 8, "strength")
    tell(both, 8, "", named="untold")
    assert issue(both)
    with both.database.reading() as session:
        page = views.digest(session, both.person("chair"))
    assert page is not None
    assert page.lines[0].leaning == "strength"
    assert not page.lines[0].differs, "no machine says that they worry"


def test_a_side_that_champions_alone_carry_is_kept_and_said_to_be_theirs(both: Story) -> None:
    tell(both, 8, "strength")
    for n in range(10):
        who = both.champion(f"champion {n}", AGENCIES[n % len(AGENCIES)])
        form = both.does(
            who,
            "relay_send",
            words=f"They told me {n} times that the bus station frightens them after dark.",
            rendering="paraphrase",
            voice="young_person",
            agreement="yes",
            age_band="13_to_15",
            voices="1",
            stance="worry",
            back="i_tell",
        )
        assert form.name == "relay_receipt"
    assert issue(both)
    with both.database.reading() as session:
        page = views.digest(session, both.person("chair"))
    assert page is not None
    assert page.lines[0].apart == "practitioners_help"
    assert "voices carried by champions tell of what worries" in differing(page.lines[0])


def week(story: Story, number: int, *, worries: int, helps: int) -> digest.Line:
    """So many people of each side say so, each for the first time, and the line that comes of it."""
    tell(story, worries, "worry", named=f"worry {number}")
    tell(story, helps, "strength", named=f"strength {number}")
    assert issue(story)
    with story.database.reading() as session:
        page = views.digest(session, story.person("chair"))
    story.later(days=21)
    assert page is not None
    assert page.lines[0].leaning == "worry"
    return page.lines[0]


def test_a_smaller_side_gathers_on_and_stands_beside_a_later_line(both: Story) -> None:
    assert not week(both, 1, worries=9, helps=4).differs
    later = week(both, 2, worries=9, helps=4)
    assert later.differs
    assert later.helps
    assert "gathered over several releases" in differing(later)
    [side] = [entry for entry in known(both) if entry.level == release.SIDE]
    assert len(side.units) == 8
    assert not week(both, 3, worries=9, helps=4).differs, "what was shown is not shown again"
    gone = both.person("strength 1 0")
    both.presses(gone, both.does(gone, "my_words"), "Take back")
    with both.database.reading() as session:
        tag = session.keyring.tag("counting", "northport", gone.person)
    assert not any(tag in entry.units for entry in known(both)), "of the earlier line's people too"


def test_a_smaller_side_goes_back_a_quarter_and_no_further(story: Story) -> None:
    assert not week(story, 1, worries=9, helps=4).differs
    story.later(weeks=10)
    assert not week(story, 2, worries=9, helps=4).differs


def test_who_takes_words_back_leaves_the_entry_of_their_side_too(both: Story) -> None:
    tell(both, 8, "strength")
    tell(both, 8, "worry")
    assert issue(both)
    gone = both.person("worry 0")
    both.presses(gone, both.does(gone, "my_words"), "Take back")
    with both.database.reading() as session:
        tag = session.keyring.tag("counting", "northport", gone.person)
    assert len(known(both)) == 3
    assert not any(tag in entry.units for entry in known(both))
