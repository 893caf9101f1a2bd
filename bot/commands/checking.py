"""`heardback check`: everything that is wrong or thin, at once, in plain sentences.

The settings are looked at first, then the database if there is one, then (`--online`) the mail server,
Teams and the providers that people sign in with.
What would make the bot say something untrue is fatal, and `serve` refuses on it; the rest is advice.
No sentence names a person: seats are named, by role and agency.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import typer

from bot import config, own_files
from bot.commands import databases
from bot.commands.start import database_of, record_keys
from bot.mail.post import fault
from handlers import cover, permissions
from handlers.enrolment import agency_words
from handlers.permissions import ROLES
from storage import Database, Session, people


@dataclass(frozen=True)
class Finding:
    """One sentence, where it belongs (a line or a partnership), and whether nothing may start on it."""

    where: str
    sentence: str
    fatal: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.sentence}"


def check(file: Path, *, online: bool) -> None:
    """Say everything; ends with a failure when something is fatal."""
    wrong = [Finding(f"{file}:{p.line}", p.sentence, fatal=True) for p in config.problems(file)]
    advice: list[Finding] = []
    if not wrong:
        settings = config.read(file)
        found = [
            *about_settings(settings, file),
            *about_files(settings),
            *_about_database(settings),
        ]
        if online:
            found += [*about_mail(settings), *about_teams(settings), *about_openid(settings)]
        wrong = [one for one in found if one.fatal]
        advice = [one for one in found if not one.fatal]
    for one in wrong:
        typer.echo(str(one), err=True)
    for one in advice:
        typer.echo(f"Note. {one}")
    if wrong:
        raise typer.Exit(1)
    typer.echo("Nothing is wrong with the settings.")


def about_settings(settings: config.Settings, file: Path) -> list[Finding]:
    """What may start, but works less well than it could."""
    found = []
    if settings.mail is None:
        said = "There is no [mail] part: people cannot ask for a sign-in link, and join links do not open."
        found.append(Finding(str(file), said))
    if settings.database_url.startswith("postgresql") and not settings.key_database:
        said = (
            "The data keys are in a file on this machine. With more than one machine, name a "
            "key_database of its own, with another role and other backups."
        )
        found.append(Finding(str(file), said))
    found += [Finding(f"{file}: {name}", said) for name, said in databases.faults(settings)]
    for one in settings.teams:
        if one.stand_in:
            said = (
                f"The registration {one.name} has a stand_in: it is for tests and reaches nobody."
            )
            found.append(Finding(str(file), said))
    return found


def about_files(settings: config.Settings) -> list[Finding]:
    """Databases, and folders of ours, that others on this machine may open."""
    own = [own_files.file_of(settings.database_url), own_files.file_of(settings.key_database)]
    if not settings.key_database:
        own.append(record_keys(settings))
    paths = [path for path in own if path is not None]
    found = [
        Finding(
            str(path), f"Others on this machine may open it. Say: chmod {mode} {path}", fatal=True
        )
        for path, mode in own_files.open_to_others(*paths)
    ]
    folders = [folder for folder in (settings.data, settings.apart) if folder is not None]
    found += [
        Finding(str(path), f"Others on this machine may look into it. Better: chmod {mode} {path}")
        for path, mode in own_files.open_to_others(*folders)
    ]
    return found


def about_mail(settings: config.Settings) -> list[Finding]:
    """Whether mail could go out now. Nothing is sent."""
    if settings.mail is None:
        return []
    reason = asyncio.run(fault(settings.mail))
    if not reason:
        typer.echo("The mail server takes our mail.")
        return []
    return [Finding("mail", f"Mail cannot go out: {reason}.", fatal=True)]


def about_teams(settings: config.Settings) -> list[Finding]:
    """Whether each registration's secret works and its door can be reached. Nothing is sent."""
    if not settings.teams:
        return []
    from bot.teams.checking import problems
    from bot.teams.edge import registrations_of

    found = []
    for one in registrations_of(settings.teams):
        wrong = asyncio.run(problems(one, public_address=settings.public_address))
        if not wrong:
            typer.echo(f"Teams takes the registration {one.name}, and its door can be reached.")
        found += [Finding("teams", said, fatal=True) for said in wrong]
    return found


def about_openid(settings: config.Settings) -> list[Finding]:
    """Whether each provider's document and keys can be fetched and used. Nobody is signed in."""
    from bot.openid.provider import fault as openid_fault

    found = []
    for one in settings.openid:
        if reason := asyncio.run(openid_fault(one)):
            said = f"Nobody could sign in with {one.label} ({one.name}): {reason}."
            found.append(Finding("openid", said, fatal=True))
        else:
            typer.echo(
                f"The provider {one.name} answers as {one.issuer} does, and has keys that we know."
            )
    return found


def _about_database(settings: config.Settings) -> list[Finding]:
    database = database_of(settings)
    if database is None:
        return [Finding("database", "There is none yet. The first start makes it.")]
    try:
        if not database.is_newest():
            said = "It is of an older version. Make a copy; the next start brings it up to date."
            return [Finding("database", said)]
        return about_people(database, settings)
    finally:
        database.close()


def about_people(database: Database, settings: config.Settings) -> list[Finding]:
    """Forbidden pairs, empty roles, and roles without cover, in each partnership."""
    found = []
    with database.reading() as session:
        for own in settings.partnerships:
            found += _in_one(session, own.id, own.name)
    return found


def _in_one(session: Session, partnership: str, name: str) -> list[Finding]:
    held = [
        cover.Holding(seat.person_id, seat.role, seat.agency)
        for seat in people.seats_in(session, partnership)
        if seat.person_id
    ]
    if not held:
        return [Finding(name, f"Nobody has a seat yet. {smallest()}")]
    found = [
        Finding(
            name,
            f"Whoever is {ROLES[one.role].lower()} ({agency_words(one.agency)}) is also "
            f"{ROLES[other.role].lower()}, and one person may not be both. Hand one of the two over.",
            fatal=True,
        )
        for one, other in cover.forbidden(held)
    ]
    speaking = any(h.role in (permissions.PRACTITIONER, permissions.CHAMPION) for h in held)
    gaps = cover.missing(held)
    found += [
        Finding(
            name,
            f"Nobody is {ROLES[role].lower()}: {cover.STOPS[role]}.",
            fatal=role == permissions.LEAD and speaking,
        )
        for role in gaps
    ]
    found += [
        Finding(
            name,
            f"Only one person is {ROLES[role].lower()}. While they are away, "
            f"{cover.STOPS[role].replace(', so no digest goes out', '')}.",
        )
        for role in cover.alone(held)
    ]
    return [*found, Finding(name, smallest())] if gaps or any(f.fatal for f in found) else found


def smallest() -> str:
    """How few people can lawfully hold every seat, and who would hold what."""
    shared = cover.smallest_set()
    each = "; ".join(f"one is {cover.named(own)}" for own in shared)
    return f"The smallest lawful set is {len(shared)} people: {each}."
