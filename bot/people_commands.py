"""`heardback people …`: the roster, invitations, join links and seats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

SettingsFile = Annotated[Path, typer.Option("--settings", help="The settings file.")]
OnePartnership = Annotated[str, typer.Option(help="Its id, where there is more than one.")]
HERE = Path("heardback.toml")
Email = Annotated[str, typer.Argument(help="A work e-mail address.")]
Role = Annotated[str, typer.Argument(help="A role, such as champion or theme_editor.")]

commands = typer.Typer(help="The people and their seats.", no_args_is_help=True)
seat_commands = typer.Typer(help="Give, hand over and empty seats.", no_args_is_help=True)
commands.add_typer(seat_commands, name="seat")


@commands.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(help="Columns: name, email, agency, role.")],
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
    yes: Annotated[bool, typer.Option("--yes", help="Keep it; otherwise only look.")] = False,
    invite: Annotated[
        bool, typer.Option("--invite", help="Send each new person a link, instead of a file.")
    ] = False,
) -> None:
    """Add people and their seats from a spreadsheet."""
    from bot.clock import wall_clock
    from bot.commands import roster, start
    from bot.commands.refusal import refuse

    read = start.read(settings)
    own = start.choose(read, partnership)
    if invite and read.mail is None:
        raise refuse(f"{settings} has no [mail] part, so nobody can be invited by e-mail.")
    database = start.open_database(read)
    try:
        roster.take(
            database,
            own.id,
            file,
            public_address=read.public_address,
            yes=yes,
            invite=invite,
            now=wall_clock(),
        )
    finally:
        database.close()


@commands.command("list")
def show_roster(
    find: Annotated[str, typer.Option(help="Part of a name, address or agency.")] = "",
    role: Annotated[str, typer.Option(help="Only holders of this seat.")] = "",
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Who has a seat, and which join links open."""
    from bot.commands import seating

    with seating.Desk(settings, partnership) as desk:
        seating.show(desk, find=find, role=role)


@commands.command()
def invite(
    name: Annotated[str, typer.Argument(help="Their name.")],
    email: Email,
    agency: Annotated[str, typer.Argument(help="Their agency.")],
    role: Annotated[str, typer.Option(help="Their seat.")] = "practitioner",
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Give somebody a seat; if they are new, a link is sent to them."""
    from bot.commands import seating

    with seating.Desk(settings, partnership) as desk:
        fields = {"name": name, "email": email, "agency": agency, "role": role}
        desk.does("invite", fields | {"choice": "invite"})


@commands.command()
def erase(
    email: Email,
    by: Annotated[str, typer.Option(help="The privacy officer's address.")],
    reference: Annotated[str, typer.Option(help="The file elsewhere that says why.")],
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Ask that somebody be erased here. A second person has to agree (heardback privacy agree)."""
    from bot.commands import deciding

    fields = {"email": email, "reference": reference, "choice": "ask"}
    deciding.decide(settings, partnership, by, "erase_ask", fields)


@commands.command("join-link")
def join_link(
    agency: Annotated[str, typer.Argument(help="The agency that people join.")] = "",
    domain: Annotated[str, typer.Option(help="The only e-mail domain it takes.")] = "",
    uses: Annotated[int, typer.Option(help="For how many people at most.")] = 50,
    days: Annotated[int, typer.Option(help="For how many days.")] = 14,
    end: Annotated[str, typer.Option("--end", help="End the link with this id instead.")] = "",
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Make a way in for an agency, or end one. The link is shown once."""
    from bot.commands import seating

    with seating.Desk(settings, partnership) as desk:
        if end:
            desk.does("join_link_end", {"link": end})
            return
        fields = {"agency": agency, "domain": domain, "uses": str(uses), "days": str(days)}
        desk.does("join_link_make", fields | {"choice": "make"})


@commands.command()
def leave(email: Email, settings: SettingsFile = HERE, partnership: OnePartnership = "") -> None:
    """End the access of somebody who has left; their seats wait for the next holders."""
    from bot.commands import seating

    with seating.Desk(settings, partnership) as desk:
        desk.does("person_end", {"person": desk.person(email), "choice": "end"})


@commands.command("sign-out")
def sign_out(
    email: Annotated[str, typer.Argument(help="Whose; everybody when left out.")] = "",
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
    yes: Annotated[bool, typer.Option("--yes", help="Needed for everybody.")] = False,
) -> None:
    """End every session and every unused sign-in link, of one person or of everybody."""
    from bot.commands import seating
    from bot.commands.refusal import refuse

    if not email and not yes:
        raise refuse("This signs everybody out. Name one address, or say --yes.")
    with seating.Desk(settings, partnership) as desk:
        desk.does("people_sign_out", {"person": desk.person(email) if email else ""})


@seat_commands.command()
def give(
    email: Email,
    role: Role,
    agency: Annotated[str, typer.Argument(help="The agency of the seat.")],
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """One more seat for somebody who is here."""
    from bot.commands import seating

    with seating.Desk(settings, partnership) as desk:
        fields = {"person": desk.person(email), "role": role, "agency": agency}
        desk.does("seat_give", fields | {"choice": "give"})


@seat_commands.command("hand-over")
def hand_over(
    role: Role,
    holder: Annotated[str, typer.Argument(metavar="FROM", help="Whose seat it is.")],
    email: Annotated[str, typer.Argument(metavar="TO", help="The next holder's address.")],
    name: Annotated[str, typer.Option(help="Their name, if they are new here.")] = "",
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Hand a seat to its next holder, with everything that is open in it."""
    from bot.commands import seating

    with seating.Desk(settings, partnership) as desk:
        fields = {"seat": desk.seat(role, holder), "email": email, "name": name}
        desk.does("seat_hand_over", fields | {"choice": "hand_over"})


@seat_commands.command()
def empty(
    role: Role, email: Email, settings: SettingsFile = HERE, partnership: OnePartnership = ""
) -> None:
    """Take somebody out of a seat; what is open in it waits for the next holder."""
    from bot.commands import seating

    with seating.Desk(settings, partnership) as desk:
        desk.does("seat_empty", {"seat": desk.seat(role, email)})
