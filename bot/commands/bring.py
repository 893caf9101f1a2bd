"""`heardback import`: voices from a file, each through the same checks as a voice passed on by hand.

Danger is set aside, every identifying detail is replaced, and without an agreement column words are
agreed to themes alone and never quoted. No row is lost: it is kept, set aside, there already, or in the
report with its line and reason. A second run adds nothing, and one person's rows count as one voice.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import Progress

from bot import readers
from bot.outbox import run
from digests import danger
from handlers import danger as danger_form
from handlers.cells import write
from handlers.contributions import relay
from handlers.messages import Actor, Field, Form, Incoming
from storage import Database, Session, outgoing, people

BATCH = 200
RELAYED_AT = time(10, 0)
STEPS = 4  # forms that one voice may meet
USES = frozenset(use.value for use in relay.USES)
VOICES = {choice.label.lower(): choice.value for choice in relay.VOICES} | {
    choice.value: choice.value for choice in relay.VOICES
}
REASONS = {
    "relay_said_no": "They said no, so nothing was kept.",
    "relay_not_asked": "They have not been asked yet, so nothing was kept.",
    "under_13": "They may be under 13: a champion passes this on by hand, or say --age-band.",
}
USED = ("text", "respondent", "relayed_by", "date", "agreement", "speaker")


@dataclass(frozen=True)
class How:
    """What the command was told about a file."""

    columns: Mapping[str, str]
    champions: tuple[Actor, ...]
    voice: str
    age_band: str
    first: date | None
    weeks: int


@dataclass(frozen=True)
class Voice:
    """What one person said, with the lines that it stands in."""

    lines: tuple[int, ...]
    words: str
    respondent: str
    cells: Mapping[str, str]
    nth: int  # of voices that say exactly the same

    def once(self, session: Session, partnership: str) -> str:
        """What makes this voice itself, without its words."""
        content = json.dumps([self.words, self.respondent, sorted(self.cells.items())])
        return f"import:{session.keyring.tag('done', partnership, content, str(self.nth))}"


@dataclass
class Result:
    kept: int = 0
    set_aside: int = 0
    before: int = 0
    rows: int = 0
    bad: readers.BadRows = field(default_factory=list)


class CannotImport(Exception):
    """The whole file cannot be brought in; the message is a sentence."""


def columns_of(file: Path, sheet: str | None, said: Mapping[str, str]) -> Mapping[str, str]:
    """Which column holds what: guessed, then as the command says."""
    there = readers.columns(file, sheet)
    wrong = [column for column in said.values() if column and column not in there]
    if wrong:
        raise CannotImport(f"There is no column {wrong[0]}. There are: {', '.join(there)}.")
    if strange := sorted(said.keys() - set(USED)):
        raise CannotImport(f"Nothing is called {strange[0]}. Map one of: {', '.join(USED)}.")
    free = [column for column in there if column not in said.values()]
    guessed = {k: v for k, v in readers.guess(free).items() if k in USED and k not in said}
    found = {**guessed, **{k: v for k, v in said.items() if v}}
    if "text" not in found:
        raise CannotImport(
            f"Which column holds the words? Say --column text=NAME, with one of: {', '.join(there)}."
        )
    return found


def champion(session: Session, partnership: str, email: str) -> Actor:
    """The champion with this address; raises CannotImport when nobody with it is one."""
    for person in people.holders(session, partnership, "champion"):
        if people.known(session, person).email.casefold() == email.strip().casefold():
            seats = people.seats_of(session, person, partnership)
            agency = next(seat.agency for seat in seats if seat.role == "champion")
            return Actor(person, partnership, frozenset({"champion"}), agency)
    raise CannotImport(f"{email} is not the address of a champion here.")


def voices(
    file: Path, sheet: str | None, columns: Mapping[str, str], result: Result
) -> list[Voice]:
    """Every voice of a file. A respondent's rows are one voice, in the order of the file."""
    gathered: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for line, row in readers.rows(file, sheet, bad=result.bad):
        result.rows += 1
        cells = {name: row.get(column, "").strip() for name, column in columns.items()}
        if not cells["text"]:
            result.bad.append((line, "It has no words."))
            continue
        who = cells.get("respondent", "")
        gathered.setdefault(f"respondent {who}" if who else f"line {line}", []).append(
            (line, cells)
        )
    result.rows += len(result.bad) - sum(why == "It has no words." for _, why in result.bad)
    seen: Counter[str] = Counter()
    found = []
    for rows in gathered.values():
        words = "\n".join(dict.fromkeys(cells["text"] for _, cells in rows))
        first = {k: v for k, v in rows[0][1].items() if k not in ("text", "respondent")}
        if any(
            {k: c.get(k) for k in first if k != "date"}
            != {k: v for k, v in first.items() if k != "date"}
            for _, c in rows[1:]
        ):
            why = "One respondent's rows differ in agreement, speaker or champion."
            result.bad += [(line, why) for line, _ in rows]
            continue
        who = rows[0][1].get("respondent", "")
        same = json.dumps([words, who, sorted(first.items())])
        found.append(Voice(tuple(line for line, _ in rows), words, who, first, seen[same]))
        seen[same] += 1
    return found


def bring(
    database: Database,
    partnership: str,
    zone: ZoneInfo,
    found: Sequence[Voice],
    how: How,
    result: Result,
    *,
    now: datetime,
    console: Console,
) -> None:
    """Pass every voice on, in batches; what cannot be taken is added to the result's bad rows."""
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("Passing on", total=len(found))
        for start in range(0, len(found), BATCH):
            batch = found[start : start + BATCH]
            with database.writing() as session:
                for place, voice in enumerate(batch, start):
                    try:
                        actor = _champion(session, partnership, how, voice, place)
                        on = _day(how, voice, place, len(found), now.astimezone(zone).date())
                        at = min(datetime.combine(on, RELAYED_AT, zone).astimezone(UTC), now)
                        why = _pass_on(session, actor, voice, how, result, at=at, now=now)
                    except CannotImport as error:
                        why = str(error)
                    if why:
                        result.bad += [(line, why) for line in voice.lines]
            progress.advance(bar, len(batch))


