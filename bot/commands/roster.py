"""`heardback people import`: a list of people and their seats, seen before anything is kept.

A second run adds nobody twice, because a person is known by their e-mail address. A row that cannot be
taken is named with its line and its reason; roles that may never meet in one person are refused.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import typer

from bot import readers
from bot.commands.refusal import refuse
from bot.outbox import queue
from handlers import enrolment, permissions, recording
from handlers.messages import Actor
from storage import Database, Session, people, sign_in

COLUMNS = ("name", "email", "agency", "role")
LINK_LASTS = timedelta(days=7)


@dataclass
class Found:
    """What a roster would do or has done."""

    new: list[tuple[str, str]] = field(default_factory=list)  # person and name
    seats: int = 0
    unchanged: int = 0
    bad: readers.BadRows = field(default_factory=list)


class _OnlyLooking(Exception):
    """Undoes a preview."""


def take(
    database: Database,
    partnership: str,
    file: Path,
    *,
    public_address: str,
    yes: bool,
    invite: bool = False,
    now: datetime,
) -> None:
    """Preview, or with `yes` keep; everybody who is new gets a link, by mail (`invite`) or in a file."""
    found = Found()
    links: list[str] = []
    links_file = file.with_name(f"{file.stem}-sign-in-links.txt")
    if yes and not invite and links_file.exists():
        raise refuse(f"{links_file} is there already. Send those links, then delete the file.")
    try:
        with database.writing() as session:
            _read(session, partnership, file, found, now)
            if not yes:
                raise _OnlyLooking
            if invite:
                new = tuple(enrolment.invitation(person, now=now) for person, _ in found.new)
                queue(session, partnership, new)
            else:
                links = _links(session, partnership, found, public_address, now)
            if links:
                _write(links_file, links)
    except _OnlyLooking:
        pass
    except readers.NotASpreadsheet as error:
        raise refuse(str(error)) from None
    _tell(found, yes=yes)
    if invite and yes and found.new:
        typer.echo(
            "An invitation for each of them waits to be sent; heardback serve sends it. "
            f"Its link works once, within {enrolment.INVITATION_LASTS.days} days."
        )
    if links:
        days = LINK_LASTS.days
        typer.echo(f"Sign-in links are in {links_file}. Each works once, within {days} days.")


def _links(
    session: Session, partnership: str, found: Found, public_address: str, now: datetime
) -> list[str]:
    lines = []
    for person, name in found.new:
        token = sign_in.make_link(
            session, person=person, partnership=partnership, expires_at=now + LINK_LASTS
        )
        email = people.known(session, person).email
        lines.append(f"{name}\t{email}\t{public_address}/in/{token}\n")
    return lines


def _tell(found: Found, *, yes: bool) -> None:
    for line, reason in sorted(found.bad):
        typer.echo(f"Line {line} is left out: {reason}", err=True)
    verb = "added" if yes else "to add"
    typer.echo(f"People {verb}: {len(found.new)}. Seats {verb}: {found.seats}.")
    typer.echo(f"Rows that were there already: {found.unchanged}.")
    if not yes:
        typer.echo("Nothing was kept. To keep it, say the same with --yes.")


def _write(file: Path, lines: list[str]) -> None:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise refuse(f"{file} cannot be written, so nobody was added.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.writelines(lines)


def _read(session: Session, partnership: str, file: Path, found: Found, now: datetime) -> None:
    columns = readers.guess(readers.columns(file))
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise readers.NotASpreadsheet(f"{file.name} has no column for: {', '.join(missing)}.")
    for line, row in readers.rows(file, bad=found.bad):
        cells = {name: " ".join(row.get(columns[name], "").split()) for name in COLUMNS}
        reason = _seat(session, partnership, cells, found, now)
        if reason:
            found.bad.append((line, reason))


def _seat(
    session: Session, partnership: str, cells: dict[str, str], found: Found, now: datetime
) -> str:
    """Give one row its seats; returns why it cannot be taken, or nothing."""
    empty = [name for name in COLUMNS if not cells[name]]
    if empty:
        return f"It has no {' and no '.join(empty)}."
    if any(len(cell) > enrolment.LONGEST for cell in cells.values()):
        return f"A cell is longer than {enrolment.LONGEST} characters."
    if not enrolment.EMAIL.fullmatch(cells["email"]):
        return "The e-mail address is not one."
    agency = enrolment.agency_of(cells["agency"])
    if not agency:
        return "The agency has no letters."
    roles = {_plain(role) for role in re.split(r"[;,/]", cells["role"]) if role.strip()}
    unknown = sorted(roles - permissions.ROLES.keys())
    if unknown or not roles:
        return f'There is no role "{cells["role"]}". There are: {", ".join(permissions.ROLES)}.'
    person = people.enrol(session, name=cells["name"], email=cells["email"])
    held = {seat.role: seat.agency for seat in people.seats_of(session, person, partnership)}
    by = Actor("command_line", partnership, frozenset())
    pairs = permissions.forbidden_pairs(frozenset(roles | held.keys()))
    if pairs:
        one, other = (permissions.ROLES[role].lower() for role in pairs[0])
        return f"One person may not be both {one} and {other}."
    if not held:
        found.new.append((person, cells["name"]))
    if all(held.get(role) == agency for role in roles):
        found.unchanged += 1
    for role in sorted(roles):
        seat = people.seat(
            session,
            partnership=partnership,
            person=person,
            role=role,
            agency=agency,
            on=now.date(),
        )
        found.seats += role not in held
        if held.get(role) != agency:
            given = "seat.changed" if role in held else "seat.given"
            recording.record(session, by, f"{given}_by_import", seat, now)
    return ""


def _plain(role: str) -> str:
    """A role as the table names it, from how people write it."""
    return re.sub(r"[\W_]+", "_", role.strip().casefold())
