"""Erasing a person by two from the command line, and the pack of issued records that anybody can check."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import config
from bot.commands.start import open_database
from handlers.permissions import NotAllowedError
from handlers.privacy import foi
from storage import releases
from storage.models import Digest
from tests.bot.test_commands import file, say, seated
from tests.dialogues.test_loop import answered, issue, speak
from tests.story import TABLE, Story

__all__ = ["file", "seated"]
MORE = """name,email,agency,role
Pia Officer,pia@northport.example,Council,privacy_officer
Cho Chair,cho@northport.example,Council,chair
"""


@pytest.fixture
def offices(seated: Path) -> Path:
    roster = seated.with_name("more.csv")
    roster.write_text(MORE, encoding="utf-8")
    result = say("people", "import", roster, "--settings", seated, "--yes")
    assert result.exit_code == 0, result.output
    return seated


def does(file: Path, *words: object) -> tuple[int, str]:
    result = say(*words, "--settings", file)
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_a_person_is_erased_when_a_second_person_agrees(offices: Path) -> None:
    pia, cho = "pia@northport.example", "cho@northport.example"
    ask = ("people", "erase", "ada@northport.example", "--reference", "DSR-4", "--by")
    assert does(offices, *ask, "ben@northport.example")[0] == 1
    assert does(offices, *ask, "nobody@northport.example")[0] == 1
    code, said = does(offices, *ask, pia)
    assert (code, "waits for a second person" in said) == (0, True), said
    code, said = does(offices, "privacy", "list")
    id = said.split("\t")[0]
    assert "DSR-4" in said
    code, said = does(offices, "privacy", "agree", id, "--by", pia)
    assert "Ada Field" in does(offices, "people", "list")[1]
    assert does(offices, "privacy", "agree", id, "--by", cho)[0] == 0
    assert "Ada Field" not in does(offices, "people", "list")[1]
    assert does(offices, "audit", "verify")[0] == 0


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("2026-13-01", "2026-12-01", "is not a day"), ("2026-12-02", "2026-12-01", "comes before")],
)
def test_a_pack_of_no_days_is_refused(offices: Path, first: str, last: str, said: str) -> None:
    out = offices.with_name("pack")
    by = ("--by", "pia@northport.example", "--out", out)
    code, told = does(offices, "foi", "--from", first, "--to", last, *by)
    assert (code, said in told, out.exists()) == (1, True, False)


def test_a_pack_goes_into_an_empty_folder_and_only_for_the_officer(offices: Path) -> None:
    out = offices.with_name("pack")
    days = ("foi", "--from", "2026-01-01", "--to", "2026-12-31", "--out", out, "--by")
    assert does(offices, *days, "cho@northport.example")[0] == 1
    code, said = does(offices, *days, "pia@northport.example")
    assert (code, "0 digests" in said) == (0, True), said
    tool = shutil.which("sha256sum") or pytest.skip("sha256sum is not on this machine")
    checked = subprocess.run(
        [str(tool), "-c", "SHA256SUMS"], cwd=out, capture_output=True, check=False
    )
    assert checked.returncode == 0
    code, said = does(offices, *days, "pia@northport.example")
    assert (code, "not an empty folder" in said) == (1, True)
    assert config.problems(offices) == ()
    open_database(config.read(offices)).close()


def test_issued_digests_and_answers_are_in_the_pack_and_no_person_is(story: Story) -> None:
    speak(story, 8)
    answered(story, issue(story)[0])
    officer, now = story.person("privacy_officer"), story.now
    days = {"first": now.date() - timedelta(days=90), "last": now.date()}
    with story.database.writing() as session:
        files = foi.pack(session, officer, now=now, **days)
        [made] = releases.issued(session, "northport")
        held = files[f"digests/{made.slot_date}-digest-{made.number}.json"]
        assert hashlib.sha256(held).hexdigest() == made.fingerprint
        number = made.number
    [answer] = json.loads(files["answers.json"])
    assert answer["status"] == "held_until"
    assert answer["theme"] in held.decode()
    everything = b"".join(files.values()).decode()
    people = (story.person(role).person for role in TABLE)
    assert not any(person in everything for person in people)
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    with pytest.raises(NotAllowedError), story.database.writing() as session:
        foi.pack(session, story.person("chair"), now=now, **days)
    with story.database.writing() as session:
        session.execute(update(Digest).where(Digest.number == number).values(frozen="{}"))
    with pytest.raises(ValueError, match="not as it was"), story.database.writing() as session:
        foi.pack(session, officer, now=now, **days)
