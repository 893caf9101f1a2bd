"""How long `heardback audit verify` takes over many rows, and the most memory: of a process of its own.

`python -m benchmarks.record [ROWS]` prints a line of JSON. The peer is what cannot be avoided: reading
each row of the same file and making one HMAC over a message as long as its own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from benchmarks.starting import peak_memory
from storage import Database, Keyring, audit
from storage.models import Audit

AT_ONCE = 10_000


def fill(database: Database, rows: int) -> None:
    """A whole chain of so many rows, made as `audit.record` makes it."""
    previous, batch = "", []
    with database.engine.begin() as at:
        for n in range(1, rows + 1):
            when = datetime(2026, 9, 7, tzinfo=UTC) + timedelta(seconds=n, microseconds=n)
            said = ("northport", f"{n % 99:032x}", "line.sign", f"{n:032x}", "")
            chain = database.keyring.tag("audit", str(n), when.isoformat(), *said, previous)
            names = ("partnership_id", "actor", "action", "about", "reason")
            row = dict(zip(names, said, strict=True))
            batch.append(row | {"sequence": n, "at": when, "previous": previous, "chain": chain})
            previous = chain
            if len(batch) == AT_ONCE or n == rows:
                at.execute(insert(Audit.__table__), batch)
                batch = []


def peer(file: Path) -> float:
    """Seconds to read every row and make one HMAC-SHA256 over as many bytes."""
    started = time.perf_counter()
    connection = sqlite3.connect(file)
    for row in connection.execute("SELECT * FROM audit ORDER BY sequence"):
        hmac.digest(b"k" * 32, "".join(map(str, row)).encode(), hashlib.sha256)
    connection.close()
    return time.perf_counter() - started


def measure(rows: int) -> dict[str, float]:
    """Seconds by the wall and of the processor, the peer's seconds, and the most MB this process held."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url, key_url = f"sqlite:///{folder}/rows.db", f"sqlite:///{folder}/keys.db"
        keyring = Keyring.create(folder / "key")
        database = Database(url, key_url, keyring, replaying=True)
        database.migrate()
        fill(database, rows)
        wall, own = time.perf_counter(), time.process_time()
        with database.reading() as session:
            assert audit.verify(session).whole
        wall, own = time.perf_counter() - wall, time.process_time() - own
        database.close()
        beside = peer(folder / "rows.db")
    most = round(peak_memory())
    return {"rows": rows, "wall_s": wall, "cpu_s": own, "peer_s": beside, "mb": most}


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(json.dumps({k: round(v, 2) for k, v in measure(asked).items()}))
