"""Erasure that erases: canaries are told, erased in every way, and then looked for everywhere.

Byte by byte: in the database, its logs, temporary files, the service's own log, what is kept apart, exports
and what a coder learned. And as sealed text: every copy that was ever made is tried with every key that is left.
"""

from __future__ import annotations

import io
import json
import logging
import random
import string
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from bot import apart, logs
from bot.demo.cast import NAMES
from digests.themes import keeping, train
from handlers.place import of as place_of
from handlers.privacy.withdrawing import withdraw_one
from handlers.weekly.coding import coder_of
from storage import (
    Database,
    addresses,
    backup,
    codings,
    contributions,
    counting,
    leaving,
    people,
    receipts,
    restoring,
    retention,
    return_addresses,
    set_aside,
)
from storage.models import Contribution, Person, RecordKey, Rows
from storage.orphans import SEALED
from storage.sealing import KEY_CLASSES, opens
from tests import databases
from tests.story import MONDAY, Story

KEPT = contributions.Kept(kind="reflection", voice="practitioner")
SIDE = next(iter(NAMES))
THEME = "safe_places"


@dataclass
class Told:
    """What was told and must be gone, and what was told and must still be there."""

    canaries: list[str] = field(default_factory=list)
    contributions: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    stays: dict[str, str] = field(default_factory=dict)


def word(chance: random.Random) -> str:
    """Ten letters that stand nowhere else."""
    return "zq" + "".join(chance.choice(string.ascii_lowercase) for _ in range(10))


