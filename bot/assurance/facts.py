"""What the papers are filled in from: settings, the agencies that hold seats, tables, policy and roles.

Nothing here is decided for an organisation. What the settings do not say is given as empty, and the papers say
that it is still to be decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import config
from bot.assurance.sight import named, sights
from handlers.enrolment import agency_words
from handlers.permissions import FORBIDDEN_PAIRS, ROLES, TABLE
from storage import Database, data_map, people, retention

NEIGHBOURS = 10  # people behind whatever leaves a partnership; DESIGN promise 6


@dataclass(frozen=True)
class Partner:
    """One partnership: its settings, and the agencies of which somebody holds a seat."""

    settings: config.PartnershipSettings
    agencies: Sequence[str]


@dataclass(frozen=True)
class Door:
    """One other computer that ours speaks to, or that speaks to ours."""

    whither: str
    what_for: str
    holds: str
    named_by: str


@dataclass(frozen=True)
class Facts:
    """A deployment, as far as papers need it."""

    partners: Sequence[Partner]
    store: str
    keys: str
    apart: bool
    doors: Sequence[Door]
    invented: bool

    def values(self) -> Mapping[str, object]:
        """What a template reads, by name."""
        return {
            "facts": self,
            "holdings": data_map.holdings(),
            "policy": tuple(retention.policy().values()),
            "roles": ROLES,
            "table": TABLE,
            "forbidden": sorted(sorted(ROLES[role] for role in pair) for pair in FORBIDDEN_PAIRS),
            "neighbours": NEIGHBOURS,
            "sights": sights(),
            "named": named,
        }


def of(settings: config.Settings, database: Database | None, *, invented: bool = False) -> Facts:
    """The facts of these settings; without a database nobody holds a seat yet."""
    return Facts(
        partners=[Partner(one, _agencies(database, one.id)) for one in settings.partnerships],
        store="PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite",
        keys="a command" if settings.keys_commands else "a file that its owner alone can read",
        apart=settings.apart is not None,
        doors=_doors(settings),
        invented=invented,
    )


def _agencies(database: Database | None, partnership: str) -> Sequence[str]:
    if database is None:
        return ()
    with database.reading() as session:
        return sorted({agency_words(seat.agency) for seat in people.seats_in(session, partnership)})


def _doors(settings: config.Settings) -> Sequence[Door]:
    """Every connection, in and out; none of them is optional once the settings name it."""
    doors = [
        Door(
            settings.public_address or "the address of the web pages",
            "people's browsers come in",
            "what each may see",
            "public_address",
        )
    ]
    if settings.database_url.startswith("postgresql"):
        doors.append(Door("PostgreSQL", "rows; data keys in another", "sealed rows", "database"))
    if settings.keys_commands:
        doors.append(Door("a command", "prints the master key", "the master key", "keys_command"))
    if settings.mail is not None:
        where = f"{settings.mail.host}:{settings.mail.port}"
        doors.append(Door(where, "mail goes out", "questions, answers, links", "[mail]"))
    doors += [
        Door("slack.com, and in", f"the app {one.name}", "what a chat shows", "[[slack]]")
        for one in settings.slack
    ]
    for team in settings.teams:
        said = f"the registration {team.name}"
        where = "Microsoft's sign-in and connector, and in"
        doors.append(Door(where, said, "what a chat shows", "[[teams]]"))
    doors += [
        Door(one.issuer, f"signing in with {one.label}", "no name of anybody", "[[openid]]")
        for one in settings.openid
    ]
    return doors


INVENTED: Mapping[str, str] = {
    "public_address": "https://heardback.northport.example",
    "id": "northport",
    "name": "Northport",
    "front_door_name": "the Northport front door",
    "front_door_number": "01632 960 100",
    "front_door_hours": "weekdays 9 to 5",
    "out_of_hours_number": "01632 960 101",
    "lado_contact": "the Northport LADO, 01632 960 102",
    "intelligence_route": "the Northport police intelligence desk, 101",
    "whistleblowing_route": "your agency's speak-up line",
    "lead_role": "the safeguarding lead",
    "deputy_role": "the deputy lead",
    "second_lead_role": "the second lead",
}
INVENTED_AGENCIES = ("Education", "Health", "Housing", "Police", "Social care", "Voluntary sector")


def invented(folder: Path) -> Facts:
    """The papers' example: an invented partnership with the settings that `init` writes.

    Args:
        folder: an empty one, for a settings file that nothing is kept with.
    """
    keys = folder / "heardback.keys"
    keys.touch(mode=0o600)
    file = folder / "heardback.toml"
    file.write_text(config.write_template(INVENTED), encoding="utf-8")
    found = of(config.read(file), None, invented=True)
    return Facts(
        partners=[Partner(one.settings, INVENTED_AGENCIES) for one in found.partners],
        store=found.store,
        keys=found.keys,
        apart=found.apart,
        doors=found.doors,
        invented=True,
    )
