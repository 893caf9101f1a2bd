"""A whole partnership leaves with its data and comes back: agreed by two, in open formats, checked row by row."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import config
from bot.clock import wall_clock
from bot.commands.start import open_database
from bot.outbox import perform
from handlers.cells import cell
from handlers.messages import Actor, Incoming
from handlers.privacy.mine import everything
from storage import (
    Database,
    contributions,
    decisions,
    partnerships,
    people,
    return_addresses,
    set_aside,
)
from storage.models import Contribution, Partnership, Rows
from storage.parting import coming, ending, going, shape
from tests.bot.test_commands import ANSWERS, file, say
from tests.dialogues.test_loop import SAID, answered, issue, speak
from tests.story import MONDAY, Story, read

__all__ = ["file"]
PLAINT = "My reflection was read out in a team meeting."
DANGER = "a girl told me today a man waits for her outside every night"


def told(file: Path) -> None:
    """A partnership with a digest, an answer, words that wait, something set aside and a complaint."""
    database = open_database(config.read(file))
    story = Story(database)
    speak(story, 8)
    line = issue(story)[0]
    story.does(story.person("speaker 0"), "complain_send", words=PLAINT, about="anything")
    story.does(story.person("Dev"), "reflect", words=DANGER)
    answered(story, line)
    seats(database)
    database.close()


def seats(database: Database) -> None:
    """An officer and a chair whom the command line finds by their addresses."""
    with database.writing() as session:
        for name in ("privacy_officer", "chair"):
            email = f"{name}@northport.example"
            made = people.enrol(session, name=name.title(), email=email)
            people.seat(
                session,
                partnership="northport",
                person=made,
                role=name,
                agency="health",
                on=MONDAY.date(),
            )


OFFICER = ("--by", "privacy_officer@northport.example")


def left(file: Path, out: Path, key: Path) -> str:
    """Ask, agree and write the folder; returns what the last command said."""
    asked = say("privacy", "ask-leave", *OFFICER, "--reference", "EXIT-1", "--settings", file)
    assert asked.exit_code == 0, asked.output
    listed = say("privacy", "list", "--settings", file).output
    [id] = [line.split("\t")[0] for line in listed.splitlines() if "\tleave\t" in line]
    second = ("--by", "chair@northport.example")
    assert say("privacy", "agree", id, *second, "--settings", file).exit_code == 0
    gone = say("leave", "--out", out, "--key-to", key, *OFFICER, "--settings", file)
    assert gone.exit_code == 0, gone.output
    return gone.output


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Another deployment, with keys of its own."""
    place = tmp_path / "elsewhere" / "heardback.toml"
    sets = [part for key, value in ANSWERS.items() for part in ("--set", f"{key}={value}")]
    assert say("init", "--settings", place, "--no-ask", *sets).exit_code == 0
    return place


def counts(file: Path) -> dict[str, int]:
    database = open_database(config.read(file))
    with database.reading() as session:
        found = {
            table.name: session.scalar(
                select(func.count()).select_from(table).where(shape.own(table, "northport"))
            )
            or 0
            for table in shape.tables((*shape.OPEN, *shape.LINKS))
        }
    database.close()
    return found


def test_every_table_goes_or_stays_and_none_is_forgotten() -> None:
    named = [*shape.OPEN, *shape.LINKS, *shape.STAYS]
    assert sorted(named) == sorted(table.name for table in Rows.metadata.sorted_tables)


