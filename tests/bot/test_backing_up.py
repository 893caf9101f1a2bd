"""`heardback backup` and `restore`: nothing is lost, nothing erased comes back, and nothing old is sent."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import apart, config
from bot.clock import wall_clock
from bot.commands.start import open_database
from storage import (
    Database,
    audit,
    backup,
    contributions,
    decisions,
    holds_apart,
    leaving,
    outgoing,
    people,
    retention,
    return_addresses,
    sign_in,
)
from storage.models import Contribution, Outbox, Person, WebSession
from tests.bot.test_commands import file, say, seated

__all__ = ["file", "seated"]
KEPT = contributions.Kept(kind="reflection", voice="practitioner")


@dataclass
class Place:
    """A deployment with a folder apart, and a folder for backups of its rows."""

    file: Path

    @property
    def apart(self) -> Path:
        return self.file.with_name("apart")

    @property
    def folder(self) -> Path:
        return self.file.with_name("backups")

    def database(self) -> Database:
        return open_database(config.read(self.file))

    def keep(self, *said: str) -> list[str]:
        database = self.database()
        with database.writing() as session:
            ids = []
            for words in said:
                today = wall_clock().date()
                id = contributions.keep(
                    session, partnership="northport", words=words, kept=KEPT, on=today
                )
                address = return_addresses.Address("p1")
                return_addresses.keep(
                    session, partnership="northport", contribution=id, address=address
                )
                ids.append(id)
        database.close()
        return ids

    def words(self) -> set[str]:
        database = self.database()
        with database.reading() as session:
            found = {contributions.words(session, r) for r in session.scalars(select(Contribution))}
        database.close()
        return found

    def back_up(self) -> Path:
        result = say("backup", self.folder, "--settings", self.file)
        assert result.exit_code == 0, result.output
        return max(self.folder.glob("*.backup"))

    def lose(self, *, keys: bool) -> None:
        """The machine is gone: its rows, and its data keys too."""
        shutil.rmtree(self.file.with_name("data"))
        for path in self.file.parent.glob("heardback-record-keys.db*") if keys else ():
            path.unlink()

    def restore(self, path: Path, *more: object) -> str:
        result = say("restore", path, "--settings", self.file, *more)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def place(seated: Path) -> Place:
    text = seated.read_text(encoding="utf-8").replace('apart = ""', 'apart = "apart"')
    seated.write_text(text, encoding="utf-8")
    return Place(seated)


def test_everything_comes_back_when_rows_and_keys_are_lost(place: Place) -> None:
    place.keep("the late bus", "the youth club", "äöü \u2028 “quoted”")
    before = say("people", "list", "--settings", place.file).output
    path = place.back_up()
    place.lose(keys=True)
    said = place.restore(path)
    assert "rows of" in said
    assert place.words() == {"the late bus", "the youth club", "äöü \u2028 “quoted”"}
    assert say("people", "list", "--settings", place.file).output == before
    verified = say("audit", "verify", "--settings", place.file)
    assert verified.exit_code == 0, verified.output


def test_nothing_readable_is_in_either_file_and_neither_is_for_others(place: Place) -> None:
    place.keep("quillwort marzipan")
    path = place.back_up()
    for one in (path, place.apart / backup.KEYS_FILE):
        assert one.stat().st_mode & 0o777 == 0o600
        held = one.read_bytes()
        assert not any(secret in held for secret in (b"quillwort", b"Ada Field", b"northport"))


@pytest.mark.parametrize("keys", [True, False])
def test_what_was_erased_after_a_backup_does_not_come_back(place: Place, keys: bool) -> None:
    gone, kept, changed = place.keep("gone", "kept", "said first")
    path = place.back_up()
    old_keys = place.file.with_name("an-old-copy-of-the-keys")
    shutil.copy(place.apart / backup.KEYS_FILE, old_keys)
    database = place.database()
    with database.writing() as session:
        retention.forget(session, "northport", gone)
        row = session.get_one(Contribution, changed)
        contributions.rewrite(session, row, "said afterwards")
        person = people.by_email(session, "ada@northport.example")
        assert person is not None
        for seat in people.seats_of(session, person, "northport"):
            people.remove_seat(session, seat)
        leaving.leave(session, "northport", person)
    apart.settle(database, place.apart, now=wall_clock())
    database.close()
    place.lose(keys=keys)
    said = place.restore(path)
    assert "Erased since, and not brought back: 1 of contributions." in said
    assert "Erased since, and not brought back: 1 of people." in said
    assert "neither text is there any more: 1" in said
    assert place.words() == {"kept"}
    assert kept
    database = place.database()
    with database.reading() as session:
        assert session.get(Person, person) is None
    database.close()
    listed = say("people", "list", "--settings", place.file).output
    assert "Ada Field" not in listed
    assert "Ben Marsh" in listed


def test_an_old_copy_of_the_keys_brings_nothing_back_beside_the_store_that_survived(
    place: Place,
) -> None:
    gone, _ = place.keep("gone", "kept")
    path = place.back_up()
    old_keys = place.file.with_name("old-keys")
    shutil.copy(place.apart / backup.KEYS_FILE, old_keys)
    database = place.database()
    with database.writing() as session:
        retention.forget(session, "northport", gone)
    database.close()
    place.lose(keys=False)
    place.restore(path, "--keys", old_keys)
    assert place.words() == {"kept"}


def test_nothing_old_is_sent_and_everybody_signs_in_again(place: Place) -> None:
    now = wall_clock()
    database = place.database()
    with database.writing() as session:
        person = people.by_email(session, "ada@northport.example")
        assert person is not None
        for kind, hours in (("nudge", -1), ("answer_to_practitioner", -1), ("prompt", 48)):
            due = now + timedelta(hours=hours)
            intent = outgoing.Intent(kind, person, "person", kind, {}, due)
            outgoing.intend(session, "northport", [intent])
        expires = now + timedelta(days=1)
        sign_in.make_link(
            session, person=person, partnership="northport", expires_at=expires, token="t"
        )
        session.flush()
        sign_in.use_link(session, "t", now=now)
    database.close()
    path = place.back_up()
    place.lose(keys=True)
    said = place.restore(path)
    assert "Not sent, because it may have gone out: 1 of nudge." in said
    assert "A person must look whether it went out: 1 of answer to practitioner." in said
    database = place.database()
    with database.reading() as session:
        found = {row.kind: row.state for row in session.scalars(select(Outbox))}
        assert session.scalars(select(WebSession)).all() == []
    database.close()
    assert found == {"nudge": "dropped", "answer_to_practitioner": "parked", "prompt": "due"}


def test_a_backup_from_before_a_rotation_needs_the_key_before_and_then_opens(place: Place) -> None:
    place.keep("the late bus")
    path = place.back_up()
    keys = place.file.with_name("keys-then")
    shutil.copy(place.apart / backup.KEYS_FILE, keys)
    kept = place.file.with_name("kept.key")
    assert say("keys", "rotate", "--settings", place.file, "--keep-old", kept).exit_code == 0
    place.lose(keys=True)
    refused = say("restore", path, "--settings", place.file, "--keys", keys)
    assert refused.exit_code == 1
    assert "belongs to another master key" in refused.output
    assert "--old-key" in refused.output
    place.restore(path, "--keys", keys, "--old-key", kept)
    assert place.words() == {"the late bus"}


def spoilt(path: Path, how: str) -> Path:
    """A copy of a backup that is not whole or not one."""
    copy = path.with_name(f"{how}.backup")
    held = path.read_bytes()
    first = held.index(b"\n") + 1
    changed = {
        "empty": b"",
        "text": b"id,name\n1,Ada\n",
        "binary": bytes(range(256)),
        "first line": held[: first - 40] + b"\n" + held[first:],
        "half": held[: first + (len(held) - first) // 2],
        "one byte less": held[:-1],
        "no piece": held[:first],
        "one byte more": held + b"x",
        "one bit": held[:-20] + bytes([held[-20] ^ 1]) + held[-19:],
        "newer": held.replace(b'"version": 1', b'"version": 9', 1),
        "made": held.replace(b'"made": "20', b'"made": "19', 1),
    }
    copy.write_bytes(changed[how])
    return copy


HOW = (
    "empty",
    "text",
    "binary",
    "first line",
    "half",
    "one byte less",
    "no piece",
    "one byte more",
)


def test_what_is_no_whole_backup_is_refused_and_nothing_is_restored(place: Place) -> None:
    place.keep("the late bus")
    path = place.back_up()
    place.lose(keys=True)
    for how in (*HOW, "one bit", "newer", "made"):
        result = say("restore", spoilt(path, how), "--settings", place.file)
        assert (result.exit_code, "Nothing was restored." in result.output) == (1, True), how
        assert "Traceback" not in result.output
    for wrong in (path.with_name("none"), path.parent, place.apart / backup.KEYS_FILE):
        result = say("restore", wrong, "--settings", place.file)
        assert (result.exit_code, "Nothing was restored." in result.output) == (1, True), wrong
    place.restore(path)
    assert place.words() == {"the late bus"}


def test_a_database_with_something_in_it_is_left_as_it_is(place: Place) -> None:
    place.keep("the late bus")
    path = place.back_up()
    place.keep("said since")
    result = say("restore", path, "--settings", place.file)
    assert (result.exit_code, "is not empty" in result.output) == (1, True)
    assert place.words() == {"the late bus", "said since"}


def test_without_the_data_keys_nothing_is_restored(place: Place) -> None:
    place.keep("the late bus")
    path = place.back_up()
    place.lose(keys=True)
    shutil.rmtree(place.apart)
    result = say("restore", path, "--settings", place.file)
    assert (result.exit_code, "The data keys are gone too" in result.output) == (1, True)


def test_a_restore_that_is_broken_off_serves_nothing_and_can_be_said_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import restoring

    place.keep("the late bus")
    path = place.back_up()
    place.lose(keys=True)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as at:
        at.setattr(restoring, "make_true", killed)
        at.setattr(
            restoring, "wipe", lambda database, side: None
        )  # a kill leaves no time to tidy up
        say("restore", path, "--settings", place.file)
    refused = say("people", "list", "--settings", place.file)
    assert (refused.exit_code, "was broken off" in refused.output) == (1, True)
    place.lose(keys=True)
    place.restore(path)
    assert place.words() == {"the late bus"}


def test_rows_and_keys_never_go_into_one_folder(file: Path) -> None:
    alone = say("backup", file.with_name("b"), "--settings", file)
    assert (alone.exit_code, "must not lie together" in alone.output) == (1, True)
    both = file.with_name("b")
    same = say("backup", both, "--keys-to", both, "--settings", file)
    assert (same.exit_code, "in the same folder" in same.output) == (1, True)


def test_the_record_goes_on_from_the_backup_and_says_so(place: Place) -> None:
    path = place.back_up()
    place.keep("the late bus")
    database = place.database()
    with database.writing() as session:
        audit.record(session, partnership="northport", actor="p", action="a", at=wall_clock())
    apart.settle(database, place.apart, now=wall_clock())
    database.close()
    place.lose(keys=True)
    place.restore(path)
    assert list(place.apart.glob("checkpoints-until-*"))
    verified = say("audit", "verify", "--settings", place.file)
    assert verified.exit_code == 0, verified.output


def _hold(place: Place, reference: str, state: str = "agreed") -> str:
    database = place.database()
    with database.writing() as session:
        asked = decisions.Asked("hold", reference, from_day=wall_clock().date())
        row = decisions.ask(session, "northport", asked, by="p1", on=wall_clock().date())
        row.state, row.decided_by, row.decided_on = state, "p2", wall_clock().date()
        id = row.id
    apart.settle(database, place.apart, now=wall_clock())
    database.close()
    return id


def test_a_hold_that_was_agreed_to_after_the_backup_stands_after_a_restore(place: Place) -> None:
    ended = _hold(place, "LEGAL-1")
    backup_file = place.back_up()
    stands = _hold(place, "LEGAL-2")
    database = place.database()
    with database.writing() as session:
        first = decisions.get(session, "northport", ended)
        assert first is not None
        first.state = "ended"
    apart.settle(database, place.apart, now=wall_clock())
    database.close()
    assert b"LEGAL" not in (place.apart / holds_apart.NAME).read_bytes()
    place.lose(keys=False)
    said = place.restore(backup_file)
    assert "brought back" in said
    database = place.database()
    with database.reading() as session:
        assert [row.id for row in decisions.holds(session, "northport")] == [stands]
    database.close()
