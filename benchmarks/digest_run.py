"""Issue one digest in a partnership with a long past, in a process of its own: how long, how much memory.

`python -m benchmarks.digest_run STORED [WAITING]` makes an invented partnership with that many
contributions, all of them read already and so many still waiting, then drafts and issues through the
handlers and prints one line of JSON. Only waiting relays have words: a digest reads none but those behind
its lines, to see of which communities enough was heard.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.starting import peak_memory
from bot.demo import cast
from bot.outbox import perform
from handlers import permissions, place
from handlers.messages import Actor, Incoming
from storage import Database, Keyring, Session, releases
from storage.models import Coding, Contribution, CountingTag

SIDE = "northport"
MONDAY = datetime(2026, 9, 7, 9, tzinfo=UTC)
AT_ONCE = 5_000
WORDS = "my dad waits at the bus station with me, because the last one is late"
STANCES = ("strength", "worry", "worry", "mixed")


def main(stored: int, waiting: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        keyring = Keyring.create(home / "keys" / "master.key")
        database = Database(f"sqlite:///{home}/rows.db", f"sqlite:///{home}/keys/keys.db", keyring)
        database.migrate()
        with database.writing() as session:
            cast.gather(session, MONDAY.date())
            themes = [theme.id for theme in place.of(session, SIDE).codebook.themes]
        chance = random.Random(20261123)
        heard = _heard(chance, themes, stored=stored, waiting=waiting)
        while some := list(islice(heard, AT_ONCE)):
            with database.writing() as session:
                _keep(session, some)
        del some
        before = peak_memory()
        taken = _issue(database)
        database.close()
    grown = {"mb_before": round(before), "mb": round(peak_memory())}
    print(json.dumps({"stored": stored, "waiting": waiting, **taken, **grown}))


def _heard(
    chance: random.Random, themes: list[str], *, stored: int, waiting: int
) -> Iterator[dict[str, Any]]:
    """Invented contributions: people by the square root of their number, in twenty agencies."""
    people = max(50, int(waiting**0.5) * 5)
    for n in range(stored):
        person = chance.randrange(people)
        yield {
            "id": f"{chance.getrandbits(128):032x}",
            "relayed": chance.random() < 0.3,
            "person": f"p{person}",
            "agency": f"a{person % 20}",
            "theme": chance.choice(themes),
            "stance": chance.choice(STANCES),
            "on": (MONDAY - timedelta(days=chance.randrange(180))).date(),
            "state": "waiting" if n % (stored // waiting) == 0 else "shown",
        }


def _keep(session: Session, some: list[dict[str, Any]]) -> None:
    tags = {
        name: session.keyring.tag("counting", SIDE, name)
        for name in {row["person"] for row in some} | {row["agency"] for row in some}
    }
    blank = dict.fromkeys(("age_band", "prompt_id", "prevention_level", "network_level"), "")
    blank |= {"transition": "", "agreed_to": "theme", "agreement_by": "", "rendering": "own_words"}
    session.expect_new("words", [row["id"] for row in some])
    session.execute(
        Contribution.__table__.insert(),  # type: ignore[attr-defined]
        [
            blank
            | {
                "id": row["id"],
                "partnership_id": SIDE,
                "kind": "relay" if row["relayed"] else "reflection",
                "voice": "young_person" if row["relayed"] else "practitioner",
                "stance": row["stance"],
                "on_date": row["on"],
                "state": row["state"],
                "coded_with": "1/1",
                "sealed_words": session.seal("words", SIDE, row["id"], WORDS)
                if row["relayed"] and row["state"] == "waiting"
                else b"",
            }
            for row in some
        ],
    )
    session.execute(
        CountingTag.__table__.insert(),  # type: ignore[attr-defined]
        [
            {
                "contribution_id": row["id"],
                "partnership_id": SIDE,
                "person_tag": tags[row["person"]],
                "agency_tag": tags[row["agency"]],
                "voices": 1,
            }
            for row in some
        ],
    )
    session.execute(
        Coding.__table__.insert(),  # type: ignore[attr-defined]
        [
            {
                "contribution_id": row["id"],
                "theme": row["theme"],
                "by": "machine",
                "score": 1.0,
                "start": 0,
                "end": 0,
                "versions": "1/1",
            }
            for row in some
        ],
    )


def _issue(database: Database) -> dict[str, float]:
    """Seconds for the draft and for the issue; between them the lines are signed by hand."""
    start = time.perf_counter()
    perform(database, "draft", permissions.clock(SIDE), Incoming("tick_draft"), now=MONDAY)
    drafted = time.perf_counter() - start
    with database.writing() as session:
        made = releases.draft(session, SIDE)
        lines = releases.lines_of(session, made.id) if made else []
        for line in lines:
            line.state = "signed"
        count = len(lines)
    approver = Actor(cast.table_person(SIDE, "approver"), SIDE, frozenset({permissions.APPROVER}))
    start = time.perf_counter()
    perform(database, "issue", approver, Incoming("issue"), now=MONDAY)
    issued = time.perf_counter() - start
    return {"lines": count, "draft_s": round(drafted, 2), "issue_s": round(issued, 2)}


if __name__ == "__main__":
    number = int(sys.argv[1])
    main(number, int(sys.argv[2]) if len(sys.argv) > 2 else number)
