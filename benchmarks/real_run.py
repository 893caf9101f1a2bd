"""The main job on real input: a file of comments, relayed over twelve weeks, and twelve digests.

`python -m benchmarks.real_run comments.jsonl --data FOLDER`. Every comment goes through the relay's own
checks as a champion's relay; lines are the themes' own sentences, confirmed by one person and signed by
another. Prints what was kept, set aside and left out, each digest, time and memory.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.__main__ import peak_memory
from bot.demo.cast import settings_of
from bot.demo.replay import answer_to
from bot.outbox import run
from bot.readers import rows
from digests import digest as pages
from digests.render import digest_text
from handlers import permissions
from handlers.messages import Actor, Incoming
from storage import Database, Keyring, Session, contributions, partnerships, people, releases

HERE = Path(__file__).parent
AGENCIES = ("housing", "health", "education", "police", "voluntary_sector", "social_care")
START = date(2026, 1, 5)
WEEKS = 12
EDITOR = Actor("editor", "run", frozenset({permissions.THEME_EDITOR}))
APPROVER = Actor("approver", "run", frozenset({permissions.APPROVER}))


def at(week: int, weekday: int, hour: int) -> datetime:
    day = START + timedelta(weeks=week, days=weekday)
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/London"))


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


def relay(session: Session, actor: Actor, words: str, key: str, now: datetime) -> str:
    """One comment through every check; returns the name of the form it ended with."""
    fields = {
        "words": words,
        "rendering": "own_words",
        "voice": "community_member",
        "agreement": "yes",
        "age_band": "adult",
        "voices": "1",
        "agreed_to": "theme",
        "back": "rather_not",
    }
    reply = run(session, key, actor, Incoming("relay_send", fields), now=now)
    pressed = answer_to(reply.now)
    if reply.now.name == "identifying_check" and pressed is not None:
        reply = run(session, f"{key}:checked", actor, Incoming(*pressed), now=now)
    return reply.now.name


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
    heard = [row["text"] for _, row in rows(wanted.comments)]
    became: Counter[str] = Counter()
    start = time.perf_counter()
    with database.writing() as session:
        champions = set_up(session)
    for week in range(WEEKS):
        taken = heard[week::WEEKS]
        with database.writing() as session:
            for n, words in enumerate(taken):
                actor = champions[n % len(champions)]
                became[relay(session, actor, words, f"w{week}:{n}", at(week, n % 4, 10))] += 1
        relayed = time.perf_counter() - start
        with database.writing() as session:
            digest = issue(session, week)
            waiting = len(contributions.waiting(session, "run"))
        print(
            f"\n===== {len(taken)} comments, {relayed:.1f} s so far, {waiting} waiting after the digest"
        )
        print(digest_text(digest))
        for why in digest.cut:
            print(f"left out: {why}")
    print(
        f"\n{len(heard)} comments in {time.perf_counter() - start:.1f} s, peak {peak_memory():.0f} MB"
    )
    for name, number in became.most_common():
        print(f"  {number:5d}  {name}")


if __name__ == "__main__":
    main()
