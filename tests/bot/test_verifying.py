"""`heardback audit verify`, and what the running service writes down elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, update

from bot import apart, config
from bot.clock import wall_clock
from bot.commands.start import open_database
from storage import audit
from storage.models import Audit
from tests.bot.test_commands import file, say

__all__ = ["file"]


@pytest.fixture
def recorded(file: Path) -> Path:
    """Settings with a folder apart, and five rows that are written down there."""
    text = file.read_text(encoding="utf-8").replace('apart = ""', 'apart = "apart"')
    file.write_text(text, encoding="utf-8")
    meddle(file, record=5)
    return file


def meddle(file: Path, statement: object = None, record: int = 0) -> None:
    settings = config.read(file)
    database = open_database(settings)
    with database.writing() as session:
        if statement is not None:
            session.execute(statement)  # type: ignore[call-overload]
        for _ in range(record):
            audit.record(session, partnership="northport", actor="p", action="a", at=wall_clock())
    if record:
        apart.settle(database, settings.apart, now=wall_clock())
    database.close()


def test_a_whole_record_is_said_to_be_whole(recorded: Path) -> None:
    meddle(recorded, record=2)
    result = say("audit", "verify", "--settings", recorded)
    assert result.exit_code == 0, result.output
    assert "7 rows, each as it was written" in result.output
    assert "2 checkpoints" in result.output


def test_a_changed_row_ends_in_a_failure_that_names_it(recorded: Path) -> None:
    meddle(recorded, update(Audit).where(Audit.sequence == 3).values(actor="nobody"))
    result = say("audit", "verify", "--settings", recorded)
    assert result.exit_code == 1
    assert "at 1 of 5 rows: 3." in result.output


def test_cut_off_rows_show_by_what_is_written_elsewhere(recorded: Path) -> None:
    meddle(recorded, delete(Audit).where(Audit.sequence > 3))
    result = say("audit", "verify", "--settings", recorded)
    assert (result.exit_code, "rows: 5." in result.output) == (1, True)


def test_a_mark_from_a_digests_footer_can_be_asked_for(recorded: Path) -> None:
    database = open_database(config.read(recorded))
    with database.reading() as session:
        mark = audit.head(session, "northport")
    database.close()
    assert say("audit", "verify", "--settings", recorded, "--mark", mark).exit_code == 0
    wrong = say("audit", "verify", "--settings", recorded, "--mark", "0" * 12)
    assert (wrong.exit_code, "has the mark 000000000000" in wrong.output) == (1, True)
    assert say("audit", "verify", "--settings", recorded, "--mark", "x").exit_code == 1


def test_a_changed_file_of_checkpoints_is_said(recorded: Path) -> None:
    path = recorded.with_name("apart") / "checkpoints"
    path.write_text(path.read_text().replace("5 ", "4 ", 1))
    result = say("audit", "verify", "--settings", recorded)
    assert (result.exit_code, "was changed" in result.output) == (1, True)


def test_without_a_folder_apart_it_says_what_it_cannot_see(file: Path) -> None:
    meddle(file)
    result = say("audit", "verify", "--settings", file)
    assert result.exit_code == 0, result.output
    assert "cut-off rows would not show" in result.output


def test_a_folder_apart_inside_the_data_folder_is_a_problem(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace('apart = ""', 'apart = "data/apart"')
    file.write_text(text, encoding="utf-8")
    assert any("outside the data folder" in p.sentence for p in config.problems(file))
