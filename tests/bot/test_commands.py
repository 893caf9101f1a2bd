"""The commands of a real deployment, each on an empty folder and on bad input."""

from __future__ import annotations

import atexit
import json
import logging
import shutil
import tempfile
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import config, pdf
from bot.__main__ import cli
from bot.app import application
from bot.commands.forecast import forecast
from bot.commands.start import open_database
from handlers import place
from storage import contributions, own_texts, people, releases, set_aside

ANSWERS = {
    "public_address": "https://heardback.northport.example",
    "id": "northport",
    "name": "Northport",
    "front_door_name": "the Northport front door",
    "front_door_number": "01632 960 100",
    "front_door_hours": "weekdays 9 to 5",
    "out_of_hours_number": "01632 960 101",
    "lado_contact": "the Northport LADO, 01632 960 102",
    "intelligence_route": "the intelligence desk, 01632 960 103",
    "whistleblowing_route": "your agency's speak-up line",
    "lead_role": "the safeguarding lead",
    "deputy_role": "the deputy lead",
    "second_lead_role": "the second lead",
}
ROSTER = """name,email,agency,role
Ada Field,ada@northport.example,Health,champion
Ben Marsh,ben@northport.example,Police,champion
Cy Lund,cy@northport.example,Youth Service,champion; practitioner
"""
DAY = date(2026, 9, 7)
ROUTE = "[sentences]\nlado_contact = 'the LADO team'\n"
CHAMPIONS = [
    part for who in ("ada", "ben", "cy") for part in ("--champion", f"{who}@northport.example")
]


