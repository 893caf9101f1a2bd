"""A small beginning: one question for everybody, and a summary that everybody present approves word by word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import pilot, views
from handlers.contributions import room as rooms
from handlers.messages import Actor, Buttons, Field, Form
from handlers.permissions import NotAllowedError
from storage import contributions, live, rounds
from storage.models import LiveSentence, LiveSession, LiveYes, Present, RecordKey
from tests.dialogues.test_loop import answered, draft_lines
from tests.story import AGENCIES, Story, read

FIRST = "Nobody is in charge where young people wait after dark."
SECOND = "We want one person who stays until the last one has gone."


def room(story: Story, actor: Actor) -> list[Form]:
    with story.database.reading() as session:
        return rooms.room(session, actor)


def gather(story: Story, number: int, agencies: tuple[str, ...] = AGENCIES) -> list[Actor]:
    """A theme editor opens a session, and so many people say the number that they heard."""
    opened = story.does(story.person("theme_editor"), "session_open")
    code = read(opened).split("**")[1]
    people = []
    for n in range(number):
        who = story.person(f"in the room {n}", agency=agencies[n % len(agencies)])
        assert story.does(who, "session_join", code=code).name == "session_room"
        people.append(who)
    return people


def put(story: Story, words: str) -> Form:
    return story.does(story.person("theme_editor"), "session_add", words=words)


def asked(form: Form) -> list[Buttons]:
    return [part for part in form.parts if isinstance(part, Buttons)]


def says(story: Story, actor: Actor, choice: str = "yes") -> Form:
    """Somebody answers every sentence that waits for them."""
    (form,) = room(story, actor)
    for row in asked(form):
        form = story.does(actor, "session_say", choice=choice, **row.state)
    return form


def finish(story: Story) -> Form:
    """Send it on, under the first theme of the codebook, unless something is in the way."""
    form = next(f for f in room(story, story.person("theme_editor")) if f.name == "session_finish")
    themes = next(part for part in form.parts if isinstance(part, Field)).choices
    return story.presses(story.person("theme_editor"), form, "Send it on", theme=themes[1].value)


def kept(story: Story) -> int:
    with story.database.reading() as session:
        return len(contributions.waiting(session, "northport"))


def left(story: Story) -> int:
    """Rows that only an open session has."""
    with story.database.reading() as session:
        tables = (Present, LiveSentence, LiveYes)
        return sum(session.query(table).count() for table in tables)


def test_a_pilot_asks_everybody_one_question_once_and_the_rounds_wait(both: Story) -> None:
    who = both.person("one of ten")
    with both.database.reading() as session:
        (form,) = pilot.desk(session, both.person("coordinator"), now=both.now)
    prompts = next(p for p in form.parts if isinstance(p, Field) and p.name == "prompt").choices
    until = both.now.date() + timedelta(weeks=6)
    for wrong in ("soon", (both.now.date() + timedelta(days=3)).isoformat(), "2030-01-01"):
        back = both.does(
            both.person("coordinator"), "pilot_begin", prompt=prompts[3].value, until=wrong
        )
        assert any(p.error for p in back.parts if isinstance(p, Field))
    begun = both.does(
        both.person("coordinator"),
        "pilot_begin",
        prompt=prompts[3].value,
        until=until.isoformat(),
    )
    assert begun.name == "pilot_begun"
    both.clock("tick_ask")
    both.later(hours=3)
    notice = both.notice(who, "prompt")
    assert "We're starting small" in read(notice)
    assert prompts[3].label.split("?")[0] in read(notice)
    both.later(weeks=2)
    both.clock("tick_ask")
    with both.database.reading() as session:
        assert rounds.count(session, "northport") == 1
        latest = rounds.latest(session, "northport")
    assert latest is not None
    assert latest.closes_on == until
    both.later(weeks=5)
    both.clock("tick_ask")
    with both.database.reading() as session:
        assert rounds.count(session, "northport") == 2


def test_what_everybody_approved_goes_on_word_for_word_and_everybody_hears_back(
    both: Story,
) -> None:
    people = gather(both, 8)
    assert put(both, FIRST).name == "session_added"
    put(both, SECOND)
    for who in people:
        assert asked(says(both, who)) == []
    assert finish(both).name == "session_finished"
    assert left(both) == 0
    assert kept(both) == 8
    (line,) = draft_lines(both)
    assert line["sentence"] == f"{FIRST} {SECOND}"
    editor, approver = both.person("theme_editor"), both.person("approver")
    other = both.does(editor, "line_ready", line_id=line["line_id"], sentence="Something else.")
    assert "word by word" in read(other)
    assert both.does(editor, "line_ready", line_id=line["line_id"]).name == "line_ready"
    both.does(approver, "line_sign", line_id=line["line_id"])
    both.does(approver, "issue")
    with both.database.reading() as session:
        page = views.digest(session, both.person("chair"))
    assert page is not None
    (shown,) = page.lines
    assert (shown.sentence, shown.practitioners_band) == (f"{FIRST} {SECOND}", "5–9")
    answered(both, shown.key)
    both.later(days=1)
    assert all("answer_to_practitioner" in both.thread(who) for who in people)


def test_one_who_has_not_said_yes_is_enough_and_nobody_sees_who(both: Story) -> None:
    people = gather(both, 8)
    put(both, FIRST)
    for who in people[1:]:
        says(both, who)
    back = finish(both)
    assert back.name == "session_finish"
    assert "Not everybody" in read(back)
    seen = "\n".join(read(form) for form in room(both, both.person("theme_editor")))
    assert "Not everybody has said yes yet." in seen
    assert not any(who.person in seen for who in people)
    assert "in the room 0" not in seen
    says(both, people[0])
    assert finish(both).name == "session_finished"


def test_who_would_change_a_sentence_stops_it_and_every_yes_before_is_void(both: Story) -> None:
    people = gather(both, 8)
    put(both, FIRST)
    old = asked(room(both, people[7])[0])[0].state
    for who in people[:6]:
        says(both, who)
    says(both, people[6], "change")
    assert finish(both).name == "session_finish"
    (sentence,) = [
        f for f in room(both, both.person("theme_editor")) if f.name == "session_sentence"
    ]
    assert "put another way" in read(sentence)
    rewrite = both.presses(both.person("theme_editor"), sentence, "Put it another way")
    assert FIRST in read(rewrite)
    both.presses(both.person("theme_editor"), rewrite, "Put it to the room", words=SECOND)
    assert all(asked(room(both, who)[0]) for who in people)
    both.does(people[7], "session_say", choice="yes", **old)  # of words that stand no longer
    assert asked(room(both, people[7])[0])
    for who in people:
        says(both, who)
    assert finish(both).name == "session_finished"


def test_one_leave_this_out_is_enough(both: Story) -> None:
    people = gather(both, 8)
    put(both, FIRST)
    put(both, SECOND)
    (form,) = room(both, people[0])
    both.does(people[0], "session_say", choice="out", **asked(form)[1].state)
    assert SECOND not in "\n".join(read(form) for form in room(both, people[1]))
    for who in people:
        says(both, who)
    finish(both)
    assert draft_lines(both)[0]["sentence"] == FIRST


@pytest.mark.parametrize(
    ("number", "agencies"), [(4, AGENCIES), (8, ("housing",)), (8, ("housing", "health"))]
)
def test_with_too_few_people_or_agencies_nothing_goes_on_and_nothing_is_left(
    both: Story, number: int, agencies: tuple[str, ...]
) -> None:
    people = gather(both, number, agencies)
    put(both, FIRST)
    for who in people:
        says(both, who)
    assert finish(both).name == "session_not_enough"
    assert (kept(both), left(both)) == (0, 0)
    with both.database.reading() as session:
        assert session.query(LiveSession).count() == 0


def test_once_somebody_takes_the_summary_back_the_line_says_its_themes_own_sentence(
    both: Story,
) -> None:
    people = gather(both, 9)
    put(both, FIRST)
    for who in people:
        says(both, who)
    finish(both)
    line = draft_lines(both)[0]["line_id"]
    editor, approver = both.person("theme_editor"), both.person("approver")
    both.does(editor, "line_ready", line_id=line)
    both.does(approver, "line_sign", line_id=line)
    both.presses(people[0], both.does(people[0], "my_words"), "Take back the words")
    both.does(approver, "issue")
    with both.database.reading() as session:
        page = views.digest(session, both.person("chair"))
    assert page is not None
    assert [FIRST in shown.sentence for shown in page.lines] == [False]


def test_only_who_hears_the_number_is_in_the_room_and_who_leaves_is_asked_no_more(
    both: Story,
) -> None:
    people = gather(both, 8)
    with both.database.reading() as session:
        code = live.now_open(session, "northport").code  # type: ignore[union-attr]
    wrong = "0000" if code != "0000" else "0001"
    outside = both.person("outside")
    back = both.does(outside, "session_join", code=wrong)
    assert back.name == "session_join"
    assert both.does(outside, "session_look").name == "session_join"
    put(both, FIRST)
    for who in people[1:]:
        says(both, who)
    both.does(people[0], "session_leave")
    assert finish(both).name == "session_finished"
    assert kept(both) == 7


def test_a_session_that_nobody_ends_is_over_the_next_day_and_nothing_goes_on(both: Story) -> None:
    people = gather(both, 8)
    put(both, FIRST)
    both.later(days=1)
    both.clock("tick_keeping")
    assert (left(both), kept(both)) == (0, 0)
    assert both.does(people[0], "session_look").name == "session_over"


def test_a_sentence_is_looked_at_for_danger_and_for_what_points_to_somebody(both: Story) -> None:
    gather(both, 5)
    back = put(both, "Kyle at Greenfield Road told us so.")
    assert any(p.error for p in back.parts if isinstance(p, Field))
    stopped = put(both, "My stepdad hits me every night and I am scared to go home tonight.")
    assert stopped.tone == "sign"
    long = put(both, "We would like more time to think together. " * 8)
    assert any("240" in p.error for p in long.parts if isinstance(p, Field))
    with both.database.reading() as session:
        assert session.query(LiveSentence).count() == 0


def test_the_keys_of_a_session_go_with_its_sentences(both: Story) -> None:
    gather(both, 5)
    put(both, FIRST)
    with both.database.reading() as session:
        (row,) = session.query(LiveSentence).all()
        assert FIRST.encode() not in row.sealed_words
    before = keys(both)
    both.does(both.person("theme_editor"), "session_end")
    assert keys(both) == before - 1
    assert left(both) == 0


def keys(story: Story) -> int:
    from sqlalchemy.orm import Session as Plain

    with story.database.reading() as session, Plain(session.key_store) as store:
        return store.query(RecordKey).count()


def test_who_may_write_join_and_set(both: Story) -> None:
    for role, kind in (
        ("coordinator", "session_open"),
        ("theme_editor", "session_join"),
        ("strategic_member", "session_join"),
        ("chair", "pilot_begin"),
    ):
        with pytest.raises(NotAllowedError):
            both.does(both.person(role), kind)