def _champion(session: Session, partnership: str, how: How, voice: Voice, place: int) -> Actor:
    if email := voice.cells.get("relayed_by", ""):
        return champion(session, partnership, email)
    if not how.champions:
        raise CannotImport("Nobody is named who relayed this. Say --champion with their address.")
    return how.champions[place % len(how.champions)]


def _day(how: How, voice: Voice, place: int, total: int, today: date) -> date:
    if how.first is not None:
        day = how.first + timedelta(days=place * 7 * how.weeks // total if how.weeks else 0)
    elif text := voice.cells.get("date", ""):
        day = parse_day(text)
    else:
        day = today
    if day > today:
        raise CannotImport(f"Its date, {day.isoformat()}, is still to come.")
    return day


# Nobody is there to ask: what may be danger is set aside, and what nobody can read waits for a person.
WHEN_ASKED = {"danger_unsure": danger_form.SET_ASIDE, "danger_unread": danger_form.GO_ON}


def parse_day(text: str) -> date:
    """A date as 2026-09-07 or 07/09/2026; raises CannotImport for any other."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d/%m/%y"):
        try:
            return datetime.strptime(text.split("T")[0].split(" ")[0], form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise CannotImport("Its date cannot be read; write it as 2026-09-07 or 07/09/2026.")


def _pass_on(
    session: Session,
    actor: Actor,
    voice: Voice,
    how: How,
    result: Result,
    *,
    at: datetime,
    now: datetime,
) -> str:
    """Relay one voice and answer its forms; returns why it was not taken, or nothing."""
    key = voice.once(session, actor.partnership)
    if outgoing.done(session, key) is not None:
        result.before += 1
        return ""
    tag = session.keyring.tag("done", "import", actor.partnership, voice.respondent)
    spoke_before = f"import-respondent:{tag}"
    if voice.respondent and outgoing.done(session, spoke_before) is not None:
        return "This respondent's words are in already and count once; pass on more by hand."
    # what may be danger is told today, whatever the date of the words
    when = now if isinstance(danger.look(voice.words), danger.Danger) else at
    reply = run(session, key, actor, Incoming("relay_send", _fields(voice, how)), now=when)
    for _ in range(STEPS):
        if reply.now.name == "identifying_check":
            answer = _replace_all(reply.now)
        elif reply.now.name in WHEN_ASKED:
            choice = WHEN_ASKED[reply.now.name]
            answer = Incoming("relay_send", {**reply.now.state, "choice": choice})
        else:
            break
        reply = run(session, key, actor, answer, now=when)
    if "signpost" in reply.outcome:
        result.set_aside += 1
    elif "receipt" in reply.outcome:
        result.kept += 1
    else:
        return _why_not(reply.now)
    if voice.respondent:
        outgoing.mark_done(session, spoke_before, {"import": "respondent"}, when.date())
    return ""


def _fields(voice: Voice, how: How) -> dict[str, str]:
    said = voice.cells.get("speaker", "")
    speaker = VOICES.get(said.lower()) if said else how.voice
    if speaker is None:
        raise CannotImport(f"Who spoke must be one of: {', '.join(c.value for c in relay.VOICES)}.")
    agreement, uses = _agreement(voice.cells.get("agreement"))
    return {
        "words": voice.words,
        "rendering": "own_words",
        "voice": speaker,
        "agreement": agreement,
        "agreed_to": uses,
        "age_band": how.age_band or ("not_sure" if speaker == "young_person" else "adult"),
        "voices": "1",
        "back": "rather_not",
    }


def _agreement(said: str | None) -> tuple[str, str]:
    """Whether they agreed, and to what. Without such a column: to themes alone."""
    if said is None:
        return "yes", "theme"
    plain = said.strip().casefold()
    if plain in ("no", "n", "false", "0", "refused"):
        return "no", "theme"
    if plain in ("", "not asked", "not_asked", "unknown"):
        return "not_asked", "theme"
    if plain in ("yes", "y", "true", "1", "agreed"):
        return "yes", "theme"
    uses = {part.strip() for part in plain.replace(";", ",").replace("+", ",").split(",")} - {""}
    if uses <= {*USES, "themes"}:
        return "yes", ",".join(sorted((uses & USES) | {"theme"}))
    raise CannotImport(
        f"Agreement must be yes, no, not asked, or some of: {', '.join(sorted(USES))}."
    )


def _replace_all(form: Form) -> Incoming:
    typed = {part.name: "replace" for part in form.parts if isinstance(part, Field)}
    return Incoming("relay_checked", {**form.state, **typed})


def _why_not(form: Form) -> str:
    if form.name in REASONS:
        return REASONS[form.name]
    if form.name.startswith("other_route_"):
        route = form.name.removeprefix("other_route_").replace("_", " ")
        return f"It belongs somewhere else ({route}), so nothing was kept. Look at it by hand."
    errors = [part.error for part in form.parts if isinstance(part, Field) and part.error]
    return " ".join(errors) or f"It was not taken: {form.title}."


def write_report(file: Path, bad: readers.BadRows) -> None:
    """The rows that were not taken: line and reason, without their words, for the owner alone."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
        write(out, [("line", "reason"), *sorted(bad)])
