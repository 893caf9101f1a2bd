"""The machine suggests, people decide, the coder learns from them, and a new theme is proposed."""

from __future__ import annotations

import io

from rich.console import Console
from sqlalchemy import select

from bot.commands.recoding import recode
from handlers import place, views, weekly
from storage import codings, contributions, partnerships
from storage.models import Coding
from tests.story import AGENCIES, Story

WINDMILLS = [
    f"The windmill creaked {how} and it was written down."
    for how in ("gently", "twice", "slowly", "loudly", "badly", "softly", "early", "late")
]


def speak(story: Story, texts: list[str]) -> None:
    for n, words in enumerate(texts):
        who = story.person(f"speaker {n}", agency=AGENCIES[n % len(AGENCIES)])
        assert story.does(who, "reflect", words=words).name == "receipt"


def coded(story: Story) -> dict[str, str]:
    """The versions with which each contribution was read."""
    with story.database.reading() as session:
        return {row.id: row.coded_with for row in contributions.waiting(session, "northport")}


def again(story: Story) -> int:
    return recode(story.database, "northport", console=Console(file=io.StringIO()))


def test_after_a_change_of_the_codebook_everything_held_is_read_again_once(story: Story) -> None:
    speak(story, WINDMILLS[:4])
    story.clock("tick_draft")
    before = coded(story)
    assert again(story) == 0
    with story.database.writing() as session:
        row = partnerships.get(session, "northport")
        row.codebook = row.codebook.replace("version = 1", "version = 2", 1).replace(
            '"youth club",', '"youth club", "windmill",', 1
        )
    assert again(story) == 4
    after = coded(story)
    assert after.keys() == before.keys()
    assert {versions[:2] for versions in after.values()} == {"2/"}
    assert again(story) == 0
    with story.database.reading() as session:
        labels = session.scalars(select(Coding).where(Coding.by == "machine")).all()
    assert {label.versions for label in labels} <= set(after.values())
    assert "safe_places" in {label.theme for label in labels}


def test_reading_again_goes_on_where_it_was_stopped(story: Story) -> None:
    speak(story, WINDMILLS[:5])
    with story.database.writing() as session:
        here = place.of(session, "northport")
        assert weekly.code_again(session, here, at_most=2) == (2, 3)
    assert again(story) == 3


def test_words_put_another_way_lose_what_was_coded_of_the_old_ones(story: Story) -> None:
    who = story.person("speaker 0", agency="housing")
    kept = story.does(who, "reflect", words="The windmill creaked and it was written down.")
    story.clock("tick_draft")
    [id] = coded(story)
    story.does(story.person("theme_editor"), "recode", contribution_id=id, theme_id="meetings_load")
    assert kept.name == "receipt"
    changed = story.does(
        who, "change_send", contribution=id, words="The late bus waits at the lit bay now."
    )
    assert changed.name == "edit_confirmed"
    with story.database.writing() as session:
        assert codings.by_people(session, "northport") == {}
        assert codings.deciding(session, [id])[id] == ()
    assert again(story) == 1, "the new words are read anew"
    with story.database.reading() as session:
        assert {label.by for label in codings.of(session, id)} <= {"machine"}


def test_what_people_coded_decides_teaches_and_is_gone_with_the_words(story: Story) -> None:
    speak(story, WINDMILLS)
    story.clock("tick_draft")
    ids = sorted(coded(story))
    editor = story.person("theme_editor")
    for id in ids[:6]:
        story.does(editor, "recode", contribution_id=id, theme_id="meetings_load")
    with story.database.writing() as session:
        here = place.of(session, "northport")
        taught = weekly.coder_of(session, here)
        assert taught.read("One windmill more.")[0].theme == "meetings_load"
        assert codings.deciding(session, ids)[ids[0]] == ("meetings_load",)
        for id in ids[:6]:
            row = contributions.get(session, "northport", id)
            assert row is not None
            contributions.forget(session, row)
        without = weekly.coder_of(session, here)
    assert without.version != taught.version
    assert "meetings_load" not in {label.theme for label in without.read("One windmill more.")}


def test_a_new_theme_is_proposed_by_name_and_its_words_only_to_who_may_read_them(
    story: Story,
) -> None:
    puppies = [
        f"The puppies were sold {how}, another litter."
        for how in ("cheap", "early", "again", "fast")
    ]
    speak(story, WINDMILLS + puppies + puppies)
    story.clock("tick_draft")
    for id in coded(story):
        story.does(story.person("theme_editor"), "recode", contribution_id=id, theme_id="")
    with story.database.reading() as session:
        lines = views.lines(session, story.person("theme_editor"))
        desk = views.desk(session, story.person("coordinator"), now=story.now)
    assert any("windmill" in one["name"] for one in lines["emerging"])
    assert any(words in WINDMILLS for one in lines["emerging"] for words in one["examples"])
    needs = " ".join(need["sentence"] for need in desk["needs"])
    assert "windmill" in needs
    assert not any(words in needs for words in WINDMILLS)


def test_what_too_few_people_say_is_proposed_to_nobody(story: Story) -> None:
    for n, words in enumerate(
        WINDMILLS
        + [f"The puppies were {x}, a litter." for x in ("here", "there", "in", "out", "up", "off")]
    ):
        who = story.person(f"speaker {n % 4}", agency=AGENCIES[n % 4])
        story.does(who, "reflect", words=words)
    story.clock("tick_draft")
    for id in coded(story):
        story.does(story.person("theme_editor"), "recode", contribution_id=id, theme_id="")
    with story.database.reading() as session:
        assert views.lines(session, story.person("theme_editor"))["emerging"] == []
