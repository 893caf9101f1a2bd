"""The record of what was done: any change of it shows, on both databases, and writers cannot fork it."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from storage import Database, Keyring, audit, checkpoints
from storage.models import Audit

NOW = datetime(2026, 9, 7, 10, 0, 0, 125, tzinfo=UTC)
TABLE = Audit.__table__
TEXTS = ("partnership_id", "actor", "action", "about", "reason", "previous", "chain")


def written(database: Database, rows: int) -> None:
    with database.writing() as session:
        for n in range(rows):
            zone = timezone(timedelta(hours=n % 3))
            audit.record(
                session,
                partnership="n",
                actor=f"p{n % 7}",
                action=("line.sign", "answer.confirm", "aside.open")[n % 3],
                about=f"{n:032x}",
                reason="planned" if n % 3 == 2 else "",
                at=(NOW + timedelta(minutes=n)).astimezone(zone),
            )


def verified(database: Database, folder: Path) -> audit.Verified:
    with database.reading() as session:
        return audit.verify(session, checkpoints.read(database.keyring, folder))


def test_what_was_written_verifies_and_says_how_much_there_was(
    database: Database, tmp_path: Path
) -> None:
    written(database, 40)
    assert checkpoints.keep_up(database, tmp_path / "apart")
    written(database, 2)
    found = verified(database, tmp_path / "apart")
    assert (found.whole, found.rows, found.checkpoints) == (True, 42, 1)
    assert found.after_last_checkpoint == 2


def edit(at: Connection, chance: random.Random, count: int) -> None:
    """One value of one row, by one character or by much."""
    row = chance.randint(1, count)
    column = chance.choice((*TEXTS, "at"))
    here = TABLE.c.sequence == row
    value: Any = at.scalar(select(TABLE.c[column]).where(here))
    if column == "at":
        value += timedelta(microseconds=chance.choice((1, -1, 10**6, 86400 * 10**6)))
    else:
        full = len(value) >= (TABLE.c[column].type.length or 0)
        spot = chance.randint(0, len(value) - full)
        other = chance.choice([c for c in "0af:-é " if c != value[spot : spot + 1]])
        value = value[:spot] + other + value[spot + (full or chance.random() < 0.5) :]
    at.execute(update(TABLE).where(here).values({column: value}))


def take_out(at: Connection, chance: random.Random, count: int) -> None:
    """Some rows in a row; half of the time those after them close the gap."""
    first = chance.randint(1, count - 1)
    gone = chance.randint(1, min(3, count - first))
    at.execute(delete(TABLE).where(TABLE.c.sequence.between(first, first + gone - 1)))
    if chance.random() < 0.5:
        for sequence in range(first + gone, count + 1):
            here = TABLE.c.sequence == sequence
            at.execute(update(TABLE).where(here).values(sequence=sequence - gone))


def reorder(at: Connection, chance: random.Random, count: int) -> None:
    """Two rows change places; half of the time with their chain, half of the time without."""
    one, other = chance.sample(range(1, count + 1), 2)
    keep = {"sequence"} | ({"previous", "chain"} if chance.random() < 0.5 else set())
    rows = {
        n: dict(at.execute(select(TABLE).where(TABLE.c.sequence == n)).mappings().one())
        for n in (one, other)
    }
    for n, source in ((one, other), (other, one)):
        values = {name: value for name, value in rows[source].items() if name not in keep}
        at.execute(update(TABLE).where(TABLE.c.sequence == n).values(values))


def truncate(at: Connection, chance: random.Random, count: int) -> None:
    """The newest rows are gone, as if they had never been."""
    last = chance.randint(0, count - 1)
    at.execute(delete(TABLE).where(TABLE.c.sequence > last))


def rebuild(at: Connection, chance: random.Random, count: int) -> None:
    """Somebody has the whole database and the code, but not the key: a new chain from some row on."""
    start = chance.randint(1, count)
    guessed = chance.choice((b"", b"\0" * 32, chance.randbytes(32), b"audit"))
    rows = at.execute(select(TABLE).order_by(TABLE.c.sequence)).mappings().all()
    previous = rows[start - 2]["chain"] if start > 1 else ""
    at.execute(delete(TABLE).where(TABLE.c.sequence >= start))
    for row in rows[start - 1 :]:
        new = dict(row) | {"previous": previous}
        if row["sequence"] == start:
            new["actor"] = "somebody_else"
        parts = [str(new[name]) for name in ("sequence", *TEXTS[:-1])]
        new["chain"] = hmac.digest(guessed, "".join(parts).encode(), hashlib.sha256).hex()
        previous = new["chain"]
        at.execute(insert(TABLE).values(new))


WAYS: tuple[Callable[[Connection, random.Random, int], None], ...] = (
    edit,
    take_out,
    reorder,
    truncate,
    rebuild,
)


def found_of(database: Database, folder: Path, each: int, rows: int, seed: int) -> dict[str, int]:
    """How many of `each` tamperings of each kind `verify` finds; every one starts from what was true."""
    written(database, rows)
    checkpoints.keep_up(database, folder)
    with database.engine.begin() as at:
        true = [dict(row) for row in at.execute(select(TABLE)).mappings()]
    chance = random.Random(seed)
    found = {}
    for way in WAYS:
        found[way.__name__] = 0
        for _ in range(each):
            with database.engine.begin() as at:
                way(at, chance, rows)
                assert [dict(r) for r in at.execute(select(TABLE)).mappings()] != true
            found[way.__name__] += not verified(database, folder).whole
            with database.engine.begin() as at:
                at.execute(delete(TABLE))
                at.execute(insert(TABLE), true)
    assert verified(database, folder).whole
    return found


def test_fifty_random_tamperings_are_all_found(database: Database, tmp_path: Path) -> None:
    assert found_of(database, tmp_path / "apart", 10, 12, 8) == {way.__name__: 10 for way in WAYS}


@pytest.mark.prove
def test_a_thousand_of_a_thousand_random_tamperings_are_found(
    database: Database, tmp_path: Path
) -> None:
    found = found_of(database, tmp_path / "apart", 200, 30, 20261123)
    assert found == {way.__name__: 200 for way in WAYS}


def test_a_database_put_back_to_an_earlier_day_is_found(database: Database, tmp_path: Path) -> None:
    written(database, 5)
    checkpoints.keep_up(database, tmp_path)
    with database.engine.begin() as at:
        at.execute(delete(TABLE).where(TABLE.c.sequence > 3))
    written(database, 4)  # life goes on, and the chain with it
    found = verified(database, tmp_path)
    assert found.broken == [5]


def test_without_checkpoints_cut_off_rows_do_not_show(database: Database, tmp_path: Path) -> None:
    """Said honestly: this is why there are checkpoints."""
    written(database, 5)
    with database.engine.begin() as at:
        at.execute(delete(TABLE).where(TABLE.c.sequence > 3))
    assert verified(database, tmp_path).whole


def test_a_digests_mark_is_found_in_the_chain_or_missed(database: Database) -> None:
    written(database, 5)
    with database.reading() as session:
        mark = audit.head(session, "n")
        assert audit.verify(session, marks=[mark]).whole
        assert audit.verify(session, marks=[mark, "0" * 12]).marks_not_found == {"0" * 12}


@pytest.mark.parametrize("meddle", ["change", "drop", "swap", "forge", "rubbish"])
def test_a_changed_file_of_checkpoints_is_refused(
    database: Database, tmp_path: Path, meddle: str
) -> None:
    for _ in range(4):
        written(database, 2)
        assert checkpoints.keep_up(database, tmp_path)
        assert not checkpoints.keep_up(database, tmp_path)
    path = tmp_path / checkpoints.NAME
    assert path.stat().st_mode & 0o777 == 0o600
    lines = path.read_text().splitlines()
    if meddle == "change":
        lines[1] = lines[1].replace(lines[1][5], "0" if lines[1][5] != "0" else "1", 1)
    elif meddle == "drop":
        del lines[1]
    elif meddle == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    elif meddle == "forge":
        other = Keyring.create(tmp_path / "other.key")
        lines[3] = f"8 {'a' * 64} {other.tag('audit', 'checkpoint', '8', 'a' * 64, '')}"
    else:
        lines[2] = "not a checkpoint"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(checkpoints.CheckpointsError):
        verified(database, tmp_path)


def test_two_writers_at_once_do_not_fork_the_chain(database: Database, tmp_path: Path) -> None:
    """Each transaction reads the end, waits, and writes; without a lock some would share a number."""

    def write(n: int) -> None:
        for step in range(12):
            with database.writing() as session:
                about = f"{n}-{step}"
                audit.record(session, partnership="n", actor="p", action="a", about=about, at=NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    checkpoints.keep_up(database, tmp_path)
    found = verified(database, tmp_path)
    assert (found.whole, found.rows) == (True, 72)
