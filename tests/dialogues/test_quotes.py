"""Somebody's own words on a page: asked, agreed, read by a second person, shown later, taken back."""

from __future__ import annotations

import pytest

from digests import digest as pages
from handlers import views
from handlers.messages import Actor
from storage import audit, partnerships, quotes, releases
from storage.models import Digest, Quote
from tests.dialogues.test_loop import SAID, draft_lines, speak
from tests.story import Story, read

WORDS = SAID[2]


def behind(story: Story, line: str, words: str) -> str:
    """The contribution behind a line that holds these words, as the lines page shows it."""
    with story.database.reading() as session:
        open_ = views.lines(session, story.person("theme_editor"), open_id=line)["open"]
    return next(code["contribution_id"] for code in open_["codes"] if words in code["words"])


def asked(story: Story) -> tuple[Actor, str]:
    """Eight speak; the editor asks the third for a quote, and the line goes out. Who, and the line."""
    people = speak(story, 8)
    line = draft_lines(story)[0]["line_id"]
    editor, approver = story.person("theme_editor"), story.person("approver")
    said = story.does(
        editor,
        "quote_ask",
        line_id=line,
        contribution_id=behind(story, line, WORDS),
        quote=WORDS,
    )
    assert said.name == "quote_asked"
    story.does(editor, "line_ready", line_id=line)
    story.does(approver, "line_sign", line_id=line)
    story.does(approver, "issue")
    story.later(hours=3)
    return people[2], line


def agree(story: Story, person: Actor) -> str:
    seen = story.presses(person, story.notice(person, "quote_request"), "See the words")
    assert WORDS in read(seen)
    assert story.presses(person, seen, "Yes").name == "quote_yes"
    with story.database.reading() as session:
        (row,) = quotes.in_state(session, "northport", "agreed")
        return row.id


def next_digest(story: Story) -> int:
    story.later(days=7)
    story.clock("tick_draft")
    story.does(story.person("approver"), "issue")
    with story.database.reading() as session:
        latest = releases.latest(session, "northport")
        assert latest is not None
        return latest.number


def page(story: Story, number: int) -> list[dict[str, str]]:
    with story.database.reading() as session:
        return views.quoted(session, story.person("strategic_member"), number=number)


def row(story: Story, number: int) -> Digest:
    with story.database.reading() as session:
        found = releases.numbered(session, "northport", number)
        assert found is not None
        return found


def test_a_quote_is_shown_one_release_later_and_nowhere_in_the_frozen_text(both: Story) -> None:
    person, _ = asked(both)
    id = agree(both, person)
    assert both.does(both.person("approver"), "quote_read", quote_id=id).name == "quote_read"
    assert page(both, 1) == []
    number = next_digest(both)
    assert [quote["words"] for quote in page(both, number)] == [WORDS]
    frozen = row(both, number)
    assert WORDS not in frozen.frozen
    assert pages.fingerprint(frozen.frozen) == frozen.fingerprint
    assert page(both, next_digest(both)) == []


def test_nobody_but_the_one_who_said_it_is_asked_and_the_request_holds_no_words(
    both: Story,
) -> None:
    person, _ = asked(both)
    others = [both.person(f"speaker {n}") for n in range(8) if n != 2]
    assert all("quote_request" not in both.thread(other) for other in others)
    request = both.notice(person, "quote_request")
    assert WORDS not in read(request)
    stolen = both.presses(others[0], request, "See the words")
    assert stolen.name == "gone"


def test_a_no_is_a_no_and_the_copy_is_gone(both: Story) -> None:
    person, _ = asked(both)
    assert both.presses(person, both.notice(person, "quote_request"), "No").name == "quote_no"
    with both.database.reading() as session:
        (refused,) = quotes.in_state(session, "northport", "refused")
        assert quotes.opened(session, refused) is None
    assert page(both, next_digest(both)) == []


def test_the_editor_who_asked_is_never_the_second_reader(both: Story) -> None:
    person, _ = asked(both)
    id = agree(both, person)
    editor = both.person("theme_editor")
    assert both.does(editor, "quote_read", quote_id=id).name == "second_reader"
    assert page(both, next_digest(both)) == []


def test_a_second_reader_may_keep_a_quote_back(both: Story) -> None:
    person, _ = asked(both)
    id = agree(both, person)
    kept = both.does(
        both.person("approver"),
        "quote_read",
        quote_id=id,
        choice="keep_back",
        reason="age and place",
    )
    assert kept.name == "quote_kept_back"
    assert page(both, next_digest(both)) == []


