"""`check` says everything at once, names seats and never people; `serve` refuses on what is fatal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import config
from bot.commands import databases
from bot.commands.start import open_database
from handlers import cover
from storage import people
from tests.bot.mail.server import Manners, free_port, serving
from tests.bot.test_commands import ANSWERS, say
from tests.loops import aside


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "heardback.toml"
    sets = [part for key, value in ANSWERS.items() for part in ("--set", f"{key}={value}")]
    assert say("init", "--settings", place, "--no-ask", *sets).exit_code == 0
    return place


def seated(file: Path, *held: tuple[str, str]) -> None:
    """Give these people (by name) these roles, past every check, as an old database may have them."""
    database = open_database(config.read(file))
    with database.writing() as session:
        for name, role in held:
            person = people.enrol(session, name=name, email=f"{name}@northport.example")
            people.seat(
                session,
                partnership="northport",
                person=person,
                role=role,
                agency="health",
                on=date(2026, 9, 7),
            )
    database.close()


def everybody(*left_out: str) -> list[tuple[str, str]]:
    return [
        (f"{role.replace('_', '')}{n}", role)
        for role in cover.STOPS
        if role not in left_out
        for n in (1, 2)
    ]


APART = "postgresql://rows@db.internal/hb"


@pytest.mark.parametrize(
    ("rows", "keys", "said"),
    [
        ("postgresql://hb@/hb?host=/run/postgresql", "", []),
        ("postgresql://rows@localhost/hb", "postgresql://keys@127.0.0.1/keys", []),
        (APART, "", ["database"]),
        (f"{APART}?sslmode=require", "", ["database"]),
        (f"{APART}?sslmode=verify-ca", "", ["database"]),
        (f"{APART}?sslmode=verify-full&sslrootcert=system", "", []),
        ("postgresql://hb@localhost/hb", "postgresql://hb@localhost/keys", ["key_database"]),
        ("postgresql:///hb?user=hb", "postgresql://hb@/keys", ["key_database"]),
        (APART, "postgresql://rows@elsewhere/keys", ["database", "key_database"]),
        ("", "postgresql://keys@db.internal/keys", ["key_database"]),
    ],
)
def test_check_says_when_postgresql_is_reached_in_the_clear_or_one_role_opens_rows_and_keys(
    file: Path, rows: str, keys: str, said: list[str]
) -> None:
    settings = replace(config.read(file), database_url=rows, key_database=keys)
    found = databases.faults(settings)
    assert [name for name, _ in found] == said
    assert not [sentence for _, sentence in found if "internal" in sentence or "@" in sentence]


def test_before_anything_is_there_check_says_how_few_people_it_takes(file: Path) -> None:
    said = say("check", file)
    assert said.exit_code == 0
    assert "There is none yet" in said.output
    open_database(config.read(file)).close()
    said = say("check", file)
    assert said.exit_code == 0
    assert "The smallest lawful set is 3 people: one is" in said.output


def test_a_partnership_with_every_seat_twice_gets_no_advice_about_people(file: Path) -> None:
    seated(file, *everybody())
    said = say("check", file)
    assert said.exit_code == 0
    assert "Northport" not in said.output


def test_a_forbidden_pair_is_fatal_and_named_by_seat(file: Path) -> None:
    seated(file, *everybody(), ("Ada", "approver"), ("Ada", "theme_editor"))
    said = say("check", file)
    assert said.exit_code == 1
    assert "Whoever is approver (Health) is also theme editor" in said.output
    assert "Ada" not in said.output
    assert "smallest lawful set" in said.output
    refused = say("serve", "--settings", file)
    assert refused.exit_code == 1
    assert "may not be both" in refused.output


def test_a_partnership_that_is_asked_without_a_lead_does_not_start(file: Path) -> None:
    seated(file, *everybody("safeguarding_lead"))
    assert say("check", file).exit_code == 0
    seated(file, ("Bea", "practitioner"))
    said = say("check", file)
    assert said.exit_code == 1
    assert "Nobody is safeguarding lead: nobody reads what is set aside" in said.output
    assert say("serve", "--settings", file).exit_code == 1


def test_each_empty_seat_says_what_stops_and_each_single_one_that_nobody_covers(
    file: Path,
) -> None:
    seated(file, *everybody("approver", "privacy_officer")[:-1])
    said = say("check", file)
    assert said.exit_code == 0
    assert "Nobody is approver: no line is signed, so no digest goes out." in said.output
    assert "Nobody is privacy officer" in said.output
    assert "Only one person is administrator" in said.output


def test_mail_is_tried_only_when_asked(file: Path, tmp_path: Path) -> None:
    mail = '\n[mail]\nhost = "127.0.0.1"\nstarttls = false\nsender = "bot@heardback.example"\n'
    text = file.read_text("utf-8")
    assert "no [mail] part" in say("check", file).output
    with serving(Manners(), tmp_path) as settings:
        file.write_text(text + mail + f"port = {settings.port}\n", encoding="utf-8")
        said = aside(lambda: say("check", file, "--online"))
        assert said.exit_code == 0, said.output
        assert "takes our mail" in said.output
    file.write_text(text + mail + f"port = {free_port()}\n", encoding="utf-8")
    assert say("check", file).exit_code == 0
    said = aside(lambda: say("check", file, "--online"))
    assert said.exit_code == 1
    assert "Mail cannot go out: the mail server cannot be reached." in said.output


def test_an_older_database_is_said_and_not_touched(file: Path) -> None:
    database = open_database(config.read(file))
    with database.engine.begin() as rows:
        rows.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    assert "of an older version" in say("check", file).output


def test_the_desk_can_be_worked_from_the_command_line(file: Path) -> None:
    ours = ("--settings", file)
    invited = say("people", "invite", "Ada Field", "ada@x.example", "Health", *ours)
    assert invited.exit_code == 0, invited.output
    assert (
        say("people", "seat", "give", "ada@x.example", "champion", "Health", *ours).exit_code == 0
    )
    both = say("people", "seat", "give", "ada@x.example", "king", "Health", *ours)
    assert both.exit_code == 1
    assert "Please choose a seat" in both.output
    handed = say(
        *("people", "seat", "hand-over", "champion", "ada@x.example", "bo@x.example"),
        *("--name", "Bo Lund", *ours),
    )
    assert handed.exit_code == 0, handed.output
    listed = say("people", "list", *ours).output
    assert "Ada Field\tHealth\tPractitioner" in listed
    assert "Bo Lund\tHealth\tChampion" in listed
    assert "Ada" not in say("people", "list", "--role", "champion", *ours).output
    assert say("people", "leave", "ada@x.example", *ours).exit_code == 0
    assert say("people", "leave", "ada@x.example", *ours).exit_code == 1
    assert "Ada" not in say("people", "list", *ours).output


def test_a_join_link_is_made_listed_and_ended_from_the_command_line(file: Path) -> None:
    ours = ("--settings", file)
    made = say("people", "join-link", "Parks", "--domain", "parks.example", *ours)
    assert "https://heardback.northport.example/join/" in made.output
    assert say("people", "join-link", "", *ours).exit_code == 1
    listed = say("people", "list", *ours).output
    id = listed.split("Join link ")[1].split(":")[0]
    assert say("people", "join-link", "--end", id, *ours).exit_code == 0
    assert say("people", "join-link", "--end", id, *ours).exit_code == 1
    assert "Join link" not in say("people", "list", *ours).output
