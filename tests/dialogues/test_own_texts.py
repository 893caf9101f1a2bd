"""Codebook, prompts and own sentences at the desk: seen before they hold, numbered, checked, and never lost."""

from __future__ import annotations

import pytest

from bot.reading_again import go_on
from handlers import place, views
from handlers.messages import Field, Form
from handlers.own_texts.documents import KINDS
from handlers.permissions import NotAllowedError
from handlers.place import Place
from handlers.weekly.gathering import spoken, those
from storage import Database, codings, own_texts
from storage.own_texts import Document
from tests.dialogues.test_coding import WINDMILLS, coded, speak
from tests.story import Story, read

QUESTION = "What made it easy to ask another agency for help this fortnight?"


@pytest.fixture
def both(database: Database) -> Story:
    """The story, once on each kind of database."""
    return Story(database)


def here(story: Story) -> Place:
    with story.database.reading() as session:
        return place.of(session, "northport")


def texts(story: Story) -> dict[str, dict[str, object]]:
    with story.database.reading() as session:
        found = views.texts(session, story.person("coordinator"))
    return {document["id"]: document for document in found["documents"]}


def errors(form: Form) -> dict[str, str]:
    return {p.name: p.error for p in form.parts if isinstance(p, Field) and p.error}


def change(story: Story, document: Document, entry: str, **typed: str) -> Form:
    """Open an entry, type, and ask what would change."""
    boss = story.person("coordinator")
    form = story.does(boss, "text_edit", document=document, entry=entry)
    assert form.name == "text_edit"
    return story.presses(boss, form, "See what changes", **{"why": "It reads better.", **typed})


def save(story: Story, document: Document, entry: str, **typed: str) -> Form:
    shown = change(story, document, entry, **typed)
    assert shown.name == "text_preview", errors(shown)
    return story.presses(story.person("coordinator"), shown, "Save as version")


def retire(story: Story, document: Document, entry: str) -> Form:
    asked = story.does(story.person("coordinator"), "text_retire", document=document, entry=entry)
    return story.presses(story.person("coordinator"), asked, "Retire it", why="Not now.")


def test_a_theme_is_seen_before_it_holds_and_everything_is_read_again_on_one_press(
    both: Story,
) -> None:
    story, boss = both, both.person("coordinator")
    speak(story, WINDMILLS[:4])
    story.clock("tick_draft")
    cues = "\n".join([*here(story).codebook.theme("safe_places").cues, "windmill"])
    shown = change(story, "codebook", "safe_places", cues=cues, name="Places that feel safe")
    said = read(shown)
    assert "new: ‘windmill’" in said
    assert "Name, was: Places **and activities** that feel safe" in said
    assert "some of the words" in said, "never how many"
    assert "windmill" not in here(story).codebook_text, "nothing holds yet"

    saved = story.presses(boss, shown, "Save as version 2")
    assert here(story).codebook.version == 2
    assert "# Starter codebook" in here(story).codebook_text, "comments stay"
    begun = story.presses(boss, saved, "Read everything again")
    assert begun.name == "reading_again"
    assert {versions[:2] for versions in coded(story).values()} == {"1/"}
    assert go_on(story.database, ["northport", "wolds"], now=story.now) == 1
    assert {versions[:2] for versions in coded(story).values()} == {"2/"}
    assert go_on(story.database, ["northport"], now=story.now) == 0, "it is over"


def test_a_retired_theme_is_listened_for_no_longer_and_keeps_what_was_coded_with_it(
    both: Story,
) -> None:
    story, boss = both, both.person("coordinator")
    speak(story, WINDMILLS[:1])
    story.clock("tick_draft")
    [id] = coded(story)
    editor = story.person("theme_editor")
    story.does(editor, "recode", contribution_id=id, theme_id="safe_places")
    form = story.does(boss, "text_edit", document="codebook", entry="safe_places")
    asked = story.presses(boss, form, "Retire it")
    assert errors(story.presses(boss, asked, "Retire it")) == {
        "why": "Please say why, in one line."
    }
    story.presses(boss, asked, "Retire it", why="Folded into another.")
    now = here(story)
    assert "safe_places" not in {theme.id for theme in now.codebook.themes}
    assert now.theme_words("safe_places")[0] == "Places and activities that feel safe"
    with story.database.reading() as session:
        assert codings.deciding(session, [id]) == {id: ("safe_places",)}
        [counted] = spoken(now, those(session, now, [id]))
    assert counted.group == "keeps_safe"
    assert counted.theme != "safe_places", "no line is about it alone"
    refused = story.does(editor, "recode", contribution_id=id, theme_id="safe_places")
    assert refused.name == "recoded", "an unknown theme is left out of a coding"


def test_a_new_prompt_is_shown_as_people_will_see_it_and_asked_in_its_turn(story: Story) -> None:
    shown = change(
        story, "prompts", "", questions=QUESTION, what_for="To keep what works.", minutes="1"
    )
    with story.database.reading() as session:
        posted, form = views.cards(session, story.person("coordinator"), shown.state, now=story.now)
    assert QUESTION in read(posted)
    assert form.name == "reflect"
    assert QUESTION in read(form)
    who, first = story.person("somebody asked"), here(story).prompts[0]
    story.clock("tick_ask")
    story.presses(story.person("coordinator"), shown, "Save as version")
    for id in [one.id for one in here(story).prompts if one.id not in (first.id, "safe-02")][:-1]:
        retire(story, "prompts", id)
    assert [one.questions[0] for one in here(story).prompts][-1] == QUESTION
    story.later(weeks=2)
    story.clock("tick_ask")
    story.later(hours=3)
    assert "Where do young people" in read(story.notice(who, "prompt")), "asked never comes first"
    story.later(weeks=2)
    story.clock("tick_ask")
    story.later(hours=3)
    assert QUESTION in read(story.notice(who, "prompt")), "and not the first prompt once more"


