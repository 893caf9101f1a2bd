"""One answer for all behind a theme, also behind releases of it that nobody had answered."""

from __future__ import annotations

from handlers import views
from tests.dialogues.test_loop import SAID, answered, issue, speak
from tests.story import AGENCIES, Story


def test_one_answer_speaks_to_every_unanswered_line_of_its_theme(story: Story) -> None:
    first = speak(story, 8)
    shown = issue(story)[0]
    story.later(days=7)
    later = []
    for n in range(8):
        who = story.person(f"later speaker {n}", agency=AGENCIES[n % len(AGENCIES)])
        story.does(who, "reflect", words=SAID[n])
        later.append(who)
    again = issue(story)[0]
    assert again != shown
    answered(story, again)
    story.later(hours=24)
    told = [story.thread(who).count("answer_to_practitioner") for who in (*first, *later)]
    assert told == [1] * 16
    with story.database.reading() as session:
        loops = views.home(session, first[0], now=story.now)["loops"]
    assert [loop["status"] for loop in loops] == ["held_until"]
    story.later(days=30)
    story.clock("tick_promises")
    assert "answer_due_reminder" not in story.thread(story.person("chair"))
