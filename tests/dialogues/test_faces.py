"""What stands on the forms and pages, and what is heard of many people only together."""

from __future__ import annotations

from sqlalchemy import update

from handlers import permissions, views
from handlers.messages import Field
from storage import audit, codings, contributions, rounds
from storage.models import Audit, Coding, Contribution
from tests.dialogues.test_loop import draft_lines, speak
from tests.story import Story, read


def test_cost_readers_and_purpose_stand_before_the_box(story: Story) -> None:
    bea = story.person("Bea")
    story.clock("tick_ask")
    story.later(hours=1)
    form = story.presses(bea, story.notice(bea, "prompt"), "Answer now")
    said = read(form)
    box = next(n for n, part in enumerate(form.parts) if isinstance(part, Field))
    before = "\n".join(str(part) for part in form.parts[:box])
    assert "minutes" in before
    assert "A theme editor reads it" in before
    assert "not a referral" in said
    for panel in (read(story.notice(bea, "prompt")), said):
        assert "minutes" in panel


def test_questions_are_taken_in_turn_and_none_comes_twice_in_a_row(story: Story) -> None:
    asked = []
    for _ in range(4):
        story.clock("tick_ask")
        with story.database.reading() as session:
            last = rounds.opening_days(session, "northport")
            assert max(last) == story.now.date()
            found = rounds.latest(session, "northport")
            assert found is not None
            asked.append(found.prompt_id)
        story.later(days=14)
    assert len(set(asked)) == 4


def test_a_contributors_own_tags_are_kept_with_the_words(story: Story) -> None:
    bea = story.person("Bea")
    form = story.does(bea, "something_else")
    receipt = story.presses(
        bea,
        form,
        "Check and send",
        words="the late bus",
        prevention_level="secondary",
        stance="mixed",
    )
    with story.database.reading() as session:
        row = contributions.get(session, "northport", receipt.state["contribution"])
        assert row is not None
        assert (row.prevention_level, row.stance) == ("secondary", "mixed")
    forged = story.presses(bea, form, "Check and send", words="the late bus", stance="Bea Smith")
    with story.database.reading() as session:
        row = contributions.get(session, "northport", forged.state["contribution"])
        assert row is not None
        assert row.stance == "", "a tag is one of ours or nothing"


def test_too_much_is_heard_only_when_enough_people_say_so(story: Story) -> None:
    """Scenario 10.6: together, above the rule, and never a name or a number."""
    coordinator = story.person("coordinator")

    def heavy() -> bool:
        with story.database.writing() as session:
            needs = views.desk(session, coordinator, now=story.now)["needs"]
        return any("load is heavy" in need["title"] for need in needs)

    agencies = ("housing", "health", "education", "police", "parks", "housing")
    for number, agency in enumerate(agencies):
        assert not heavy()
        story.does(story.person(f"tired {number}", agency=agency), "too_much")
    assert not heavy(), "without the largest agency four remain"
    story.does(story.person("tired 6", agency="youth_justice"), "too_much")
    assert heavy()
    for _ in range(9):
        story.does(story.person("tired 0"), "too_much")
    story.later(weeks=5)
    assert not heavy()


def test_a_persons_coding_decides_and_the_machines_stays_beside_it(story: Story) -> None:
    speak(story, 8)
    draft_lines(story)
    editor = story.person("theme_editor")
    with story.database.reading() as session:
        id = session.query(Coding.contribution_id).filter(Coding.by == "machine").first()[0]
        machine = {row.theme for row in codings.of(session, id) if row.by == "machine"}
    assert story.does(editor, "recode", contribution_id=id, theme_id="").name == "recoded"
    with story.database.reading() as session:
        assert codings.deciding(session, [id]) == {id: ()}
        assert {row.theme for row in codings.of(session, id) if row.by == "machine"} == machine


def test_a_changed_record_of_what_was_done_is_found(story: Story) -> None:
    words = "a year 7 told me today her dad's friend waits for her"
    story.does(story.person("Dev"), "reflect", words=words)
    lead = story.person("safeguarding_lead")
    with story.database.writing() as session:
        item = views.aside(session, lead)["items"][0]["item_id"]
    story.does(lead, "aside_open", item=item, reason="planned")
    with story.database.writing() as session:
        assert audit.verify(session).whole
        opened = session.query(Audit).filter(Audit.action == "aside.open").one().sequence
        changed = update(Audit).where(Audit.sequence == opened).values(reason="another reason")
        session.execute(changed)
    with story.database.writing() as session:
        assert opened in audit.verify(session).broken


def test_what_belongs_elsewhere_is_shown_its_route_and_not_kept(story: Story) -> None:
    """Scenario 3.9: a plate and a street, with nobody in danger, are for the police."""
    dev = story.person("Dev")
    words = "White van QX00 AAA by the zebrafinch shops most nights"
    form = story.does(dev, "reflect", words=words)
    assert form.name == "other_route_intelligence"
    assert "I haven't kept it" in read(form)
    with story.database.reading() as session:
        assert session.query(Contribution).count() == 0
    assert b"zebrafinch" not in story.everything()
    told = "I was told to change the dates on the form, if they knew I'd said"
    form = story.does(dev, "reflect", words=told)
    assert form.name == "other_route_whistleblowing"
    assert [button.label for button in form.buttons][-1] == "Throw it away"
    story.presses(dev, form, "Throw it away")
    with story.database.reading() as session:
        assert session.query(Contribution).count() == 0


def test_no_page_names_who_is_away(story: Story) -> None:
    """Scenario 1.6: a coordinator sees people, seats, rounds and dates, and no one's time off."""
    bea = story.person("Bea")
    coordinator = story.person("coordinator")
    with story.database.writing() as session:
        before = str(views.desk(session, coordinator, now=story.now))
    story.does(bea, "away_set", until="2026-10-01")
    with story.database.writing() as session:
        assert str(views.desk(session, coordinator, now=story.now)) == before
    assert permissions.COORDINATOR in coordinator.roles
