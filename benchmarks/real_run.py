"""The main job on real input: a file of comments, relayed over twelve weeks, and twelve digests.

`python -m benchmarks.real_run comments.jsonl --data FOLDER`. Each week's comments are brought in by
the code of `heardback import`, through twelve champions in turn; lines are the themes' own sentences, confirmed
by one person and signed by another. Prints what was kept, set aside and left out, each digest, time and memory.
"""

from __future__ import annotations

import argparse
import time
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from benchmarks.starting import peak_memory
from bot.commands import bring
from bot.demo.cast import settings_of
from bot.outbox import run
from digests import digest as pages
from digests.render import digest_text
from handlers import permissions
from handlers.messages import Actor, Incoming
from storage import Database, Keyring, Session, contributions, partnerships, people, releases

HERE = Path(__file__).parent
AGENCIES = ("housing", "health", "education", "police", "voluntary_sector", "social_care")
START = date(2026, 1, 5)
WEEKS = 12
ZONE = ZoneInfo("Europe/London")
EDITOR = Actor("editor", "run", frozenset({permissions.THEME_EDITOR}))
APPROVER = Actor("approver", "run", frozenset({permissions.APPROVER}))


def at(week: int, weekday: int, hour: int) -> datetime:
    day = START + timedelta(weeks=week, days=weekday)
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)


def set_up(session: Session) -> list[Actor]:
    """One partnership with two champions in each of six agencies."""
    partnerships.put(
        session,
        id="run",
        name="Real run",
        settings=settings_of("northport"),
        codebook=(HERE / "health_codebook.toml").read_text("utf-8"),
        prompts=resources.files("handlers").joinpath("starter/prompts.toml").read_text("utf-8"),
    )
    champions = []
    for n in range(2 * len(AGENCIES)):
        agency = AGENCIES[n % len(AGENCIES)]
        people.enrol(session, name=f"Champion {n}", id=f"champion-{n}")
        people.seat(
            session,
            partnership="run",
            person=f"champion-{n}",
            role="champion",
            agency=agency,
            on=START,
        )
        champions.append(Actor(f"champion-{n}", "run", frozenset({"champion"}), agency))
    return champions


def issue(session: Session, week: int) -> pages.Digest:
    """Draft, confirm, sign and issue one digest."""
    clock, now = permissions.clock("run"), at(week, 4, 12)
    run(session, f"draft:{week}", clock, Incoming("tick_draft"), now=now)
    made = releases.draft(session, "run")
    for line in releases.lines_of(session, made.id) if made else []:
        for actor, kind in ((EDITOR, "line_ready"), (APPROVER, "line_sign")):
            run(session, f"{kind}:{line.id}", actor, Incoming(kind, {"line_id": line.id}), now=now)
    run(session, f"issue:{week}", APPROVER, Incoming("issue"), now=now)
    return pages.from_json(releases.issued(session, "run")[0].frozen)


def main() -> None:
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("comments", type=Path)
    choice.add_argument("--data", type=Path, required=True, help="a new folder")
    wanted = choice.parse_args()
    wanted.data.mkdir(parents=True)
    keyring = Keyring.create(wanted.data / "master.key")
    database = Database(
        f"sqlite:///{wanted.data}/rows.db", f"sqlite:///{wanted.data}/keys.db", keyring
    )
    database.migrate()
    result, words = bring.Result(), {"text": "text"}
    heard = bring.voices(wanted.comments, None, words, result)
    start = time.perf_counter()
    with database.writing() as session:
        champions = tuple(set_up(session))
    quiet = Console(quiet=True)
    for week in range(WEEKS):
        taken = heard[week::WEEKS]
        how = bring.How(words, champions, "community_member", "adult", at(week, 0, 10).date(), 0)
        bring.bring(database, "run", ZONE, taken, how, result, now=at(week, 3, 10), console=quiet)
        brought = time.perf_counter() - start
        with database.writing() as session:
            digest = issue(session, week)
            waiting = len(contributions.waiting(session, "run"))
        print(f"\n===== {len(taken)} comments, {brought:.1f} s so far, {waiting} waiting after it")
        print(digest_text(digest))
        for why in digest.cut:
            print(f"left out: {why}")
    print(f"\n{len(heard)} voices in {time.perf_counter() - start:.1f} s, {peak_memory():.0f} MB")
    print(
        f"{result.kept} kept, {result.set_aside} set aside, {len(result.bad)} rows in the report:"
    )
    for line, why in result.bad:
        print(f"  line {line}: {why}")


if __name__ == "__main__":
    main()
