"""`heardback privacy …`, `foi`, `leave` and `come-back`: what the officer and a second person do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.people_commands import HERE, OnePartnership, SettingsFile

commands = typer.Typer(help="What needs two people.", no_args_is_help=True)
Officer = Annotated[str, typer.Option("--by", help="The privacy officer's address.")]
NewFolder = Annotated[Path, typer.Option(help="A new or empty folder.")]


@commands.command("list")
def privacy_list(settings: SettingsFile = HERE, partnership: OnePartnership = "") -> None:
    """What is due, what waits for a second person, and which legal holds stand."""
    from bot.commands import deciding

    deciding.waiting(settings, partnership)


@commands.command("agree")
def privacy_agree(
    decision: Annotated[str, typer.Argument(help="Its id, from heardback privacy list.")],
    by: Annotated[str, typer.Option(help="The second person's address.")],
    no: Annotated[bool, typer.Option("--no", help="Say no instead.")] = False,
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """The second person's yes: only now does anything happen."""
    from bot.commands import deciding

    kind = "decision_refuse" if no else "decision_agree"
    deciding.decide(settings, partnership, by, kind, {"decision": decision})


@commands.command("pack")
def privacy_pack(
    request: Annotated[str, typer.Argument(help="Its id, from heardback privacy list.")],
    by: Officer,
    out: Annotated[Path, typer.Option(help="A new file, such as pack.json.")],
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Everything held about the person of one request, as a file to hand over."""
    from bot.commands import deciding

    deciding.write_access(settings, partnership, by, request, out)


@commands.command("ask-leave")
def privacy_ask_leave(
    by: Officer,
    reference: Annotated[str, typer.Option(help="The file elsewhere that says why.")],
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Ask that the whole partnership's data may be taken away; a second person agrees."""
    from bot.commands import deciding

    asked = {"reference": reference, "choice": "ask"}
    deciding.decide(settings, partnership, by, "leave_ask", asked)


@commands.command("ask-close")
def privacy_ask_close(
    by: Officer,
    day: Annotated[str, typer.Option(help="The last day, such as 2027-03-31.")],
    to_whom: Annotated[str, typer.Option(help="Who gets the records.")],
    reference: Annotated[str, typer.Option(help="The file elsewhere that says why.")],
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Ask that the partnership end; a second person agrees, and everybody is told."""
    from bot.commands import deciding

    asked = {"reference": reference, "day": day, "to_whom": to_whom, "choice": "ask"}
    deciding.decide(settings, partnership, by, "close_ask", asked)


def foi(
    start_on: Annotated[str, typer.Option("--from", help="The first day, such as 2026-04-01.")],
    until: Annotated[str, typer.Option("--to", help="The last day.")],
    out: NewFolder,
    by: Officer,
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Write the digests issued in these days, and the answers, for a request under the law."""
    from bot.commands import deciding

    deciding.write_pack(settings, partnership, by, first=start_on, last=until, out=out)


def leave(
    out: NewFolder,
    key_to: Annotated[
        Path, typer.Option(help="Where the key goes to what joins people to words; elsewhere.")
    ],
    by: Officer,
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Write all of a partnership's data into a folder, in open formats. Nothing is deleted."""
    from bot.commands import parting

    parting.go(settings, partnership, by, out=out, key_to=key_to)


def come_back(
    folder: Annotated[Path, typer.Argument(help="What heardback leave wrote.")],
    links_key: Annotated[Path, typer.Option(help="The key that was written elsewhere.")],
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """Put such a folder into a partnership that has nothing here yet; every table is checked."""
    from bot.commands import parting

    parting.come_back(settings, partnership, folder, links_key=links_key)


def close(
    out: NewFolder,
    by: Officer,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """End a partnership: records written down, everything else deleted, and a certificate signed."""
    from bot.commands import ending

    ending.end(settings, partnership, by, out=out, yes=yes)


def certificate(
    folder: Annotated[Path, typer.Argument(help="What heardback close wrote.")],
    key: Annotated[str, typer.Option(help="The partnership's public key, known from before.")] = "",
) -> None:
    """Check the certificate of a partnership that ended, and its records. Needs no settings."""
    from bot.commands import ending

    ending.look_at(folder, key=key)
