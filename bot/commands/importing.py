"""What `heardback import` says and asks around the import itself: columns first, then a summary.

Nothing is passed on before the columns were shown; a wrong option refuses the whole file in a sentence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from bot import readers
from bot.commands import bring
from bot.commands.refusal import refuse
from bot.config import PartnershipSettings
from handlers.contributions import relay
from storage import Database, audit

LABELS = {
    "text": "What was said",
    "respondent": "Who spoke",
    "relayed_by": "Who relayed it",
    "date": "When",
    "agreement": "What they agreed to",
    "speaker": "Whose voice",
}


@dataclass(frozen=True)
class Wanted:
    """The options of the command, as typed."""

    file: Path
    sheet: str | None
    columns: Mapping[str, str]
    champions: tuple[str, ...]
    voice: str
    age_band: str
    week_of: str
    spread_weeks: int
    start_on: str
    report: Path
    yes: bool


def run(
    database: Database, own: PartnershipSettings, wanted: Wanted, *, now: datetime
) -> bring.Result:
    """Show the columns, ask, pass everything on, and say what became of each row."""
    result = bring.Result()
    try:
        how = _how(database, own.id, wanted)
        _show(how)
        found = bring.voices(wanted.file, wanted.sheet, how.columns, result)
    except (bring.CannotImport, readers.NotASpreadsheet) as error:
        raise refuse(str(error)) from None
    if not wanted.yes:
        typer.confirm(f"Pass on {len(found)} voices like this?", abort=True)
    console = Console(stderr=True)
    bring.bring(database, own.id, ZoneInfo(own.zone), found, how, result, now=now, console=console)
    _record(database, own.id, wanted.file, result, now)
    typer.echo(
        f"Rows: {result.rows}. Voices: {result.kept} kept, {result.set_aside} set aside, "
        f"{result.before} there already. Rows not taken: {len(result.bad)}."
    )
    if result.bad:
        try:
            bring.write_report(wanted.report, result.bad)
        except OSError:
            for line, reason in sorted(result.bad):
                typer.echo(f"Line {line}: {reason}", err=True)
            raise refuse(
                f"{wanted.report} cannot be written, so the rows are named here."
            ) from None
        typer.echo(f"Rows not taken are in {wanted.report}, each with its line and reason.")
    return result


def _record(
    database: Database, partnership: str, file: Path, result: bring.Result, now: datetime
) -> None:
    """That a file was brought in: by its fingerprint, and how many voices; nothing of it."""
    with file.open("rb") as held, database.writing() as session:
        audit.record(
            session,
            partnership=partnership,
            actor="command_line",
            action="voices.import",
            about=hashlib.file_digest(held, "sha256").hexdigest()[:32],
            reason=f"{result.kept} kept, {result.set_aside} set aside, {result.before} before",
            at=now,
        )


def _how(database: Database, partnership: str, wanted: Wanted) -> bring.How:
    columns = bring.columns_of(wanted.file, wanted.sheet, wanted.columns)
    for said, choices, name in (
        (wanted.voice, relay.VOICES, "voice"),
        (wanted.age_band, relay.AGE_BANDS, "age-band"),
    ):
        known = [choice.value for choice in choices]
        if said and said not in known:
            raise bring.CannotImport(f"--{name} must be one of: {', '.join(known)}.")
    with database.reading() as session:
        champions = tuple(bring.champion(session, partnership, one) for one in wanted.champions)
    if not champions and "relayed_by" not in columns:
        raise bring.CannotImport(
            "Who relayed this? Say --champion with the address of a champion, once for each."
        )
    return bring.How(
        columns, champions, wanted.voice, wanted.age_band, _first(wanted), wanted.spread_weeks
    )


def _first(wanted: Wanted) -> date | None:
    if wanted.week_of and (wanted.start_on or wanted.spread_weeks):
        raise bring.CannotImport("Say either --week-of, or --spread-weeks with --from.")
    if bool(wanted.start_on) != bool(wanted.spread_weeks):
        raise bring.CannotImport("--spread-weeks and --from belong together.")
    text = wanted.week_of or wanted.start_on
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise bring.CannotImport(f"{text} is not a date; write it as 2026-09-07.") from None


def _show(how: bring.How) -> None:
    for name, label in LABELS.items():
        if name in how.columns:
            typer.echo(f"{label}: the column {how.columns[name]}")
    if "respondent" not in how.columns:
        typer.echo("Who spoke: each row is one person")
    if "agreement" not in how.columns:
        typer.echo("What they agreed to: being part of a theme; never quoted")
    if "speaker" not in how.columns:
        typer.echo(f"Whose voice: {how.voice.replace('_', ' ')}")
    if how.first is not None:
        span = f", spread over {how.weeks} weeks" if how.weeks else ""
        typer.echo(f"When: from {how.first.isoformat()}{span}")
