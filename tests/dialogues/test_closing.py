"""A partnership ends: two agree, all are told, what is open is closed honestly, and its records alone are left."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.commands.parting import write
from handlers import certificate, views
from handlers.messages import Form
from handlers.permissions import NotAllowedError
from storage import Database, audit, backup, decisions, restoring, signing
from storage.models import Audit, Commitment, Neighbour, Partnership, Person, Return, Seat
from storage.parting import ending
from tests.dialogues.test_contributing import relay
from tests.dialogues.test_loop import answered, issue, speak
from tests.story import Story, read

WHO = "Northport Archives, records officer"


def asked(story: Story, **typed: str) -> Form:
    fields = {"reference": "END-1", "to_whom": WHO, "choice": "ask"}
    fields |= {"day": (story.now + timedelta(days=60)).date().isoformat()} | typed
    return story.does(story.person("privacy_officer"), "close_ask", **fields)


def agreed(story: Story, side: str = "northport") -> None:
    assert asked(story).name == "decision_asked"
    with story.database.reading() as session:
        [row] = decisions.waiting(session, side)
    assert story.does(story.person("chair"), "decision_agree", choice=row.id).name == "close_agreed"
    story.clock("tick_keeping")
    story.later(days=1)


def desk(story: Story, name: str) -> str:
    with story.database.reading() as session:
        shown = views.privacy(session, story.person(name), now=story.now)
    return "\n".join(read(form) for form in shown)


def finish(story: Story) -> certificate.Finished:
    with story.database.writing() as session:
        return certificate.finish(session, story.person("privacy_officer"), now=story.now)


REASON = (
    "The partnership ends, and nobody takes this over. The bus station's manager has it in writing."
)
CHILD = "We stopped before we could change this. We told the bus station."


def ended(story: Story) -> certificate.Finished:
    """From the agreement to the last step."""
    agreed(story)
    chair = story.person("chair")
    form = story.presses(chair, story.notice(chair, "closing_open"), "Close what is open")
    sent = story.presses(chair, form, "Tell everybody", answer=REASON, child_words=CHILD)
    assert sent.name == "closed_honestly", read(sent)
    story.later(days=61)
    return finish(story)


def test_everybody_hears_and_what_is_open_is_closed_with_the_words_to_carry_home(
    story: Story,
) -> None:
    fay = story.champion("Fay", "housing")
    speakers = speak(story, 8)
    issue(story)
    story.does(story.person("zoe"), "reflect", words="The youth club is shut on Fridays now.")
    relay(story, fay)
    agreed(story)
    zoe = story.person("zoe")
    assert "last day is Friday 6 November" in read(story.notice(zoe, "closing"))
    assert "will not" in read(story.notice(zoe, "closing_waiting"))
    assert "closing_waiting" in story.thread(fay)
    assert "closing_waiting" not in story.thread(speakers[0])
    member = story.notice(story.person("strategic_member"), "closing_open")
    assert member.buttons == ()
    asked_again = len(story.thread(zoe))
    story.clock("tick_keeping")
    story.clock("tick_ask")
    story.later(days=1)
    assert len(story.thread(zoe)) == asked_again
    chair = story.person("chair")
    form = story.presses(chair, story.notice(chair, "closing_open"), "Close what is open")
    assert "bus station" in read(form).lower()
    assert "young person" in read(story.presses(chair, form, "Tell everybody", answer=REASON))
    story.presses(chair, form, "Tell everybody", answer=REASON, child_words=CHILD)
    story.later(days=1)
    assert REASON in read(story.notice(speakers[0], "answer_to_practitioner"))
    with story.database.reading() as session:
        [row] = session.scalars(select(Commitment)).all()
    assert (row.status, row.state) == ("not_now", "confirmed")


def test_an_end_waits_for_everything_that_is_left_undone(story: Story) -> None:
    speak(story, 8)
    issue(story)
    with pytest.raises(certificate.NotYetError, match="Nobody else has agreed"):
        finish(story)
    agreed(story)
    dev = story.person("Dev")
    story.does(dev, "reflect", words="a girl told me today a man waits for her outside every night")
    story.does(dev, "complain_send", words="It was read out.", about="anything")
    with pytest.raises(certificate.NotYetError) as wrong:
        finish(story)
    said = "\n".join(map(str, wrong.value.args))
    for one in ("last day is", "Questions are open", "set aside", "complaint is not closed"):
        assert one in said, one
        assert one in desk(story, "privacy_officer"), one
    with pytest.raises(NotAllowedError), story.database.writing() as session:
        certificate.finish(session, story.person("chair"), now=story.now)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "2026-09-30"}, "a day from"),
        ({"day": "2029-01-01"}, "a day from"),
        ({"to_whom": ""}, "who gets the records"),
        ({"reference": ""}, "reference of the file"),
    ],
)
def test_an_end_that_cannot_be_so_is_not_asked_for(
    story: Story, typed: dict[str, str], said: str
) -> None:
    assert said in read(asked(story, **typed))


def test_nothing_is_left_and_a_third_person_can_check_the_certificate(
    story: Story, tmp_path: Path
) -> None:
    fay = story.champion("Fay", "housing")
    speak(story, 8)
    issue(story)
    relay(story, fay)
    with story.database.writing() as session:
        before = session.scalar(select(func.count()).select_from(Seat)) or 0
        key = signing.public_key(session.keyring, "northport")
        session.add(
            Neighbour(
                id="n1",
                partnership_id="wolds",
                other_id="northport",
                name="Northport",
                public_key="",
                agreed_on=story.now.date(),
            )
        )
    found = ended(story)
    with story.database.reading() as session:
        assert ending.left(session, "northport", set(found.keys)) == {}
        assert session.get(Partnership, "northport") is None
        assert session.get(Partnership, "wolds") is not None
        assert 0 < (session.scalar(select(func.count()).select_from(Seat)) or 0) < before
        assert session.get(Person, fay.person) is None
        assert session.scalars(select(Return)).all() == []
        assert session.get_one(Neighbour, "n1").ended_on == story.now.date()
        assert audit.verify(session).whole
        assert session.scalars(select(Audit.action)).all()[-1] == "partnership.close"
    files = {**found.records, **found.certificate}
    assert certificate.holds(files, key) == []
    said = json.loads(found.certificate["certificate.json"])
    assert said["records_handed_to"] == WHO
    assert said["asked_for_by"] == ["privacy officer"]
    assert said["rows_deleted"]["contributions"] == 9
    assert said["keys_destroyed"] == len(found.keys) > 20
    assert b"speaker" not in b"".join(files.values())
    write(tmp_path / "out", files)
    tool = shutil.which("openssl") or pytest.skip("openssl is not on this machine")
    readme = found.records["README.txt"].decode()
    [command] = [line for line in readme.splitlines() if line.startswith("openssl")]
    checked = subprocess.run(
        [tool, *command.split()[1:]], cwd=tmp_path / "out", capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_a_changed_certificate_or_record_is_found(story: Story) -> None:
    speak(story, 8)
    issue(story)
    found = ended(story)
    files = {**found.records, **found.certificate}
    name = next(name for name in files if name.endswith("answers.json"))
    assert "was changed" in certificate.holds({**files, name: b"[]"})[0]
    text = files["certificate.json"].replace(b"Archives", b"Attic")
    assert "did not sign" in certificate.holds({**files, "certificate.json": text})[0]
    assert "did not sign" in certificate.holds(files, "ab" * 32)[0]
    assert certificate.holds({}) == ["This is no whole folder of heardback close."]
    sums = {**files, "records/SHA256SUMS": b""}
    assert certificate.holds(sums) == [
        "The records are others than those that the certificate names."
    ]


def test_no_backup_brings_an_ended_partnership_back(story: Story, tmp_path: Path) -> None:
    speak(story, 8)
    issue(story)
    rows = tmp_path / "rows.backup"
    backup.write_rows(story.database, rows, now=story.now)
    ended(story)
    keyring, keys = story.database.keyring, story.database.key_engine.url
    again = Database(f"sqlite:///{tmp_path}/again.db", str(keys), keyring, replaying=True)
    restoring.fill(again, "rows", rows)
    again.migrate()
    with again.writing() as session:
        found = restoring.make_true(session, now=story.now, dropped=lambda kind: True, why="w")
    assert found.ended == 1
    with again.reading() as session:
        assert session.get(Partnership, "northport") is None
        assert session.get(Partnership, "wolds") is not None
        assert ending.left(session, "northport", set()) == {}
    again.close()


def test_an_answer_given_for_good_needs_no_closing(story: Story) -> None:
    speak(story, 8)
    answered(story, issue(story)[0])
    agreed(story)
    assert "closing_open" in story.thread(story.person("chair")), "a Hold is not for good"