def tell(story: Story, number: int, chance: random.Random) -> Told:
    """So many canaries: half of them words, the others names, mail and chat addresses, and set-aside words."""
    told = Told()
    with story.database.writing() as session:
        for n in range(number):
            canary = word(chance)
            told.canaries.append(canary)
            if n % 2 == 0:
                said = f"They wait by the {canary} after dark, and the late bus has gone."
                told.contributions.append(keep(story, session, said, f"person-{n % 7}"))
            elif n % 10 == 9:
                told.aside.append(
                    set_aside.put(
                        session,
                        partnership=SIDE,
                        words=f"the {canary} waits for her",
                        route="danger",
                        on=MONDAY.date(),
                        next_read=MONDAY,
                    )
                )
            else:
                mail = f"{canary}@example.org" if n % 4 == 1 else ""
                id = people.enrol(session, name=f"{canary} Field", email=mail)
                to = addresses.Address("slack", "T1", f"U{canary}")
                addresses.keep(session, person=id, address=to, on=MONDAY.date())
                told.persons.append(id)
        for n in range(max(3, number // 10)):
            said = f"The lamp by the {word(chance)} works again."
            told.stays[keep(story, session, said, f"stays-{n}")] = said
    return told


def keep(story: Story, session, words: str, person: str) -> str:  # type: ignore[no-untyped-def]
    id = contributions.keep(session, partnership=SIDE, words=words, kept=KEPT, on=MONDAY.date())
    counting.tag(
        session, partnership=SIDE, contribution=id, person=person, agency="health", voices=1
    )
    address = return_addresses.Address(person)
    return_addresses.keep(session, partnership=SIDE, contribution=id, address=address)
    receipts.keep(session, SIDE, f"lamp river {id}", id)
    codings.by_person(session, id, (THEME,))
    return id


Blob = tuple[str, str, bytes]  # the place it is bound to, the name of its row, and the sealed text


def sealed(database: Database) -> list[Blob]:
    """Every sealed text there is now, with the place to which it is bound."""
    found = []
    with database.engine.connect() as at:
        for name, key_class in SEALED.items():
            table, column = name.split(".")
            rows = Rows.metadata.tables[table]
            id = next(iter(rows.primary_key.columns)).name
            for row in at.execute(select(rows)).mappings():
                if row[column] is not None:
                    place = f"{row.get('partnership_id', '-')}/{key_class}/{row[id]}"
                    found.append((place, row[id], row[column]))
    return found


def surviving(database: Database, keys_file: Path) -> list[bytes]:
    """Every data key that is left anywhere, and every class key and tag key besides."""
    keyring = database.keyring
    wrapped: dict[tuple[str, bytes], None] = {}
    with database.key_engine.connect() as at:
        for row in at.execute(select(RecordKey)).mappings():
            wrapped[row["record_id"], row["wrapped"]] = None
            if row["before"] is not None:
                wrapped[row["record_id"], row["before"]] = None
    for batch in backup.batches(keys_file, keyring):
        for kept in batch.rows if batch.table == "record_keys" else ():
            wrapped[kept["record_id"], kept["wrapped"]] = None
    keys = [keyring.unwrap_any(one, name)[1] for name, one in wrapped]
    for key_class in KEY_CLASSES:
        keys.append(keyring._of(keyring.masters[0], f"wrap {key_class}"))
    return [*keys, *keyring.tag_keys().values(), *keyring.masters]


def opened(blobs: list[Blob], keys: list[bytes]) -> int:
    """How many sealed texts any of these keys opens."""
    return sum(any(opens(key, text, place) for key in keys) for place, _, text in blobs)


def erase(story: Story, told: Told) -> None:
    """In each way there is: taken back, at the end of its time, a person forgotten, a hand-off confirmed."""
    for start in range(0, len(told.contributions), 50):
        with story.database.writing() as session:
            for n, id in enumerate(told.contributions[start : start + 50]):
                if n % 2:
                    withdraw_one(session, SIDE, id)
                else:
                    retention.forget(session, SIDE, id)
    with story.database.writing() as session:
        for id in told.persons:
            leaving.forget(session, [id])
        for id in told.aside:
            row = set_aside.get(session, SIDE, id)
            assert row is not None
            set_aside.forget(session, row)


def everywhere(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


def hits(folders: list[Path], secrets: list[bytes]) -> Mapping[str, int]:
    """Files in which any of these stands, byte by byte, and how many of them."""
    found = {}
    for folder in folders:
        for path, held in everywhere(folder):
            if number := sum(secret in held for secret in secrets):
                found[path.name] = number
    return found


def vacuum(database: Database) -> list[Path]:
    """What a careful administrator does; returns where PostgreSQL keeps its files."""
    found = set()
    for engine in (database.engine, database.key_engine):
        if engine.dialect.name != "postgresql":
            continue
        alone = create_engine(engine.url, isolation_level="AUTOCOMMIT")
        with alone.connect() as at:
            at.execute(text("VACUUM FULL"))
            at.execute(text("CHECKPOINT"))
            oid = at.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
            found.add(Path(at.scalar(text("SHOW data_directory")) or "") / "base" / str(oid))
        alone.dispose()
    return sorted(found)


def fresh(database: Database, folder: Path, request: pytest.FixtureRequest) -> Database:
    """Empty databases of the same kind, for the same master key."""
    folder.mkdir(parents=True)
    if database.engine.dialect.name == "postgresql":
        socket = request.getfixturevalue("postgres_socket")
        made = databases.postgres(folder, socket, migrate=False)
        made.keyring = database.keyring
        return made
    url, keys = f"sqlite:///{folder}/rows.db", f"sqlite:///{folder}/keys.db"
    return Database(url, keys, database.keyring, replaying=True)


def prove(database: Database, tmp_path: Path, request: pytest.FixtureRequest, number: int) -> None:
    chance = random.Random(20261123 + number)
    work, outside = tmp_path / "work", tmp_path / "apart"
    work.mkdir()
    monkeypatch = request.getfixturevalue("monkeypatch")
    monkeypatch.setattr(tempfile, "tempdir", str(work))
    said = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.begin(logging.DEBUG, said)
    try:
        _prove(database, tmp_path, request, number, chance)
    finally:
        root.handlers = handlers
        root.setLevel(level)
    assert "zq" not in said.getvalue()
    assert outside.exists()


def _prove(
    database: Database,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    number: int,
    chance: random.Random,
) -> None:
    outside, now = tmp_path / "apart", MONDAY
    story = Story(database)
    database.recognise()
    told = tell(story, number, chance)
    apart.settle(database, outside, now=now)
    rows_file = tmp_path / "backups" / "rows.backup"
    rows_file.parent.mkdir()
    backup.write_rows(database, rows_file, now=now)
    mine = {*told.contributions, *told.persons, *told.aside}
    before = [blob for blob in sealed(database) if blob[1] in mine]
    with database.key_engine.connect() as at:
        wrapped_then = set(at.scalars(select(RecordKey.wrapped)))
    keys_file = outside / backup.KEYS_FILE
    assert opened(before[:20], surviving(database, keys_file)) == 20  # the search can find

    started = time.monotonic()
    erase(story, told)
    apart.settle(database, outside, now=now + timedelta(seconds=30))
    taken = time.monotonic() - started
    assert taken < 60

    places = vacuum(database)
    with database.reading() as session:
        place = place_of(session, SIDE)
        learned = keeping.to_bytes(coder_of(session, place))
    (tmp_path / "work" / "coder").write_bytes(learned)
    never_told = train(place.codebook, [(w, (THEME,)) for w in told.stays.values()])
    assert learned == keeping.to_bytes(never_told)
    with database.key_engine.connect() as at:
        wrapped_now = set(at.scalars(select(RecordKey.wrapped)))
    gone = [canary.encode() for canary in told.canaries]
    assert hits([tmp_path, *places], gone) == {}
    assert hits([tmp_path, *places], sorted(wrapped_then - wrapped_now)) == {}
    left = surviving(database, keys_file)
    assert opened(before, left) == 0

    again = fresh(database, tmp_path / "restored", request)
    try:
        restoring.fill(again, "keys", keys_file)
        again.migrate()
        again.recognise()
        restoring.fill(again, "rows", rows_file)
        again.migrate()
        assert opened([blob for blob in sealed(again) if blob[1] in mine], left) == 0
        later = now + timedelta(hours=1)
        with again.writing() as session:
            restoring.make_true(session, now=later, dropped=lambda kind: True, why="w")
        with again.reading() as session:
            there = session.scalars(select(Contribution)).all()
            assert {row.id: contributions.words(session, row) for row in there} == told.stays
            assert not told.persons or session.get(Person, told.persons[0]) is None
        assert not [blob for blob in sealed(again) if blob[1] in mine]
        assert hits([tmp_path], gone) == {}
    finally:
        again.close()
    print(
        json.dumps(
            {
                "database": database.engine.dialect.name,
                "canaries": len(gone),
                "sealed texts": len(before),
                "keys left": len(left),
                "tries": len(before) * len(left),
                "erased in s": round(taken, 1),
            }
        )
    )


def test_sixty_canaries_are_nowhere_after_they_were_erased(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    prove(database, tmp_path, request, 60)


@pytest.mark.prove
def test_a_thousand_canaries_are_nowhere_after_they_were_erased(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    prove(database, tmp_path, request, 1000)