def test_a_partnership_leaves_and_comes_back_elsewhere_with_every_row(
    file: Path, elsewhere: Path, tmp_path: Path
) -> None:
    told(file)
    out, key = tmp_path / "folder", tmp_path / "kept" / "links.key"
    left(file, out, key)
    before = counts(file)
    assert before["contributions"] == 8
    assert before["set_aside"] == before["requests"] == before["digests"] == 1
    came = say("come-back", out, "--links-key", key, "--settings", elsewhere)
    assert came.exit_code == 0, came.output
    assert "another deployment" in came.output
    assert counts(elsewhere) == before
    database = open_database(config.read(elsewhere))
    speaker = Actor("no-speaker 0", "northport", frozenset({"practitioner"}), "housing")
    with database.reading() as session:
        held = everything(session, speaker)
    assert [one["words"] for one in held["words"]] == [SAID[0]]
    assert held["requests_and_complaints"][0]["words"] == PLAINT
    lead = Actor("no-safeguarding_lead", "northport", frozenset({"safeguarding_lead"}), "health")
    with database.reading() as session:
        [item] = set_aside.for_reader(session, "northport", "safeguarding_lead")
        asked = Incoming("aside_open", {"item": item.id, "reason": "planned"})
    assert DANGER in read(perform(database, "open", lead, asked, now=MONDAY))
    again = say("come-back", out, "--links-key", key, "--settings", elsewhere)
    assert (again.exit_code, "has data here already" in again.output) == (1, True)
    database.close()


