"""`heardback pdf`: an issued digest, the meeting pack or the board as an A4 file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from bot import papers, pdf
from bot.clock import wall_clock
from bot.commands import start
from bot.commands.refusal import refuse
from handlers import pack, place
from storage import Session

PAPERS = ("digest", "pack", "board")
NO_BROWSER = (
    "A PDF needs the browser Chromium on this machine: apt-get install chromium. "
    "Printing the page in any browser gives the same."
)


def write(file: Path, partnership: str, *, paper: str, number: int | None, out: Path) -> None:
    """Write one paper; raises typer.Exit with a sentence where it cannot be made."""
    if paper not in PAPERS:
        raise refuse(f"There is no paper called {paper}: say digest, pack or board.")
    if pdf.browser() is None:
        raise refuse(NO_BROWSER)
    settings = start.read(file)
    own = start.choose(settings, partnership)
    database = start.open_database(settings)
    try:
        with database.reading() as session:
            html = _html(session, own.id, paper, number, wall_clock())
    finally:
        database.close()
    if html is None:
        raise refuse("That digest has not been issued.")
    try:
        made = pdf.printed(html)
    except pdf.NoPdfError as error:
        raise refuse(f"Chromium did not print it: {error}.") from None
    try:
        out.write_bytes(made)
    except OSError as error:
        raise refuse(f"{out} cannot be written: {error.strerror}.") from None
    typer.echo(f"Written: {out} ({len(made) // 1024} kB).")


def _html(
    session: Session, partnership: str, paper: str, number: int | None, now: datetime
) -> str | None:
    at = place.of(session, partnership)
    if paper == "digest":
        found = papers.digest(session, at, number)
        return found[0] if found else None
    if paper == "pack":
        return papers.pack(at, pack.of(session, at, now=now))
    return papers.board(session, at, now)