def say(*words: object, typed: str | None = None) -> Result:
    """Run one command as a process of its own would: what it sets up for the log ends with it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        return CliRunner().invoke(cli, [str(word) for word in words], input=typed)
    finally:
        root.handlers = before
        root.setLevel(level)


@cache
def _made(*, seated: bool) -> Path:
    """A folder after `init`, or with the roster in it too: made once in a process, copied for each test."""
    folder = Path(tempfile.mkdtemp(prefix="hb-begun-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    place = folder / "heardback.toml"
    if seated:
        shutil.copytree(_made(seated=False), folder, dirs_exist_ok=True)
        roster = folder / "roster.csv"
        roster.write_text(ROSTER, encoding="utf-8")
        result = say("people", "import", roster, "--settings", place, "--yes")
    else:
        sets = [part for key, value in ANSWERS.items() for part in ("--set", f"{key}={value}")]
        result = say("init", "--settings", place, "--no-ask", *sets)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    shutil.copytree(_made(seated=False), tmp_path, dirs_exist_ok=True)
    return tmp_path / "heardback.toml"


@pytest.fixture
def seated(tmp_path: Path) -> Path:
    shutil.copytree(_made(seated=True), tmp_path, dirs_exist_ok=True)
    return tmp_path / "heardback.toml"


def kept(file: Path) -> list[str]:
    database = open_database(config.read(file))
    with database.writing() as session:
        rows = contributions.waiting(session, "northport")
        words = sorted(contributions.words(session, row) for row in rows)
    database.close()
    return words


def test_init_makes_settings_without_a_problem_and_a_key_file_for_its_owner(file: Path) -> None:
    assert config.problems(file) == ()
    assert file.with_name("heardback.keys").stat().st_mode & 0o777 == 0o600
    assert say("check", file).exit_code == 0


def test_init_asks_for_what_was_not_given(tmp_path: Path) -> None:
    place = tmp_path / "asked.toml"
    answers = [
        ANSWERS[key] for key in ("id", "name", *[k for k in ANSWERS if k not in ("id", "name")])
    ]
    result = say("init", "--settings", place, typed="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert config.read(place).partnerships[0].name == "Northport"


def test_init_leaves_what_is_there_alone(file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    result = say("init", "--settings", file, "--no-ask")
    assert (result.exit_code, file.read_text(encoding="utf-8")) == (1, before)


@pytest.mark.parametrize("pair", ["colour=blue", "nothing", "k=many"])
def test_init_refuses_a_setting_it_has_no_place_for(tmp_path: Path, pair: str) -> None:
    result = say("init", "--settings", tmp_path / "x.toml", "--no-ask", "--set", pair)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_pilot_of_ten_is_advised_a_shared_question_and_never_a_lower_bar() -> None:
    said = " ".join(forecast(10, 0.3))
    assert "one shared question" in said
    assert "never lowered" in said
    assert forecast(10, 0.3) == forecast.__wrapped__(10, 0.3)


@pytest.mark.parametrize("command", [("serve",), ("preview",), ("people", "import", "r.csv")])
def test_nothing_starts_on_settings_with_a_problem(file: Path, command: tuple[str, ...]) -> None:
    text = file.read_text(encoding="utf-8").replace('front_door_number = "01632 960 100"', "k = 3")
    file.write_text(text.replace("\nk = 5", ""), encoding="utf-8")
    result = say(*command, "--settings", file)
    assert result.exit_code == 1
    assert "front_door_number is missing" in result.output
    assert "The bar cannot be lowered" in result.output


def test_the_application_of_these_settings_is_made_with_its_partnership(file: Path) -> None:
    settings = config.read(file)
    database = open_database(settings)
    assert application(database, settings).routes
    assert (file.parent / "heardback-record-keys.db").stat().st_mode & 0o777 == 0o600
    database.close()
    open_database(settings).close()


def test_serve_sweeps_what_a_crash_left_and_says_how_long_things_are_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(config.read(file))
    with database.writing() as session:
        session.seal("words", "northport", "a-crash-came-before-the-row", "words")
    database.close()
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    said = say("serve", "--settings", file).output
    assert "Swept: data keys without a record: 1." in said
    assert "30 days after people were asked whether the answer helped." in said
    assert "Swept" not in say("serve", "--settings", file).output


def test_people_are_only_looked_at_without_yes(file: Path) -> None:
    roster = file.with_name("roster.csv")
    roster.write_text(ROSTER, encoding="utf-8")
    result = say("people", "import", roster, "--settings", file)
    assert "People to add: 3. Seats to add: 4." in result.output
    database = open_database(config.read(file))
    with database.writing() as session:
        assert people.seats_in(session, "northport") == []
    database.close()


def test_people_are_added_once_with_a_link_for_each(seated: Path) -> None:
    links = seated.with_name("roster-sign-in-links.txt")
    assert links.stat().st_mode & 0o777 == 0o600
    assert links.read_text(encoding="utf-8").count("https://heardback.northport.example/in/") == 3
    links.unlink()
    again = say("people", "import", seated.with_name("roster.csv"), "--settings", seated, "--yes")
    assert "People added: 0. Seats added: 0." in again.output
    assert not links.exists()


def test_bad_rows_of_a_roster_are_named_with_line_and_reason(file: Path) -> None:
    roster = file.with_name("roster.csv")
    rows = [
        "Di Ash,di@northport.example,Health,approver",
        "Di Ash,di@northport.example,Health,theme editor",
        "Ed Bay,no-address,Health,champion",
        "Flo Cox,f@x.example,,champion",
        "Gus Day,g@x.example,Police,king",
    ]
    roster.write_text("name,email,agency,role\n" + "\n".join(rows) + "\n", encoding="utf-8")
    result = say("people", "import", roster, "--settings", file, "--yes")
    assert "Line 3 is left out: One person may not be both approver and theme editor" in (
        result.output
    )
    for line, reason in ((4, "not one"), (5, "no agency"), (6, "no role")):
        assert f"Line {line} is left out" in result.output
        assert reason in result.output
    assert "People added: 1. Seats added: 1." in result.output


def voices(file: Path, *rows: dict[str, str]) -> Path:
    place = file.with_name("voices.jsonl")
    place.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return place


def bring(file: Path, voices_file: Path, *more: object) -> Result:
    return say("import", voices_file, "--settings", file, "--yes", *CHAMPIONS, *more)


def test_a_second_import_adds_nothing(seated: Path) -> None:
    rows = [{"Comment": f"The bus home is late, number {n} said."} for n in ("one", "two", "two")]
    source = voices(seated, *rows)
    first = bring(seated, source, "--week-of", "2026-09-07")
    assert "Rows: 3. Voices: 3 kept" in first.output, first.output
    before = kept(seated)
    second = bring(seated, source, "--week-of", "2026-09-07")
    assert "0 kept, 0 set aside, 3 there already" in second.output
    assert kept(seated) == before
    assert len(before) == 3


def test_details_are_replaced_and_danger_is_set_aside(seated: Path) -> None:
    source = voices(
        seated,
        {"Comment": "The number on the youth club door is 07700 900123 and it works."},
        {"Comment": "He has a knife and he is going to kill her tonight."},
    )
    result = bring(seated, source)
    assert "1 kept, 1 set aside" in result.output, result.output
    assert "07700" not in " ".join(kept(seated))
    database = open_database(config.read(seated))
    with database.writing() as session:
        assert len(set_aside.for_reader(session, "northport", "safeguarding_lead")) == 1
    database.close()


def test_rows_that_cannot_be_taken_are_in_the_report_and_none_is_lost(seated: Path) -> None:
    source = voices(
        seated,
        {"Comment": "The club is warm.", "Date": "2026-09-07", "Consent": "yes"},
        {"Comment": "It is too dark there.", "Date": "soon", "Consent": "yes"},
        {"Comment": "Nobody rang back.", "Date": "2026-09-07", "Consent": "no"},
        {"Comment": "", "Date": "2026-09-07", "Consent": "yes"},
        {"Comment": "word " * 600, "Date": "2026-09-07", "Consent": "yes"},
    )
    with source.open("a", encoding="utf-8") as out:
        out.write("not json\n")
    result = bring(seated, source)
    assert (
        "Rows: 6. Voices: 1 kept, 0 set aside, 0 there already. Rows not taken: 5" in result.output
    )
    report = seated.parent / "data" / "voices-not-taken.csv"
    assert report.stat().st_mode & 0o777 == 0o600
    lines = report.read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["line", "2", "3", "4", "5", "6"]
    assert "Nobody rang back" not in report.read_text(encoding="utf-8")


def test_one_respondent_is_one_voice(seated: Path) -> None:
    source = voices(
        seated,
        {"Comment": "The club is warm.", "Respondent": "r1"},
        {"Comment": "The staff stay.", "Respondent": "r1"},
        {"Comment": "The club is warm.", "Respondent": "r2"},
    )
    assert "Rows: 3. Voices: 2 kept" in bring(seated, source).output
    more = voices(seated, {"Comment": "And one thing more.", "Respondent": "r1"})
    assert "0 kept, 0 set aside, 0 there already. Rows not taken: 1" in (bring(seated, more).output)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--column", "text=Nowhere"), "There is no column Nowhere"),
        (("--column", "colour=Comment"), "Nothing is called colour"),
        (("--champion", "nobody@x.example"), "not the address of a champion"),
        (("--week-of", "soon"), "is not a date"),
        (("--spread-weeks", "3"), "belong together"),
        (("--voice", "cat"), "--voice must be one of"),
    ],
)
def test_a_wrong_option_refuses_the_file_in_a_sentence(
    seated: Path, more: tuple[str, ...], sentence: str
) -> None:
    result = bring(seated, voices(seated, {"Comment": "The club is warm."}), *more)
    assert result.exit_code == 1
    assert sentence in result.output
    assert kept(seated) == []


def test_a_file_that_is_no_spreadsheet_is_refused_in_a_sentence(seated: Path) -> None:
    picture = seated.with_name("picture.png")
    picture.write_bytes(b"\x89PNG")
    result = bring(seated, picture)
    assert result.exit_code == 1
    assert "is not a .csv, .xlsx or .jsonl file" in result.output


def test_weeks_are_spread_evenly_from_the_first_day(seated: Path) -> None:
    source = voices(seated, *({"Comment": f"The club is warm {'very ' * n}"} for n in range(1, 7)))
    bring(seated, source, "--spread-weeks", 3, "--from", "2026-09-07")
    database = open_database(config.read(seated))
    with database.writing() as session:
        days = sorted(r.on_date for r in contributions.waiting(session, "northport"))
    database.close()
    assert [(day - days[0]).days for day in days] == [0, 3, 7, 10, 14, 17]


def test_a_preview_shows_the_digest_and_keeps_nothing(seated: Path) -> None:
    rows = [{"Comment": "The youth club is warm and the same worker is always there."}] * 12
    bring(seated, voices(seated, *rows))
    result = say("preview", "--settings", seated)
    assert result.exit_code == 0, result.output
    assert "One theme is new" in result.output
    database = open_database(config.read(seated))
    with database.writing() as session:
        assert releases.draft(session, "northport") is None
        assert not releases.issued(session, "northport")
    database.close()
    assert say("preview", "--settings", seated).output == result.output


def test_a_paper_is_written_as_a_file_and_what_cannot_be_made_is_said(
    seated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = seated.with_name("board.pdf")
    printed: list[str] = []
    monkeypatch.setattr(pdf, "browser", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(pdf, "printed", lambda html: printed.append(html) or b"%PDF-1.4")
    assert "no paper called flyer" in say("pdf", "flyer", "--out", out, "--settings", seated).output
    assert "not been issued" in say("pdf", "digest", "--out", out, "--settings", seated).output
    assert say("pdf", "board", "--out", out, "--settings", seated).exit_code == 0
    assert out.read_bytes() == b"%PDF-1.4"
    assert "You said, we did" in printed[0]
    monkeypatch.setattr(pdf, "browser", lambda: None)
    assert "Chromium" in say("pdf", "board", "--out", out, "--settings", seated).output


def test_a_file_holds_when_it_changes_and_undoes_nothing_that_was_decided_at_the_desk(
    file: Path,
) -> None:
    own = config.read(file).data / "prompts-northport.toml"
    text = resources.files("handlers").joinpath("starter/prompts.toml").read_text("utf-8")

    def now(change: str = "") -> tuple[str, str]:
        database = open_database(config.read(file))
        with database.writing() as session:
            if change:
                for document, said in (("prompts", change), ("wording", ROUTE)):
                    own_texts.keep(
                        session, "northport", document, said, by="coordinator", on=DAY, why="why"
                    )
            here = place.of(session, "northport")
        database.close()
        return here.prompts[0].what_for, here.words["lado_contact"]

    said, route = now()
    now(text.replace(said, "At the desk."))
    assert now() == ("At the desk.", "the LADO team"), "no file, and the settings as they were"
    own.write_text(text.replace(said, "In a file."), encoding="utf-8")
    assert now() == ("In a file.", "the LADO team"), "a new file"
    now(text.replace(said, "At the desk again."))
    assert now() == ("At the desk again.", "the LADO team"), "the same file as before"
    file.write_text(file.read_text("utf-8").replace(route, "another LADO"), encoding="utf-8")
    assert now() == ("At the desk again.", "another LADO"), "the settings say it another way"
