"""Nobody else on the machine may open what is kept; and what the command line writes is in the record."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import config
from bot.commands.start import open_database
from storage.models import Audit
from tests.bot.test_commands import CHAMPIONS, file, say, seated
from tests.story import MONDAY

__all__ = ["file", "seated"]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_databases_and_their_logs_are_for_their_owner_alone(seated: Path) -> None:
    settings = config.read(seated)
    database = open_database(settings)
    with database.writing() as session:
        session.add(Audit(sequence=10**6, at=MONDAY, **dict.fromkeys(TEXTS, "x")))
    held = [path for path in settings.data.rglob("*") if path.is_file()]
    held += list(seated.parent.glob("heardback-record-keys.db*"))
    assert {path.name for path in held} >= {"heardback.db", "heardback.db-wal", "heardback.db-shm"}
    assert {path.name: oct(mode(path)) for path in held if mode(path) != 0o600} == {}
    assert mode(settings.data) == 0o700
    database.close()


TEXTS = ("partnership_id", "actor", "action", "about", "reason", "previous", "chain")


@pytest.mark.parametrize("name", ["data/heardback.db", "heardback-record-keys.db"])
def test_check_complains_of_a_database_that_others_may_open(seated: Path, name: str) -> None:
    fine = say("check", seated)
    assert "Others on this machine" not in fine.output
    path = seated.parent / name
    path.chmod(0o640)
    found = say("check", seated)
    assert found.exit_code == 1
    assert f"chmod 600 {path}" in found.output


def test_a_folder_that_others_may_look_into_is_noted(seated: Path) -> None:
    folder = config.read(seated).data
    folder.chmod(0o755)
    assert f"chmod 700 {folder}" in say("check", seated).output


def recorded(file: Path) -> list[tuple[str, str]]:
    database = open_database(config.read(file))
    with database.reading() as session:
        rows = session.scalars(select(Audit).order_by(Audit.sequence)).all()
        found = [(row.actor, row.action) for row in rows]
    database.close()
    return found


def test_what_the_command_line_writes_is_in_the_record(seated: Path) -> None:
    assert recorded(seated) == [("command_line", "seat.given_by_import")] * 4
    voices = seated.with_name("voices.csv")
    voices.write_text("text\nThe late bus goes before homework club ends.\n", encoding="utf-8")
    week = ("--week-of", "2026-09-07", "--yes", "--settings", seated)
    result = say("import", voices, *CHAMPIONS, *week)
    assert result.exit_code == 0, result.output
    text = seated.read_text("utf-8")
    seated.write_text(text.replace("01632 960 101", "01632 960 109"), "utf-8")
    actions = [action for _, action in recorded(seated)][4:]
    assert "voices.import" in actions
    assert actions[-1] == "settings.changed", text
    assert say("audit", "verify", "--settings", seated).exit_code == 0
