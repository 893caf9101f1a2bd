"""What the coordinator's desk does, from the command line: the same handlers, the same record.

The record names the command line as who did it, because whoever can run this can read the keys anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import typer

from bot.clock import wall_clock
from bot.commands import start
from bot.commands.refusal import refuse
from bot.outbox import fresh_key, perform
from handlers import permissions, views
from handlers.enrolment import agency_words
from handlers.messages import Actor, Field, Form, Incoming, Text
from handlers.permissions import ROLES
from handlers.place import day_words
from storage import Database, joining, people


class Desk:
    """One partnership's desk, for as long as one command runs."""

    def __init__(self, settings: Path, partnership: str) -> None:
        self.settings = start.read(settings)
        self.partnership = start.choose(self.settings, partnership).id
        self.actor = Actor("command_line", self.partnership, frozenset({permissions.COORDINATOR}))
        self.database: Database = start.open_database(self.settings)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *problem: object) -> None:
        self.database.close()

    def does(self, kind: str, fields: Mapping[str, str]) -> None:
        """Do one thing and say what came of it; what is wrong ends the command with a failure."""
        form = perform(
            self.database,
            f"command:{fresh_key()}",
            self.actor,
            Incoming(kind, fields),
            now=wall_clock(),
        )
        errors = [part.error for part in form.parts if isinstance(part, Field) and part.error]
        if errors or form.name in ("gone", "last_coordinator", "seat_needed"):
            raise refuse(*(errors or _said(form)))
        for sentence in _said(form):
            typer.echo(sentence)

    def seat(self, role: str, email: str) -> str:
        """The id of the seat of this role that the person with this address holds."""
        with self.database.reading() as session:
            person = people.by_email(session, email)
            held = people.seats_of(session, person, self.partnership) if person else ()
            found = next((seat.id for seat in held if seat.role == role), "")
        if not found:
            raise refuse(f"Nobody with that address holds the seat {role!r} here.")
        return found

    def person(self, email: str) -> str:
        with self.database.reading() as session:
            person = people.by_email(session, email)
            if person is None or not people.seats_of(session, person, self.partnership):
                raise refuse("Nobody with that address has a seat here.")
        return person


def _said(form: Form) -> list[str]:
    bodies = [part.body for part in form.parts if isinstance(part, Text)]
    return [f"{form.title}.", *bodies] if bodies else [form.title]


def show(desk: Desk, *, find: str, role: str) -> None:
    """Everybody who has a seat, and every join link that opens, without a count of anything they did."""
    if role and role not in ROLES:
        raise refuse(f'There is no role "{role}". There are: {", ".join(ROLES)}.')
    with desk.database.reading() as session:
        page, last = 1, 1
        while page <= last:
            asked = views.Asked(find=find, role=role, page=page)
            shown = views.desk(session, desk.actor, now=wall_clock(), asked=asked)["people"]
            for row in shown["rows"]:
                typer.echo(f"{row['name']}\t{row['agency']}\t{row['seats']}")
            page, last = page + 1, shown["last"]
        for link in joining.of(session, desk.partnership, now=wall_clock()):
            until = day_words(link.expires_at.date())
            typer.echo(f"Join link {link.id}: {agency_words(link.agency)}, opens until {until}.")