def test_the_folder_joins_nobody_to_words_and_no_cell_is_a_formula(
    file: Path, tmp_path: Path
) -> None:
    told(file)
    database = open_database(config.read(file))
    with database.reading() as session:
        [first, *_] = session.scalars(select(Contribution.id).order_by(Contribution.id))
        spoke = return_addresses.of(session, first)
    database.close()
    assert spoke is not None
    out, key = tmp_path / "folder", tmp_path / "links.key"
    left(file, out, key)
    for path in out.rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
            held = path.read_bytes()
            assert PLAINT.encode() not in held, path
            assert DANGER.encode() not in held, path
            assert not (first.encode() in held and spoke.person.encode() in held), path
    sheet = (out / "spreadsheets/contributions.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert {row["sealed_words"] for row in rows} == set(SAID)
    schema = json.loads((out / "schema.json").read_text("utf-8"))
    for one in schema["tables"]:
        lines = (out / one["file"]).read_text("utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        assert (len(found), going.fingerprint(found)) == (one["rows"], one["hash"]), one["table"]


@pytest.mark.parametrize(
    "typed", ["=1+1", "+44", "-2", "@SUM(A1)", " =1", "\t=1", "\r=1", "\u00a0=1", "\ufeff=1"]
)
def test_what_would_begin_a_formula_begins_with_an_apostrophe(typed: str) -> None:
    assert cell(typed) == f"'{typed}"
    assert cell("the bus = late") == "the bus = late"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("tables/contributions.jsonl", "was changed"),
        ("links.sealed", "was changed"),
        ("schema.json", "was changed"),
        ("SHA256SUMS", "is not a whole folder"),
    ],
)
def test_a_folder_that_was_changed_brings_nothing_in(
    file: Path, elsewhere: Path, tmp_path: Path, name: str, what: str
) -> None:
    told(file)
    out, key = tmp_path / "folder", tmp_path / "links.key"
    left(file, out, key)
    held = (out / name).read_bytes()
    (out / name).write_bytes(held[: len(held) // 2])
    came = say("come-back", out, "--links-key", key, "--settings", elsewhere)
    assert (came.exit_code, what in came.output) == (1, True), came.output
    assert sum(counts(elsewhere).values()) == 1  # the partnership itself


def test_it_goes_only_when_two_agreed_and_once(file: Path, tmp_path: Path) -> None:
    told(file)
    out, key = tmp_path / "folder", tmp_path / "links.key"
    to = ("--out", out, "--key-to", key, "--settings", file)
    alone = say("leave", *to, *OFFICER)
    assert (alone.exit_code, "Nobody else has agreed" in alone.output) == (1, True)
    not_theirs = say("leave", *to, "--by", "chair@northport.example")
    assert (not_theirs.exit_code, "do not allow" in not_theirs.output) == (1, True)
    beside = say("leave", "--out", out, "--key-to", out / "key", *OFFICER, "--settings", file)
    assert (beside.exit_code, "must not lie" in beside.output) == (1, True)
    assert not out.exists()
    left(file, out, key)
    more = ("--out", tmp_path / "more", "--key-to", tmp_path / "more.key", "--settings", file)
    assert say("leave", *more, *OFFICER).exit_code == 1
    wrong = say(
        "come-back", out, "--links-key", file.with_name("heardback.keys"), "--settings", file
    )
    assert wrong.exit_code == 1


def test_it_ends_with_a_certificate_and_comes_back_to_where_it_left(
    file: Path, tmp_path: Path
) -> None:
    database = open_database(config.read(file))
    story = Story(database)
    speak(story, 8)
    seats(database)
    with database.writing() as session:
        today = wall_clock().date()
        asked = decisions.Asked("close", "END-1", review_on=today, to_whom="Northport Archives")
        row = decisions.ask(session, "northport", asked, by="no-chair", on=today)
        row.state, row.decided_by, row.decided_on = "agreed", "no-scrutineer", today
    database.close()
    out, key = tmp_path / "folder", tmp_path / "links.key"
    left(file, out, key)
    before = counts(file)
    end = ("close", "--out", tmp_path / "end", "--settings", file, "--yes")
    assert say(*end, "--by", "chair@northport.example").exit_code == 1
    said = say(*end, *OFFICER)
    assert said.exit_code == 0, said.output
    assert say("certificate", tmp_path / "end").exit_code == 0
    assert sum(counts(file).values()) == 1  # the partnership, as the settings name it
    came = say("come-back", out, "--links-key", key, "--settings", file)
    assert came.exit_code == 0, came.output
    assert "another deployment" not in came.output
    assert counts(file) == before
    database = open_database(config.read(file))
    with database.reading() as session:
        words = {contributions.words(session, r) for r in session.scalars(select(Contribution))}
    assert words == set(SAID)
    database.close()
    (tmp_path / "end" / "records" / "answers.json").write_text("[]", "utf-8")
    (tmp_path / "end" / "certificate.sig").write_bytes(b"")
    assert say("certificate", tmp_path / "end").exit_code == 1


def test_every_row_comes_back_on_either_database(database: Database) -> None:
    story = Story(database)
    speak(story, 8)
    answered(story, issue(story)[0])
    story.does(story.person("Dev"), "reflect", words=DANGER)
    story.later(days=1)
    with database.writing() as session:
        found = [*going.open_tables(session, "northport"), *going.links(session, "northport")]
        tags = going.tags(session, "northport", found)
        mine = {one.table: (len(one.rows), one.hash) for one in found}
        ended = ending.delete_all(session, "northport", on=story.now.date())
    assert mine["notices"][0] > 8
    with database.writing() as session:
        assert ending.left(session, "northport", ended.keys) == {}
        others = session.scalars(select(Partnership.id)).all()
        row = next(one.rows[0] for one in found if one.table == "partnerships")
        settings = {name: row[name] for name in ("id", "name", "settings", "codebook", "prompts")}
        partnerships.put(session, **settings)
        coming.unbury(session, found)
        coming.put(session, "northport", found, tags)
    assert others == ["wolds"]
    with database.reading() as session:
        again = [*going.open_tables(session, "northport"), *going.links(session, "northport")]
        assert {one.table: (len(one.rows), one.hash) for one in again} == mine


def test_somebody_known_here_already_stays_who_they_are(file: Path, elsewhere: Path) -> None:
    told(file)
    out, key = file.with_name("folder"), file.with_name("links.key")
    left(file, out, key)
    database = open_database(config.read(elsewhere))
    with database.writing() as session:
        here = people.enrol(session, name="The Chair", email="CHAIR@northport.example")
    database.close()
    came = say("come-back", out, "--links-key", key, "--settings", elsewhere)
    assert came.exit_code == 0, came.output
    assert "People known here already, and left as they are: 1." in came.output
    database = open_database(config.read(elsewhere))
    with database.reading() as session:
        assert here in people.holders(session, "northport", "chair")
        assert people.known(session, here).name == "The Chair"
    database.close()