@pytest.mark.parametrize(
    ("document", "entry", "typed", "says"),
    [
        ("prompts", "safe-01", {"questions": "Which child worries you most?"}, "one person"),
        ("prompts", "safe-01", {"questions": "How would you score your team?"}, "ranking"),
        ("prompts", "safe-01", {"questions": "Who is hard to reach, and why?"}, "not reached"),
        ("prompts", "safe-01", {"questions": "Tell us what helped."}, "question mark"),
        ("prompts", "safe-01", {"questions": "One?\nTwo?\nThree?"}, "2 questions"),
        ("prompts", "safe-01", {"what_for": "For {nobody}."}, "braces"),
        (
            "prompts",
            "safe-01",
            {
                "questions": "What organisational considerations facilitate interdisciplinary "
                "collaboration regarding adolescent vulnerability in institutional environments?"
            },
            "years",
        ),
        ("codebook", "trusted_adult", {"name": ""}, "empty"),
        ("codebook", "trusted_adult", {"name": "Friends who look out for each other"}, "Another"),
        (
            "codebook",
            "trusted_adult",
            {"voice_examples": "Kieran Walsh from 14 Dock Road said it."},
            "could point",
        ),
        ("codebook", "trusted_adult", {"stance": "angry"}, "choose"),
        ("codebook", "trusted_adult", {"why": ""}, "why"),
        ("wording", "joined", {"words": "You are completely confidential here."}, "leave out"),
        ("wording", "lado_contact", {"words": ""}, "empty"),
    ],
)
def test_what_a_text_may_not_say_is_refused_in_a_plain_sentence(
    story: Story, document: Document, entry: str, typed: dict[str, str], says: str
) -> None:
    form = change(story, document, entry, **typed)
    assert form.name == "text_edit"
    assert says in " ".join(errors(form).values())
    assert form.state["number"] == "1"


STEM = "stereotyp"  # half a word looks like a name to whoever is asked about it afresh


def test_whatever_ships_passes_the_checks_that_it_is_held_to(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = here(story)
    with story.database.reading() as session:
        held = {d: own_texts.current(session, "northport", d) for d in KINDS}
    said = {
        (document, entry.id): kind.values(now, held[document], entry.id)
        for document, kind in KINDS.items()
        for entry in kind.entries(now, held[document])
    }
    for kind in KINDS.values():  # as if nothing had stood in the boxes: all of it counts as typed
        monkeypatch.setattr(kind, "values", lambda *_: {"cues": STEM, "words": ""})
    for (document, id), typed in said.items():
        if "{" in typed.get("questions", ""):
            assert id not in {one.id for one in now.prompts}, "a gap is never asked"
            continue
        assert KINDS[document].faults(now, held[document], id, typed) == {}, id


def test_an_older_version_is_taken_up_again_as_a_new_one_and_loses_nothing(story: Story) -> None:
    boss = story.person("coordinator")
    save(story, "prompts", "", questions=QUESTION, what_for="To keep what works.", minutes="1")
    save(story, "prompts", "safe-01", questions="Who made somebody safer?")
    old = story.does(boss, "text_version", document="prompts", version="1")
    assert "Who made somebody safer?" not in read(old).split("All of version 1")[1]
    assert errors(story.presses(boss, old, "Take version 1")) != {}
    story.presses(boss, old, "Take version 1", why="The old one worked.")
    now = here(story)
    assert "Think of a young person" in now.prompts[0].questions[0]
    assert (QUESTION,) in [one.questions for one in now.retired_prompts], "kept, and not asked"
    kept = texts(story)["prompts"]["versions"]
    assert isinstance(kept, list)
    assert [(one["number"], one["why"]) for one in kept] == [
        (4, "The old one worked."),
        (3, "It reads better."),
        (2, "It reads better."),
        (1, ""),
    ]


def test_what_somebody_else_saved_meanwhile_is_never_written_over(story: Story) -> None:
    boss = story.person("coordinator")
    mine = change(story, "wording", "lado_contact", words="the LADO team, 01632 960 199")
    save(story, "wording", "joined", words="Welcome. The first question comes soon.")
    late = story.presses(boss, mine, "Save as version")
    assert "meanwhile" in errors(late)["why"]
    assert late.state["number"] == "2", "from here it can be saved"
    assert "01632 960 199" in read(late), "with what was typed"
    assert "960 199" not in here(story).words["lado_contact"]


def test_an_own_sentence_is_said_everywhere_and_the_standard_one_comes_back(story: Story) -> None:
    boss, who = story.person("coordinator"), story.person("a practitioner")
    save(story, "wording", "purpose_what_for", words="so that places get safer.")
    save(story, "wording", "lado_contact", words="the LADO team, 01632 960 199")
    assert "so that places get safer." in read(story.does(who, "purpose"))
    assert "01632 960 199" in read(story.does(who, "something_else"))
    form = story.does(boss, "text_edit", document="wording", entry="lado_contact")
    asked = story.presses(boss, form, "Back to the standard")
    story.presses(boss, asked, "Back to the standard", why="Ours was wrong.")
    assert "960 199" not in read(story.does(who, "something_else"))


def test_only_the_coordinator_changes_texts_and_only_what_there_is(story: Story) -> None:
    for role in ("theme_editor", "administrator", "chair"):
        with pytest.raises(NotAllowedError):
            story.does(story.person(role), "text_edit", document="codebook", entry="")
    for fields in (
        {"document": "settings"},
        {"document": "wording"},
        {"document": "codebook", "entry": "x"},
    ):
        assert story.does(story.person("coordinator"), "text_edit", **fields).name == "gone"
