"""Not heard from: kinds of voice and communities, each by the rule of relayed voices, and never an agency."""

from __future__ import annotations

import pytest

from digests import digest
from digests.codebook import CodebookError
from digests.codebook import read as read_codebook
from digests.communities import spoken_of
from handlers import place
from storage import releases
from tests.dialogues.test_contributing import relay
from tests.dialogues.test_loop import issue
from tests.story import Story

BUS = "the bus station at night, they wait at the far bays for the last bus"
DAD = f"a dad said {BUS}"
KINDS = ["Young people", "Parents and carers", "Wider family", "Communities"]
CHAMPIONS = (("Col", "voluntary_sector"), ("Kit", "youth_justice"), ("Wen", "housing"))


def relayed(story: Story, voices: tuple[str, ...], kinds: tuple[str, ...], words: str) -> None:
    """One relay each through three champions of three agencies."""
    for (name, agency), number, kind in zip(CHAMPIONS, voices, kinds, strict=True):
        champion = story.champion(name, agency)
        said = relay(story, champion, words, voice=kind, voices=number, age_band="mix")
        assert said.name == "relay_receipt"


def missing(story: Story) -> list[str]:
    """What the newest digest says of whom not enough was heard."""
    with story.database.reading() as session:
        newest = releases.issued(session, "northport")[0]
        return list(digest.from_json(newest.frozen).not_heard_from)


def communities(story: Story) -> list[str]:
    with story.database.reading() as session:
        return [one.name for one in place.of(session, "northport").codebook.communities]


def test_a_kind_of_voice_that_clears_by_itself_is_heard_and_the_others_are_named(
    story: Story,
) -> None:
    relayed(story, ("5", "1", "2"), ("young_person",) * 3, BUS)
    assert issue(story)
    assert missing(story) == [*KINDS[1:], *communities(story)]
    story.later(weeks=13)
    issue(story)
    assert missing(story) == [*KINDS, *communities(story)]


def test_a_line_that_clears_by_two_kinds_together_lets_neither_be_told_from_it(
    story: Story,
) -> None:
    relayed(story, ("5", "1", "2"), ("young_person", "parent_carer", "parent_carer"), BUS)
    assert issue(story)
    assert missing(story)[:4] == KINDS


def test_a_window_of_a_kind_stays_open_until_it_clears(story: Story) -> None:
    kinds = ("young_person", "parent_carer", "parent_carer")
    relayed(story, ("5", "1", "2"), kinds, BUS)
    assert issue(story)
    story.later(weeks=3)
    relayed(story, ("2", "5", "2"), ("young_person", "young_person", "parent_carer"), BUS)
    assert issue(story)
    assert missing(story)[:4] == KINDS, "two champions only"
    story.later(weeks=3)
    relayed(story, ("2", "2", "2"), ("young_person",) * 3, BUS)
    assert issue(story)
    assert KINDS[0] not in missing(story)


def test_a_community_is_heard_when_enough_voices_speak_of_it(story: Story) -> None:
    relayed(story, ("5", "1", "2"), ("parent_carer",) * 3, DAD)
    assert issue(story)
    assert "Fathers" in communities(story)
    assert "Fathers" not in missing(story)
    assert "Parents and carers" not in missing(story)
    assert "Disabled young people" in missing(story)
    assert not any(agency in " ".join(missing(story)).lower() for _, agency in CHAMPIONS)


def test_a_community_is_found_in_any_form_of_its_words_and_one_without_phrases_is_refused() -> None:
    book = read_codebook(BOOK.format(cues='["dad"]'))
    assert spoken_of(book.communities, "Two DADS’ walk") == {"fathers"}
    assert spoken_of(book.communities, "the dadaist") == frozenset()
    with pytest.raises(CodebookError, match="fathers"):
        read_codebook(BOOK.format(cues="[]"))


BOOK = """
[codebook]
version = 1
[[groups]]
id = "g"
name = "G"
plain = "G."
[[themes]]
id = "t"
group = "g"
name = "T"
plain = "T."
[[communities]]
id = "fathers"
name = "Fathers"
cues = {cues}
"""