@pytest.mark.parametrize("how", ["the words", "the quote"])
def test_taking_it_back_empties_its_place_and_the_fingerprint_still_holds(
    both: Story, how: str
) -> None:
    person, _ = asked(both)
    both.does(both.person("approver"), "quote_read", quote_id=agree(both, person))
    number = next_digest(both)
    before = row(both, number)
    form = both.does(person, "my_words")
    both.presses(person, form, f"Take back {how}")
    assert [q["note"] for q in page(both, number)] == ["The person has taken these words back."]
    after = row(both, number)
    assert (after.frozen, after.fingerprint) == (before.frozen, before.fingerprint)
    assert pages.fingerprint(after.frozen) == after.fingerprint
    with both.database.reading() as session:
        (empty,) = session.query(Quote).all()
        assert (empty.sealed_words, empty.contribution_id) == (None, "")
    assert both.does(person, "quote_take_back", choice=empty.id).name == "quote_taken_back"


def test_a_relay_needs_the_agreement_to_a_quote_and_its_own_words(both: Story) -> None:
    champions = [
        both.champion(n, a)
        for n, a in (("Col", "voluntary_sector"), ("Kit", "health"), ("Wen", "housing"))
    ]
    said = "the bus station at night, they wait at the far bays for the last bus"
    for n, (champion, rendering, uses) in enumerate(
        zip(
            champions,
            ("own_words", "paraphrase", "own_words"),
            ("theme,quote", "theme,quote", "theme"),
            strict=True,
        )
    ):
        both.does(
            champion,
            "relay_send",
            words=f"{said} {'again ' * n}".strip(),
            rendering=rendering,
            voice="young_person",
            agreement="yes",
            age_band="16_to_17",
            voices="5",
            agreed_to=uses,
            back="i_tell",
        )
    line = draft_lines(both)[0]["line_id"]
    editor = both.person("theme_editor")
    with both.database.reading() as session:
        codes = views.lines(session, editor, open_id=line)["open"]["codes"]
    answers = {
        code["words"].count("again"): both.does(
            editor, "quote_ask", line_id=line, contribution_id=code["contribution_id"], quote=said
        ).name
        for code in codes
    }
    assert answers == {0: "quote_agreed", 1: "quote_not_asked", 2: "quote_not_asked"}


def test_words_that_were_not_said_or_that_point_to_somebody_are_not_asked_for(both: Story) -> None:
    speak(both, 8)
    line = draft_lines(both)[0]["line_id"]
    for quote in ("they all said something else", "", "x" * 300):
        said = both.does(
            both.person("theme_editor"),
            "quote_ask",
            line_id=line,
            contribution_id=behind(both, line, WORDS),
            quote=quote,
        )
        assert said.name == "quote_not_asked"


def test_a_partnership_that_shows_no_verbatim_words_neither_asks_nor_shows(both: Story) -> None:
    person, line = asked(both)
    both.does(both.person("approver"), "quote_read", quote_id=agree(both, person))
    number = next_digest(both)
    with both.database.writing() as session:
        here = partnerships.get(session, "northport")
        here.settings = {**here.settings, "verbatim_words": False}
    assert [quote["words"] for quote in page(both, number)] == [""]
    said = both.does(
        both.person("theme_editor"),
        "quote_ask",
        line_id=line,
        contribution_id=behind_any(both, line),
        quote=SAID[3],
    )
    assert said.name == "quote_not_asked"


def behind_any(story: Story, line: str) -> str:
    with story.database.reading() as session:
        return releases.behind(session, line)[0]


def test_each_step_is_in_the_audit_and_none_says_who_agreed(both: Story) -> None:
    person, _ = asked(both)
    both.does(both.person("approver"), "quote_read", quote_id=agree(both, person))
    next_digest(both)
    from sqlalchemy import select

    from storage.models import Audit

    with both.database.reading() as session:
        steps = session.execute(
            select(Audit.action, Audit.actor)
            .where(Audit.action.like("quote.%"))
            .order_by(Audit.sequence)
        ).all()
        assert audit.verify(session).whole
    assert [step.action for step in steps] == [
        "quote.ask",
        "quote.agree",
        "quote.read",
        "quote.show",
    ]
    assert person.person not in {step.actor for step in steps}
