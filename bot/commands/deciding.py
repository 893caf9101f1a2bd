"""`heardback people erase`, `privacy …` and `foi`: decisions by two people, from the command line.

Each names who decides; what they may is asked of their seats, as on the pages, and the record names them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import typer

from bot.clock import wall_clock
from bot.commands.acting import actor_with
from bot.commands.parting import empty_folder, write
from bot.commands.refusal import refuse
from bot.commands.seating import Desk
from bot.outbox import fresh_key, perform
from handlers.messages import Incoming, Text
from handlers.permissions import NotAllowedError
from handlers.place import day_words
from handlers.privacy import foi
from storage import decisions, requests


def decide(file: Path, partnership: str, by: str, kind: str, fields: Mapping[str, str]) -> None:
    """Do one thing as the person with this address."""
    with Desk(file, partnership) as desk:
        desk.actor = actor_with(desk, by)
        try:
            desk.does(kind, fields)
        except NotAllowedError:
            raise refuse("This person's seats do not allow it.") from None


def waiting(file: Path, partnership: str) -> None:
    """What is due, what waits for a second person, and which holds stand: kinds, references and days."""
    with Desk(file, partnership) as desk, desk.database.reading() as session:
        for one in requests.not_closed(session, desk.partnership):
            due = f"due {day_words(one.due_on)}"
            typer.echo(f"{one.id}\t{one.kind} ({one.state})\t{one.reference}\t{due}")
        for row in decisions.waiting(session, desk.partnership):
            typer.echo(f"{row.id}\t{row.kind}\t{row.reference}\tasked {day_words(row.asked_on)}")
        for row in decisions.holds(session, desk.partnership):
            review = day_words(row.review_on) if row.review_on else ""
            typer.echo(f"{row.id}\thold stands\t{row.reference}\tlook again {review}")


def write_pack(file: Path, partnership: str, by: str, *, first: str, last: str, out: Path) -> None:
    """Write the issued records of these days into a new folder."""
    days = [_day(text) for text in (first, last)]
    if days[1] < days[0]:
        raise refuse("The last day comes before the first.")
    empty_folder(out)
    with Desk(file, partnership) as desk:
        actor = actor_with(desk, by)
        try:
            with desk.database.writing() as session:
                files = foi.pack(session, actor, first=days[0], last=days[1], now=wall_clock())
        except NotAllowedError:
            raise refuse("This person's seats do not allow it.") from None
        except ValueError as changed:
            raise refuse(str(changed)) from None
    try:
        write(out, files)
    except OSError as error:
        raise refuse(f"{error.filename or out} cannot be written to.") from None
    typer.echo(
        f"{sum(name.endswith('.md') for name in files)} digests and their answers are in {out}."
    )
    typer.echo("Anybody can check them: sha256sum -c SHA256SUMS")


def write_access(file: Path, partnership: str, by: str, request: str, out: Path) -> None:
    """Write the pack of one request to a new file that nobody else on this machine can read."""
    with Desk(file, partnership) as desk:
        actor, event = actor_with(desk, by), Incoming("access_file", {"request": request})
        if out.exists():
            raise refuse(f"{out} is there already, and is left as it is.")
        try:
            form = perform(desk.database, fresh_key(), actor, event, now=wall_clock())
        except NotAllowedError:
            raise refuse("This person's seats do not allow it.") from None
    [text] = [part.body for part in form.parts if isinstance(part, Text)]
    if form.name != "access_file":
        raise refuse(text)
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise refuse(f"{out} cannot be written to.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(text)
    typer.echo(f"The pack is in {out}. Make sure that it is really them before you hand it over.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse(f'"{text}" is not a day, as "2026-09-02" is.') from None
