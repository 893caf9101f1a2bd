"""The master key: a wrong, missing or readable one opens nothing, and a rotation loses nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from storage import (
    Database,
    Erased,
    Keyring,
    SealingError,
    audit,
    contributions,
    key_sources,
    key_store,
    orphans,
    partnerships,
    people,
)
from storage.models import Contribution, RecordKey

DAY = date(2026, 9, 7)
NOW = datetime(2026, 9, 7, 10, tzinfo=UTC)
KEPT = contributions.Kept(kind="reflection", voice="practitioner")


def keep(database: Database, *said: str) -> list[str]:
    with database.writing() as session:
        partnerships.put(session, id="n", name="N", settings={}, codebook="", prompts="")
        return [
            contributions.keep(session, partnership="n", words=words, kept=KEPT, on=DAY)
            for words in said
        ]


def words(database: Database) -> set[str]:
    with database.reading() as session:
        rows = session.scalars(select(Contribution)).all()
        return {contributions.words(session, row) for row in rows}


Again = Callable[[Path], Database]


@pytest.fixture
def again(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Again]:
    """Another process over the same databases, with the key file as it is now."""
    monkeypatch.setattr(key_store, "MANY", 20)
    url = database.engine.url.render_as_string(hide_password=False)
    key_url = database.key_engine.url.render_as_string(hide_password=False)
    made = []

    def other(path: Path) -> Database:
        made.append(Database(url, key_url, Keyring.load(path), replaying=True))
        made[-1].recognise()
        return made[-1]

    yield other
    for one in made:
        one.close()


@pytest.fixture
def key_file(database: Database, tmp_path: Path) -> Path:
    [path] = tmp_path.rglob("master.key")
    database.recognise()
    return path


def rewrap(database: Database, batches: int = 1000) -> None:
    key_store.begin_rotation(database.key_engine, database.keyring)
    after = ""
    for _ in range(batches):
        some, after = key_store.rewrap_some(database.key_engine, database.keyring, after)
        if not some:
            return


def test_another_master_key_is_refused_before_anything_is_opened_or_sealed(
    database: Database, again: Again, key_file: Path, tmp_path: Path
) -> None:
    keep(database, "the late bus")
    other = tmp_path / "other.key"
    Keyring.create(other)
    with pytest.raises(SealingError, match="does not belong to this key store"):
        again(other)


def test_another_master_key_is_refused_where_no_version_before_left_a_check(
    database: Database, again: Again, tmp_path: Path
) -> None:
    keep(database, "the late bus")
    other = tmp_path / "other.key"
    Keyring.create(other)
    with pytest.raises(SealingError, match="does not belong"):
        again(other)


@pytest.mark.parametrize("text", ["", "zz", "ab" * 31, "ab" * 33, "é" * 64, "0x" + "ab" * 31])
def test_a_damaged_key_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "master.key"
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SealingError, match="is damaged"):
        Keyring.load(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_file_that_anybody_else_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    Keyring.create(path)
    path.chmod(mode)
    with pytest.raises(SealingError, match="can be read by others"):
        Keyring.load(path)
    path.chmod(0o600)
    Keyring.load(path)
    path.unlink()
    with pytest.raises(SealingError, match="is missing"):
        Keyring.load(path)
    path.mkdir()
    with pytest.raises(SealingError, match="cannot be read"):
        Keyring.load(path)


def printing(text: str) -> str:
    return f"{sys.executable} -c \"print('{text}')\""


def test_a_command_that_prints_the_key_is_as_good_as_the_file(
    database: Database, key_file: Path
) -> None:
    keep(database, "the late bus")
    command = printing(key_file.read_text().strip())
    database.keyring = Keyring.of(lambda: key_sources.from_command(command))
    database.recognise()
    assert words(database) == {"the late bus"}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("no-such-vault read key", "cannot be run"),
        (f'{sys.executable} -c "raise SystemExit(3)"', "it ended with 3"),
        (printing("not a key at all"), "must print 64 letters and figures"),
        (printing("ab" * 32 + " and more"), "must print 64 letters and figures"),
    ],
)
def test_a_command_that_does_not_give_the_key_is_refused_without_repeating_it(
    command: str, said: str
) -> None:
    with pytest.raises(SealingError, match=said) as refused:
        key_sources.from_command(command)
    assert "not a key" not in str(refused.value)
    assert "abab" not in str(refused.value)


def test_after_a_rotation_everything_opens_and_the_key_before_opens_nothing(
    database: Database, again: Again, key_file: Path, tmp_path: Path
) -> None:
    keep(database, *(f"w{n}" for n in range(70)))
    with database.writing() as session:
        person = people.enrol(session, name="Bea", email="bea@example.org")
        audit.record(session, partnership="n", actor=person, action="a", at=NOW)
    old = tmp_path / "old.key"
    key_sources.exchange(key_file)
    other = again(key_file)
    rewrap(other)
    assert key_store.to_rewrap(other.key_engine, other.keyring) == 0
    key_sources.let_go(key_file, old)
    assert not key_sources.before(key_file).exists()
    after = again(key_file)
    assert words(after) == {f"w{n}" for n in range(70)}
    with after.writing() as session:
        assert people.by_email(session, "Bea@example.org") == person  # tags are as they were
        assert people.known(session, person).name == "Bea"
        assert audit.verify(session).whole
        assert orphans.sweep(session) == orphans.Found(0, {})
    with pytest.raises(SealingError, match="does not belong"):
        again(old)
    alone = Keyring.load(old)
    with after.key_engine.connect() as keys:
        for row in keys.execute(select(RecordKey)):
            with pytest.raises(SealingError):
                alone.unwrap_any(row.wrapped, row.record_id)


@pytest.mark.parametrize("broken_off", ["copied", "half", "exchanged", "begun", "some"])
def test_a_rotation_broken_off_anywhere_leaves_everything_open_and_goes_on(
    database: Database, again: Again, key_file: Path, broken_off: str
) -> None:
    said = {f"w{n}" for n in range(70)}
    keep(database, *sorted(said))
    if broken_off == "copied":
        key_sources.write(key_sources.before(key_file), key_sources.read(key_file))
    elif broken_off == "half":
        key_sources.before(key_file).with_name("master.key.before.half").write_text("ab")
    else:
        key_sources.exchange(key_file)
    if broken_off in ("begun", "some"):
        rewrap(again(key_file), batches=0 if broken_off == "begun" else 1)
    other = again(key_file)
    assert words(other) == said
    keep(other, "said meanwhile")
    key_sources.exchange(key_file)
    last = again(key_file)
    rewrap(last)
    key_sources.let_go(key_file)
    last = again(key_file)
    assert words(last) == said | {"said meanwhile"}
    assert key_store.to_rewrap(last.key_engine, last.keyring) == 0
    with last.writing() as session:
        assert orphans.sweep(session) == orphans.Found(0, {})


def test_a_service_that_runs_through_a_rotation_reads_and_writes_on(
    database: Database, again: Again, key_file: Path
) -> None:
    keep(database, "before")
    running = again(key_file)
    assert words(running) == {"before"}
    key_sources.exchange(key_file)
    other = again(key_file)
    key_store.begin_rotation(other.key_engine, other.keyring)
    keep(running, "meanwhile")
    rewrap(other)
    keep(running, "after")
    key_sources.let_go(key_file)
    assert words(running) == {"before", "meanwhile", "after"}
    keep(running, "at last")
    assert key_store.to_rewrap(other.key_engine, other.keyring) == 0
    assert words(again(key_file)) == {"before", "meanwhile", "after", "at last"}
    with running.writing() as session:
        assert orphans.sweep(session) == orphans.Found(0, {})


def test_a_service_that_cannot_see_the_new_key_writes_nothing(
    database: Database, again: Again, key_file: Path, tmp_path: Path
) -> None:
    stale = tmp_path / "elsewhere.key"
    key_sources.write(stale, key_sources.read(key_file))
    running = again(stale)
    key_sources.exchange(key_file)
    rewrap(again(key_file))
    with pytest.raises(SealingError):
        keep(running, "lost for ever, if this were kept")
    assert words(again(key_file)) == set()


def test_changed_words_leave_a_text_that_no_key_opens(database: Database) -> None:
    [id] = keep(database, "my son Kai")
    with database.writing() as session:
        row = session.get_one(Contribution, id)
        before = row.sealed_words
        contributions.rewrite(session, row, "a young person")
        assert contributions.words(session, row) == "a young person"
    assert words(database) == {"a young person"}
    with database.reading() as session, pytest.raises(SealingError):
        session.open("words", "n", id, before)
    with database.key_engine.connect() as keys:
        assert keys.execute(select(RecordKey.before)).scalars().all() == [None]


def test_words_whose_change_was_broken_off_open_as_they_were(database: Database) -> None:
    """A crash after the new key was written and before the row was."""
    [id] = keep(database, "my son Kai")

    def crash() -> None:
        with database.writing() as session:
            row = session.get_one(Contribution, id)
            contributions.rewrite(session, row, "a young person")
            session.flush()
            session.write_keys()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        crash()
    assert words(database) == {"my son Kai"}
    with database.writing() as session:
        assert orphans.sweep(session) == orphans.Found(0, {})
    assert words(database) == {"my son Kai"}
    with database.key_engine.connect() as keys:
        assert keys.execute(select(RecordKey.before)).scalars().all() == [None]
    with pytest.raises(RuntimeError):
        crash()
    with database.writing() as session:
        row = session.get_one(Contribution, id)
        contributions.rewrite(session, row, "a boy")
    assert words(database) == {"a boy"}


def test_a_key_erased_before_its_row_was_restored_says_that_it_is_gone(database: Database) -> None:
    [id] = keep(database, "the late bus")
    with database.writing() as session:
        session.destroy_key("words", id)
    with database.reading() as session, pytest.raises(Erased):
        contributions.words(session, session.get_one(Contribution, id))


def test_a_data_key_put_under_another_name_does_not_open(database: Database) -> None:
    one, other = keep(database, "one", "other")
    with database.reading() as session:
        tag = session.keyring.tag
        names = [tag("record", "words", id)[:32] for id in (one, other)]
    with database.key_engine.begin() as keys:
        wrapped = keys.scalar(select(RecordKey.wrapped).where(RecordKey.record_id == names[0]))
        at = update(RecordKey).where(RecordKey.record_id == names[1])
        keys.execute(at.values(wrapped=wrapped))
    with database.reading() as session, pytest.raises(SealingError):
        contributions.words(session, session.get_one(Contribution, other))
